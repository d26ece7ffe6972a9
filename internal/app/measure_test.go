package app_test

import (
	"errors"
	"testing"
	"time"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/measure"
)

// The standard that is shipped counts only what some room really notes.
func TestTheShippedStandardLoads(t *testing.T) {
	rows, err := measure.Load(measure.Draft)
	if err != nil {
		t.Fatal(err)
	}
	counted := 0
	for _, r := range rows {
		if r.Calculator != "" {
			counted++
		}
	}
	if counted < 25 {
		t.Errorf("%d of %d rows have a calculator, want 25", counted, len(rows))
	}
}

// No value of the shipped standard is written into the program: where nothing has
// happened yet, every row counts nothing.
func TestNothingIsCountedBeforeAnythingHappens(t *testing.T) {
	h, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	root := auth.Actor{ID: "root", Name: "root", Roles: []string{auth.Admin}}
	ctx := auth.With(t.Context(), root)
	body, err := h.Directory.Found(ctx, &directory.Body{Name: "空", NameEN: "Empty", Kind: "city", Industry: "汽车", Region: "450200"})
	if err != nil {
		t.Fatal(err)
	}
	root.Body = body.ID
	ctx = directory.As(ctx, root)
	s, err := h.Measure.LoadStandard(ctx, measure.Loading{Name: "草案", Edition: "0", Source: "随附"}, measure.Draft)
	if err != nil {
		t.Fatal(err)
	}
	year := time.Now().Format("2006")
	p, err := h.Measure.Begin(ctx, measure.Beginning{Standard: s.ID, Name: "年度", From: year + "-01-01", To: year + "-12-31"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.Measure.Report(ctx, p.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range r.Lines {
		for _, f := range l.Figures {
			if f.Text != "" && f.Text != "0" {
				t.Errorf("%s %s counts %s of nothing", l.Code, f.Label, f.Text)
			}
		}
		if l.Broken {
			t.Errorf("%s counts a kind of act that nobody declares", l.Code)
		}
	}
	wrong := "id,parent,kind,level3,calculator\nA,B,quantitative,甲,count(no.such.kind)\nB,A,group,乙,\nC,nowhere,quantitative,丙,tally(council.meeting.held)\n"
	_, err = h.Measure.LoadStandard(ctx, measure.Loading{Name: "错", Edition: "0", Source: "试"}, []byte(wrong))
	if list, ok := errors.AsType[fault.List](err); !ok || len(list) != 5 {
		t.Errorf("a cycle of two, a missing parent, two unknown calculators: %v", err)
	}
}
