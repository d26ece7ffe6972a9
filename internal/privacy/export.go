package privacy

import (
	"archive/zip"
	"context"
	"encoding/json"
	"html/template"
	"io"
	"strings"
	"time"

	"guildhall/internal/fault"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
)

// ExportFormat names the form of the machine-readable export; docs/formats.md tells it.
const ExportFormat = "guildhall-personal-data-1"

// mostHoldings bounds an export.
const mostHoldings = 20000

// Export is all that is kept of a person, as programs read it.
type Export struct {
	Format    string    `json:"format"`
	MadeAt    time.Time `json:"made_at"`
	Account   string    `json:"account,omitempty"`
	Candidate string    `json:"candidate,omitempty"`
	Kinds     []Told    `json:"kinds"`
	Looks     []Look    `json:"looks"`
}

// Told is what is kept of one kind.
type Told struct {
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Purpose string `json:"purpose"`
	Basis   string `json:"basis"`
	Source  string `json:"source"`
	Term    string `json:"retention"`
	Items   []Item `json:"items"`
}

// Item is one thing that is kept.
type Item struct {
	ID         string         `json:"id"`
	Since      string         `json:"since,omitempty"`
	Recipients []string       `json:"recipients,omitempty"`
	Erasure    string         `json:"erasure"`
	KeptUntil  string         `json:"kept_until,omitempty"`
	Reason     string         `json:"reason,omitempty"`
	Data       map[string]any `json:"data"`
}

// Export gives all that is kept of the actor, or of a candidate for whom they act, to
// take along. Whoever asks proves that they are who they say.
func (o *Office) Export(ctx context.Context, id string, in Asked) (*Export, error) {
	if err := o.Prove(ctx, in.Password); err != nil {
		return nil, err
	}
	v, err := o.look(ctx, id, "privacy.data.export")
	if err != nil {
		return nil, err
	}
	e := v.told(ctx, o.DB.Now().UTC())
	n := 0
	for _, t := range e.Kinds {
		n += len(t.Items)
	}
	if n > mostHoldings {
		return nil, fault.Conflict.New("privacy.export.large", mostHoldings)
	}
	return e, nil
}

// told puts a view into the form in which programs read it.
func (v *View) told(ctx context.Context, at time.Time) *Export {
	e := &Export{Format: ExportFormat, MadeAt: at, Account: v.Person.Account, Candidate: v.Person.Candidate, Kinds: []Told{}, Looks: v.Looks}
	for _, p := range v.Parts {
		t := Told{Kind: p.Kind.Code, Name: say(ctx, "kind."+p.Kind.Code), Purpose: say(ctx, "purpose."+p.Kind.Code), Basis: say(ctx, "basis."+p.Kind.Basis),
			Source: say(ctx, "source."+p.Kind.Source), Term: p.Until}
		for _, h := range p.Holdings {
			t.Items = append(t.Items, v.item(ctx, h))
		}
		e.Kinds = append(e.Kinds, t)
	}
	return e
}

func (v *View) item(ctx context.Context, h holding.Holding) Item {
	i := Item{ID: h.Subject, Since: h.Since, Recipients: v.recipients(ctx, h), Erasure: string(h.Fate), KeptUntil: h.Until, Data: map[string]any{}}
	if h.Reason != "" {
		i.Reason = i18n.T(ctx, h.Reason)
	}
	for _, f := range h.Fields {
		if had, ok := i.Data[f.Name]; ok { // several under one name
			list, isList := had.([]any)
			if !isList {
				list = []any{had}
			}
			i.Data[f.Name] = append(list, f.Value)
			continue
		}
		i.Data[f.Name] = f.Value
	}
	return i
}

func (v *View) recipients(ctx context.Context, h holding.Holding) (names []string) {
	for _, id := range h.Units {
		if u := v.units[id]; u != nil {
			names = append(names, i18n.Pick(ctx, u.Name, u.NameEN))
		}
	}
	return names
}

// Write writes an export as a ZIP archive: data.json for programs, and index.html for
// people, which needs nothing else.
func (e *Export) Write(ctx context.Context, w io.Writer) error {
	z := zip.NewWriter(w)
	f, err := z.Create("data.json")
	if err != nil {
		return err
	}
	out := json.NewEncoder(f)
	out.SetIndent("", " ")
	if err := out.Encode(e); err != nil {
		return err
	}
	if f, err = z.Create("index.html"); err != nil {
		return err
	}
	if err := readable.Execute(f, sheetOf(ctx, e)); err != nil {
		return err
	}
	return z.Close()
}

type sheet struct {
	Lang, Title, Line string
	*Export
	ctx context.Context
}

func sheetOf(ctx context.Context, e *Export) sheet {
	return sheet{i18n.Language(ctx), say(ctx, "data"), say(ctx, "export_line", i18n.Time(ctx, e.MadeAt)), e, ctx}
}

// Field names a field for people.
func (s sheet) Field(name string) string { return fieldName(s.ctx, name) }

// Value reads a value for people.
func (s sheet) Value(v any) string { return valueText(s.ctx, v) }

// Fate tells what becomes of a thing at an erasure.
func (s sheet) Fate(i Item) string { return say(s.ctx, "fate."+i.Erasure) }

// Join puts names after each other.
func (s sheet) Join(list []string) string { return strings.Join(list, "、") }

// Say gives a word of this room.
func (s sheet) Say(word string) string { return say(s.ctx, word) }

var readable = template.Must(template.New("index").Parse(`<!DOCTYPE html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{.Title}}</title>
<style>body{font:16px/1.6 sans-serif;max-width:52em;margin:2em auto;padding:0 1em;color:#222}dl{display:grid;grid-template-columns:minmax(8em,max-content) 1fr;gap:2px 1em}dt{color:#555}dd{margin:0;overflow-wrap:anywhere}section{border-top:1px solid #bbb}</style></head>
<body><h1>{{.Title}}</h1><p>{{.Line}}</p>{{$s := .}}
{{range .Kinds}}<section><h2>{{.Name}}</h2><p>{{.Purpose}}</p><p>{{.Basis}} · {{.Source}}{{if .Term}} · {{.Term}}{{end}}</p>
{{range .Items}}<dl>{{range $k, $v := .Data}}<dt>{{$s.Field $k}}</dt><dd>{{$s.Value $v}}</dd>{{end}}{{if .Recipients}}<dt>{{$s.Say "given"}}</dt><dd>{{$s.Join .Recipients}}</dd>{{end}}<dt>{{$s.Say "at_erasure"}}</dt><dd>{{$s.Fate .}}{{if .KeptUntil}} {{.KeptUntil}}{{end}}{{if .Reason}} {{.Reason}}{{end}}</dd></dl><hr>{{end}}</section>{{end}}
</body></html>
`))
