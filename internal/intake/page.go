package intake

import (
	"context"
	"strings"

	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "intake."+word, args...)
}

func count(n int) string { return i18n.Count(n) }

// moves tells whether the page changes by itself.
func (j *Job) moves() bool { return j.State == Reading || j.State == Committing }

// step gives the step at which an import stands, from 0.
func (j *Job) step() int {
	switch j.State {
	case Reading, Failed:
		return 1
	case Ready, Dropped:
		return 2
	}
	return 3
}

// refusedFiles counts the files that could not be read.
func (j *Job) refusedFiles() (n int) {
	for _, f := range j.Files {
		if f.State == "refused" {
			n++
		}
	}
	return n
}

// title names an import by its files.
func (j *Job) title() string {
	if len(j.Files) == 0 {
		return ""
	}
	name := j.Files[0].Name
	if name = name[strings.LastIndexByte(name, '/')+1:]; len(j.Files) > 1 {
		name += " …"
	}
	return name
}

// writes tells how many rows a commit would write: new, changed, and those that
// the choices let through, as far as the counts of their faults tell.
func (j *Job) writes() (all, decided int) {
	c := j.Counts()
	for _, f := range j.Files {
		n := 0
		open := false
		for _, k := range f.Asks() {
			switch k.Choice {
			case Mend, Keep:
				n += k.Count
			case "":
				open = true
			}
		}
		if open {
			n = min(n, f.Counts.Decision)
		}
		decided += min(n, f.Counts.Decision)
	}
	return c.New + c.Changed + decided, decided
}

// kinds gives the kinds of sheet to choose from when sending.
func kinds(ctx context.Context) []web.Choice {
	list := []web.Choice{{Value: "", Text: say(ctx, "by_head")}}
	for _, k := range Kinds {
		list = append(list, web.Choice{Value: k.Name, Text: say(ctx, "kind."+k.Name)})
	}
	return list
}

// radio gives the name of a kind of fault's radio buttons.
func radio(f *File, k *Faulties) string {
	return "choice:" + f.ID + ":" + k.Fault + ":" + k.Field
}

// choosable tells whether a choice is open for a kind of fault.
func choosable(k *Faulties, choice string) bool {
	return k.Decides() && (choice != Mend || k.Mends > 0)
}

// shows gives the faults of a file that a person should see one by one.
func shows(f *File) (list []*Faulties) {
	for _, k := range f.Faults {
		if k.Action == Flag {
			list = append(list, k)
		}
	}
	return list
}

// mended gives the faults of a file that were put right, or were no data.
func mended(f *File) (list []*Faulties) {
	for _, k := range f.Faults {
		if k.Action != Flag {
			list = append(list, k)
		}
	}
	return list
}

// fieldWord names the column of a finding: its head as written, or the field.
func fieldWord(ctx context.Context, f Finding) string {
	switch {
	case f.Header != "":
		return f.Header
	case f.Field != "" && i18n.Has("intake.field."+f.Field):
		return say(ctx, "field."+f.Field)
	case f.Row == 0:
		return say(ctx, "whole_file")
	}
	return say(ctx, "whole_row")
}

// readWord is the cell as it stood, personal numbers in part only.
func readWord(f Finding, kind string) string {
	text := f.Read
	if k := Find(kind); k != nil {
		if _, field := k.Field(f.Field); field != nil {
			text = Masked(field.Cell, text)
		}
	}
	if r := []rune(text); len(r) > 80 {
		text = string(r[:80]) + "…"
	}
	return text
}

// keptWord is what is to be written instead.
func keptWord(ctx context.Context, f Finding, k *Faulties) (text string, sure bool) {
	switch {
	case k.Grave:
		return say(ctx, "cannot_tell"), false
	case f.Column == 0:
		return say(ctx, "as_chosen"), false
	case f.Mend != "" && k.Choice != Keep:
		return f.Mend, true
	case f.Kept != "":
		return f.Kept, true
	}
	return say(ctx, "left_empty"), false
}

func rowsAddress(f *File, v Verdict) string {
	return "/imports/" + f.Job + "/files/" + f.ID + "/rows?verdict=" + v.String()
}

func rejectedAddress(f *File) string { return "/imports/" + f.Job + "/files/" + f.ID + "/rejected" }

func titleOf(ctx context.Context, j *Job) string {
	if t := j.title(); t != "" {
		return t
	}
	return say(ctx, "imports")
}

func lineOf(ctx context.Context, j *Job) string {
	line := i18n.Time(ctx, j.MadeAt) + "　" + say(ctx, "state."+j.State)
	if j.State == Ready || j.State == Reading {
		line += "　" + say(ctx, "nothing_yet")
	}
	return line
}

// findingOf is the sentence that says how an import stands.
func findingOf(ctx context.Context, j *Job) string {
	c := j.Counts()
	taken := Counts{}
	for _, f := range j.Files {
		taken = taken.Plus(f.Taken)
	}
	switch {
	case j.State == Done:
		return say(ctx, "done_line", count(taken.New+taken.Changed), count(taken.New), count(taken.Changed), count(c.Decision+c.Refused))
	case c.Decision+c.Refused == 0:
		return say(ctx, "all_fine", count(j.Rows()))
	}
	return say(ctx, "found", count(j.Rows()), count(c.Decision+c.Refused), count(c.Decision), count(c.Refused))
}

// whyOf says why something is a fault and how to mend it.
func whyOf(ctx context.Context, f Finding) string {
	if strings.Contains(f.Fault, ".") {
		return Reason{Key: f.Fault, Args: f.Args}.Say(ctx)
	}
	return MendWord(ctx, f)
}

func first(k *Faulties) Finding {
	if len(k.Samples) > 0 {
		return k.Samples[0]
	}
	return Finding{Field: k.Field, Fault: k.Fault, Row: 1}
}

func keptCell(f Finding, kind string) string {
	f.Read = f.Kept
	return readWord(f, kind)
}

// changeWord says what a row changes, personal numbers in part only.
func changeWord(ctx context.Context, kind string, c Change) string {
	word, old, now := c.Field, c.Old, c.New
	if i18n.Has("intake.field." + c.Field) {
		word = say(ctx, "field."+c.Field)
	}
	if k := Find(kind); k != nil {
		if _, f := k.Field(c.Field); f != nil {
			old, now = Masked(f.Cell, old), Masked(f.Cell, now)
		}
	}
	return say(ctx, "change", word, old, now)
}

func nextAddress(p *Preview, v Verdict) string {
	if p.Next == "" {
		return ""
	}
	return rowsAddress(p.File, v) + "&after=" + p.Next
}
