package outlook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/bulletin"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/paper"
)

func tableCalled(t *testing.T, b *bulletin.Issue, key string) *bulletin.Table {
	t.Helper()
	for i := range b.Content.Tables {
		if b.Content.Tables[i].Key == key {
			return &b.Content.Tables[i]
		}
	}
	t.Fatalf("there is no table %s", key)
	return nil
}

// A bulletin holds no figure of a withheld cell, stays as it was when newer ones
// come, tells how the one before came true, and shows when somebody has changed it.
func TestBulletin(t *testing.T) {
	each(t, 12, func(t *testing.T, h *house) {
		h.report(t, "2026Q1")
		h.publish(t)
		first, err := h.press.Issue(h.stranger(t), "2026-1")
		if err != nil {
			t.Fatal(err)
		}
		told := string(first.Kept())
		withheld := 0
		for _, key := range []string{"kinds", "segments", "occupations", "grades", "programmes"} {
			table := tableCalled(t, first, key)
			for _, row := range table.Rows {
				if row[table.Column("verdict")].Text.ZH != "不公开" {
					continue
				}
				withheld++
				for _, column := range []string{"demand", "gap", "lo80", "ratio", "index", "hires", "enterprises", "openings"} {
					if !row[table.Column(column)].Empty() {
						t.Errorf("%s tells the %s of %s", key, column, row[0].Text.ZH)
					}
				}
			}
		}
		if withheld < 4 || len(first.Content.Findings) < 2 || first.Content.Title.EN == first.Content.Title.ZH {
			t.Errorf("%d withheld; %v", withheld, first.Content.Findings)
		}
		h.report(t, "2026Q2")
		h.publish(t)
		again, err := h.press.Issue(h.stranger(t), "2026-1")
		if err != nil || string(again.Kept()) != told {
			t.Errorf("the first bulletin changed: %v", err)
		}
		second, err := h.press.Issue(h.stranger(t), "2026-2")
		if err != nil {
			t.Fatal(err)
		}
		came := tableCalled(t, second, "came-true")
		if len(came.Rows) < 2 || came.Rows[0][0].Text.ZH != "" { // the total, then kinds of work that are shown
			t.Errorf("how the first came true: %+v", came.Rows)
		}
		if err := db.Do(h.secretariat(t), h.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE bulletin_issue SET content = replace(content, '2026', '2027') WHERE number = '2026-1'`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.press.Issue(h.stranger(t), "2026-1"); err == nil {
			t.Error("a changed bulletin was shown")
		}
	})
}

// forms gives an issue in every form in which it is published, by name.
func (h *house) forms(t *testing.T, b *bulletin.Issue) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	fonts, noFont := paper.Find("")
	for _, language := range i18n.Languages {
		ctx := i18n.With(t.Context(), language)
		write := func(name string, do func(*bytes.Buffer) error) {
			var out bytes.Buffer
			if err := do(&out); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			all[name+" "+language] = out.Bytes()
		}
		write("xlsx", func(out *bytes.Buffer) error { return b.WriteXLSX(ctx, out) })
		write("word", func(out *bytes.Buffer) error { return paper.WriteWord(out, b.Paper(ctx)) })
		write("atom", func(out *bytes.Buffer) error {
			return bulletin.WriteAtom(ctx, out, "https://house.example", body, []*bulletin.Issue{b})
		})
		if noFont == nil {
			write("pdf", func(out *bytes.Buffer) error { return paper.WritePDF(ctx, out, b.Paper(ctx), fonts) })
		}
		for i := range b.Content.Tables {
			write("csv "+b.Content.Tables[i].Key, func(out *bytes.Buffer) error { return b.Content.Tables[i].WriteCSV(ctx, out) })
		}
	}
	text, err := json.Marshal(b.Content)
	if err != nil {
		t.Fatal(err)
	}
	all["json"] = text
	return all
}

// page gives an issue's page without what differs from request to request.
func (h *house) page(t *testing.T, number, language string) string {
	t.Helper()
	var w *httptest.ResponseRecorder = send(t, h, h.stranger(t), "GET", "/bulletins/"+number, nil, "Accept-Language", language)
	if w.Code != 200 {
		t.Fatalf("%d %.300s", w.Code, w.Body)
	}
	return w.Body.String()
}

// Everything that was published comes out the same to the last byte when it is made
// again from the snapshot: the rows, the content, and each form of it.
func TestSameBytesFromSnapshot(t *testing.T) {
	each(t, 12, func(t *testing.T, h *house) {
		h.Surveyed = func(*db.Tx) (*Surveyed, error) { return &Surveyed{"调查", 9, 7, 0.8}, nil }
		h.report(t, "2026Q1")
		h.publish(t)
		h.report(t, "2026Q2")
		r := h.publish(t)
		pages := map[string]string{}
		for _, language := range i18n.Languages {
			pages[language] = h.page(t, "2026-2", language)
		}
		h.report(t, "2026Q1") // what is told later changes nothing
		h.pass(400 * 24 * 3600e9)
		v, err := h.Verify(h.secretariat(t), r.ID)
		if err != nil || !v.Same || v.Rows < 50 || v.Bulletin != "2026-2" {
			t.Fatalf("%+v, %v", v, err)
		}
		if _, err := h.Verify(h.staff(t, "E0"), r.ID); !errors.Is(err, fault.Denied) {
			t.Errorf("an enterprise made a release again: %v", err)
		}
		k, err := db.View(h.secretariat(t), h.DB, func(tx *db.Tx) (*kept, error) { return readKept(tx, r.ID) })
		if err != nil {
			t.Fatal(err)
		}
		result, err := compute(t.Context(), k.snapshot, func(int) {})
		if err != nil {
			t.Fatal(err)
		}
		remade := *k.issue
		remade.Content = *k.contentOf(t.Context(), result)
		published, again := h.forms(t, k.issue), h.forms(t, &remade)
		if !bytes.Equal(again["json"], k.issue.Kept()) {
			t.Error("the content made again is not what was kept")
		}
		for name, content := range published {
			if !bytes.Equal(content, again[name]) {
				t.Errorf("%s: %d bytes as published, %d made again, and they differ", name, len(content), len(again[name]))
			}
		}
		for language, page := range pages {
			if now := h.page(t, "2026-2", language); now != page {
				t.Errorf("the page in %s changed", language)
			}
		}
		h.tampered(t, r)
	})
}

// tampered changes what is kept, and sees that it is found.
func (h *house) tampered(t *testing.T, r *Release) {
	t.Helper()
	change := func(statement string) {
		if err := db.Do(h.secretariat(t), h.DB, func(tx *db.Tx) error { _, err := tx.Exec(statement); return err }); err != nil {
			t.Fatal(err)
		}
	}
	change(`UPDATE outlook_gap SET data = replace(data, '"hires":', '"hires":1') WHERE code = 'P013' AND release_id = '` + r.ID + `'`)
	if v, err := h.Verify(h.secretariat(t), r.ID); err != nil || v.Same || !slices.Equal(v.Wrong, []string{"gaps"}) {
		t.Errorf("a changed row: %+v, %v", v, err)
	}
	change(`UPDATE outlook_snapshot SET hash = 'x' WHERE release_id = '` + r.ID + `'`)
	if _, err := h.Verify(h.secretariat(t), r.ID); fault.Of(err).Key != "outlook.snapshot.changed" {
		t.Errorf("a changed snapshot: %v", err)
	}
}

// A bulletin that puts another right says so, and the other points to it and stays.
func TestRevisedBulletin(t *testing.T) {
	each(t, 12, func(t *testing.T, h *house) {
		li := h.secretariat(t)
		h.report(t, "2026Q2")
		h.publish(t)
		r, err := h.Run(li, Beginning{Revises: "2026-1", Why: "甲企业误报"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Review(li, r.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Publish(li, r.ID); err != nil {
			t.Fatal(err)
		}
		first, err := h.press.Issue(li, "2026-1")
		if err != nil || first.RevisedBy != "2026-2" {
			t.Errorf("%+v, %v", first, err)
		}
		holds(t, "the revision", send(t, h, h.stranger(t), "GET", "/bulletins/2026-2", nil), 200, "甲企业误报", "公报 2026-1 号")
		feed := send(t, h, h.stranger(t), "GET", "/bulletins/feed.atom", nil)
		if n := strings.Count(feed.Body.String(), "<entry>"); n != 2 || !strings.Contains(feed.Body.String(), "urn:guildhall:bulletin:b:2026-1</id>") {
			t.Errorf("%d entries in %s", n, feed.Body)
		}
		raw := send(t, h, h.stranger(t), "GET", "/bulletins/2026-1?format=json", nil)
		if !bytes.Equal(raw.Body.Bytes(), first.Kept()) {
			t.Error("the JSON file is not what the fingerprint is of")
		}
		for _, path := range []string{"/bulletins/2026-1?format=xlsx", "/bulletins/2026-1/kinds.csv", "/bulletins/2026-1/came-true.csv", "/bulletins/2026-1?format=exe", "/bulletins/2026-1/none.csv", "/open-data/postings"} {
			want := map[bool]int{true: 200, false: 404}[path != "/bulletins/2026-1/none.csv" && path != "/bulletins/2026-1/came-true.csv"]
			if strings.HasSuffix(path, "exe") {
				want = 422
			}
			if w := send(t, h, h.stranger(t), "GET", path, nil); w.Code != want {
				t.Errorf("%s: %d, want %d", path, w.Code, want)
			}
		}
	})
}

// Rules of a body shape the next release, which keeps the version that it was made under.
func TestRulesShapeReleases(t *testing.T) {
	s := newWorld(3, 16).snapshot()
	usual := computed(t, s)
	s.Terms.Listed.Rule = Listing{Least: 1, Stars: []Threshold{{0.05}, {0.9}}}
	wide := computed(t, s)
	s.Terms.Listed.Rule.Least = 10_000
	if none := computed(t, s); none.summary.Listed != 0 || wide.summary.Listed == 0 || usual.summary.Listed > wide.summary.Listed {
		t.Errorf("%d kinds are listed by the usual rule, %d by a wider one, %d by a narrow one", usual.summary.Listed, wide.summary.Listed, none.summary.Listed)
	}
	for _, g := range wide.gaps {
		if g.Star > 2 || g.Listed && (g.Word != "shortage" || g.Star < 1) {
			t.Errorf("%s %s: %d stars, listed %v, %s", g.Level, g.Code, g.Star, g.Listed, g.Word)
		}
	}
	for _, c := range []struct {
		name  string
		err   error
		place string
	}{
		{"stars that fall", Listing{Stars: []Threshold{{0.5}, {0.4}}}.Check(), "stars.1.index"}, {"no stars", Listing{}.Check(), "stars"},
		{"ratios out of order", Advising{Least: 1, Stop: 0.9, Shrink: 0.5, Expand: 1.2, Add: 2}.Check(), "shrink"},
		{"growing below one", Advising{Least: 1, Shrink: 0.5, Expand: 0.8, Add: 2}.Check(), "shrink"},
	} {
		if fault.At(c.err, c.place) == nil {
			t.Errorf("%s: nothing said at %s", c.name, c.place)
		}
	}
	if err := errors.Join(UsualListing.Check(), UsualAdvising.Check()); err != nil {
		t.Error(err)
	}
}

// Advice follows the ratio, the size of the gap and how sure it is.
func TestAdvice(t *testing.T) {
	for _, c := range []struct {
		ratio        float64
		gap          int64
		short, spare float64
		before, want string
	}{
		{1.5, 40, 0.8, 0, "", Expand}, {1.5, 40, 0.4, 0, "", Keep}, {1.5, 10, 1, 0, "", Keep}, {1.1, 40, 1, 0, "", Keep},
		{0.6, -40, 0, 0.8, "", Shrink}, {0.3, -40, 0, 0.8, "", Shrink}, {0.3, -40, 0, 0.8, Shrink, Stop}, {0.3, -40, 0, 0.8, Keep, Shrink},
		{0.6, -40, 0, 0.2, "", Keep}, {0.6, -10, 0, 1, "", Keep},
	} {
		a := &Advice{Gap: c.gap, Short: c.short, Spare: c.spare, Before: c.before}
		a.Ratio.UnmarshalJSON(fmt.Append(nil, c.ratio))
		if got := UsualAdvising.weigh(a); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	s := newWorld(3, 16).snapshot()
	s.Programmes, s.Cohorts = s.Programmes[:1], s.Cohorts[:3]
	added := 0
	for _, a := range computed(t, s).advice {
		if a.Word == Add {
			added++
			if len(a.Schools) > 0 || len(a.Kinds) == 0 || a.Gap < UsualAdvising.Least {
				t.Errorf("%+v", a)
			}
		}
	}
	if added == 0 {
		t.Error("with one programme for all kinds of work none is to be added")
	}
}

// Cells of occupations and grades add up to those of kinds of work; those of
// programmes are shown only where all their kinds of work are.
func TestCellsOfKinds(t *testing.T) {
	for seed := range uint64(3) {
		r := computed(t, newWorld(seed, 16).snapshot())
		sums, kinds := map[Level][2]int64{}, map[string]*Gap{}
		for _, g := range r.gaps {
			s := sums[g.Level]
			sums[g.Level] = [2]int64{s[0] + g.Demand, s[1] + g.Supply}
			if g.Level == OfKind {
				kinds[g.Code] = g
			}
			if g.Gap != g.Demand-g.Supply {
				t.Errorf("%s %s: %d is not %d − %d", g.Level, g.Code, g.Gap, g.Demand, g.Supply)
			}
		}
		if sums[OfOccupation] != sums[OfKind] || sums[OfGrade] != sums[OfKind] {
			t.Errorf("seed %d: %v", seed, sums)
		}
		programmes := 0
		for _, g := range r.gaps {
			if g.Level != OfProgramme {
				continue
			}
			programmes++
			hidden := slices.ContainsFunc(g.kinds, func(k string) bool { return kinds[k].Withheld })
			if g.Withheld != hidden {
				t.Errorf("programme %s is withheld %v, its kinds %v", g.Code, g.Withheld, hidden)
			}
		}
		if programmes == 0 {
			t.Error("no cell of a programme")
		}
	}
}
