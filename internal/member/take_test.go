package member_test

import (
	"os"
	"slices"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/intake"
	"guildhall/internal/member"
	"guildhall/internal/sheet"
)

// take takes rows through the whole way that an upload goes, and gives what
// was said of each before anything was written.
func (h *house) take(t *testing.T, rows ...map[string]string) []*intake.Row {
	t.Helper()
	ctx := secretariat(t)
	made := func() (list []*intake.Row) {
		for i, texts := range rows {
			list = append(list, intake.NewRow("members", i+2, texts))
		}
		return list
	}
	taker := h.Takers()[0]
	weigh := func(rows []*intake.Row) []*intake.Row {
		t.Helper()
		b := intake.NewBatch("members", nil)
		if _, err := db.View(ctx, h.DB, func(tx *db.Tx) (int, error) { return 0, taker.Weigh(tx, b, rows) }); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	wanted := func(rows []*intake.Row) []*intake.Row {
		return slices.DeleteFunc(slices.Clone(rows), func(r *intake.Row) bool { return r.Verdict != intake.New && r.Verdict != intake.Changed })
	}
	preview := weigh(made())
	b := intake.NewBatch("members", nil)
	b.Commit = true
	if err := taker.(intake.Preparer).Prepare(ctx, b, wanted(weigh(made()))); err != nil {
		t.Fatal(err)
	}
	err := db.Do(ctx, h.DB, func(tx *db.Tx) error {
		rows := made()
		if err := taker.Weigh(tx, b, rows); err != nil {
			return err
		}
		return taker.Take(tx, b, wanted(rows))
	})
	if err != nil {
		t.Fatal(err)
	}
	return preview
}

func verdicts(rows []*intake.Row) (list []string) {
	for _, r := range rows {
		list = append(list, r.Verdict.String())
	}
	return list
}

var founding = []map[string]string{
	{"member_id": "M00001", "name": "壶东新区管理委员会", "short_name": "管委会", "kind": "government", "role": "council chair", "uscc": "11450203MAX0000158", "region_code": "450203", "employees": "99", "joined_on": "2023-12-28", "phone": "0772-1", "fictional": "yes"},
	{"member_id": "M00072", "name": "壶城工学院", "short_name": "工学院", "kind": "higher", "role": "lead school, vice chair", "region_code": "450204", "joined_on": "2023-12-28"},
	{"member_id": "M00010", "name": "桂龙汽车集团有限公司", "short_name": "桂龙", "kind": "enterprise", "role": "co-founder", "segment_codes": "M13;M06", "joined_on": "2023-12-28"},
}

func TestASheetOfMembers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if got := verdicts(h.take(t, founding...)); !slices.Equal(got, []string{"new", "new", "new"}) {
			t.Errorf("at first %q", got)
		}
		p := h.roll(t, secretariat(t), member.Search{On: "2023-12-28"})
		if got := names(p); !slices.Equal(got, []string{"管委会", "工学院", "桂龙"}) {
			t.Fatalf("the roll holds %q", got)
		}
		if e := p.Entries[1]; e.Class != "higher_vocational" || !slices.Equal(rankCodes(e), []string{"vice_chair"}) || !slices.Equal(e.Parts, []string{"lead_school"}) {
			t.Errorf("the school: %+v", e)
		}
		if e := p.Entries[2]; !slices.Equal(rankCodes(e), []string{"member"}) || !slices.Equal(e.Parts, []string{"founder"}) || len(e.Segments) != 2 {
			t.Errorf("the enterprise: %+v", e)
		}
		if p.Entries[0].Unit != h.units["管委会"] {
			t.Error("a unit that the directory knew was noted again")
		}
		preview := h.take(t, founding...)
		if got := verdicts(preview); !slices.Equal(got, []string{"same", "same", "same"}) {
			t.Errorf("again %q: %+v", got, preview[0].Changes)
		}
		u, err := db.View(secretariat(t), h.DB, func(tx *db.Tx) (*directory.Unit, error) { return directory.Resolve(tx, "M00010") })
		if err != nil || u.ShortName != "桂龙" {
			t.Errorf("by its number: %+v, %v", u, err)
		}
	})
}

// What a sheet does not tell changes nothing; what it tells anew is named in the
// preview, taken, and the same afterwards.
func TestAChangedSheet(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.take(t, founding...)
		changed := []map[string]string{
			{"member_id": "M00001", "name": "壶东新区管理委员会", "role": "vice chair"},
			{"member_id": "M00072", "name": "壶城工业大学", "kind": "undergraduate", "role": "council chair"},
			{"name": "桂龙", "employees": "5000"},
		}
		preview := h.take(t, changed...)
		if got := verdicts(preview); !slices.Equal(got, []string{"changed", "changed", "changed"}) {
			t.Errorf("%q", got)
		}
		if c := preview[0].Changes; len(c) != 1 || c[0] != (intake.Change{Field: "role", Old: "理事长单位", New: "vice chair"}) {
			t.Errorf("changes of the first: %+v", c)
		}
		ctx := secretariat(t)
		first, second := must(h.Unit(ctx, h.units["管委会"]))(t), h.roll(t, ctx, member.Search{Rank: "chair"})
		if first.Staff != 99 || !slices.Equal(rankCodes(first.Entry), []string{"vice_chair"}) || first.Since != "2023-12-28" {
			t.Errorf("the first: %+v", first.Entry)
		}
		if len(second.Entries) != 1 || second.Entries[0].Name != "壶城工业大学" || second.Entries[0].Class != "undergraduate" {
			t.Errorf("the chair: %+v", second.Entries)
		}
		if got := verdicts(h.take(t, changed...)); !slices.Equal(got, []string{"same", "same", "same"}) {
			t.Errorf("again %q", got)
		}
	})
}

func TestRowsThatCannotBeTaken(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.take(t, founding...)
		must(h.Leave(secretariat(t), mustUnit(t, h, "M00010"), "2026-01-01", "left", ""))(t)
		for _, c := range []struct {
			about string
			row   map[string]string
			want  string
		}{
			{"a second chair", map[string]string{"name": "五星汽车股份有限公司", "kind": "enterprise", "role": "chair"}, "member.import.full"},
			{"a new unit without class", map[string]string{"name": "新单位", "joined_on": "2024-01-01"}, "member.import.class"},
			{"another joining day", map[string]string{"member_id": "M00001", "name": "壶东新区管理委员会", "joined_on": "2024-12-28"}, "member.import.joined"},
			{"one that left", map[string]string{"member_id": "M00010", "name": "桂龙汽车集团有限公司", "joined_on": "2023-12-28"}, "member.import.left"},
			{"another's number", map[string]string{"member_id": "M00001", "name": "五星汽车股份有限公司", "kind": "enterprise"}, "member.import.number_of_other"},
			{"another's code", map[string]string{"name": "五星汽车股份有限公司", "kind": "enterprise", "uscc": "11450203MAX0000158"}, "member.import.name_of_other"},
			{"another's code beside its own number", map[string]string{"member_id": "M00072", "name": "第三个名称", "uscc": "11450203MAX0000158"}, "member.import.name_of_other"},
			{"another code", map[string]string{"member_id": "M00001", "name": "壶东新区管理委员会", "uscc": "91450206MAX0000C5N"}, "member.unit.other_code"},
			{"member beside chair", map[string]string{"name": "五星汽车股份有限公司", "kind": "enterprise", "role": "member, director"}, "member.import.beside"},
			{"a day far ahead", map[string]string{"name": "五星汽车股份有限公司", "kind": "enterprise", "joined_on": "2062-01-01"}, "member.day.far"},
		} {
			row := h.take(t, c.row)[0]
			if row.Verdict != intake.Refused || !slices.ContainsFunc(row.Reasons, func(r intake.Reason) bool { return r.Key == c.want }) {
				t.Errorf("%s: %s %+v, want %s", c.about, row.Verdict, row.Reasons, c.want)
			}
		}
		row := h.take(t, map[string]string{"name": "五星汽车股份有限公司", "kind": "enterprise", "role": "荣誉单位"})[0]
		if row.Verdict != intake.Decision || row.Reasons[0].Key != "member.import.role" {
			t.Errorf("a strange role: %s %+v", row.Verdict, row.Reasons)
		}
		if p := h.roll(t, secretariat(t), member.Search{}); p.Total != 2 {
			t.Errorf("the roll has %d units, want 2", p.Total)
		}
		again := h.take(t, map[string]string{"member_id": "M00010", "name": "桂龙汽车集团有限公司", "joined_on": "2026-02-01"})[0]
		if again.Verdict != intake.New || h.roll(t, secretariat(t), member.Search{}).Total != 3 {
			t.Errorf("one that joins again: %s %+v", again.Verdict, again.Reasons)
		}
	})
}

// A member that was taken in by hand gets the number by which other sheets name it.
func TestANumberForAKnownMember(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.join(t, "五星", "2024-01-01")
		row := map[string]string{"member_id": "M00009", "name": "五星汽车股份有限公司"}
		if got := h.take(t, row)[0]; got.Verdict != intake.Changed || len(got.Changes) != 1 || got.Changes[0].Field != "member_id" {
			t.Errorf("%s %+v", got.Verdict, got.Changes)
		}
		if mustUnit(t, h, "M00009") != h.units["五星"] {
			t.Error("the number is not the unit's")
		}
		if got := h.take(t, row)[0]; got.Verdict != intake.Same {
			t.Errorf("again %s %+v", got.Verdict, got.Changes)
		}
	})
}

// A role that nobody knows is kept as written, once a person has allowed it.
func TestAStrangeRoleThatIsAllowed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.take(t, founding...)
		ctx, taker := secretariat(t), h.Takers()[0]
		rows := []*intake.Row{
			intake.NewRow("members", 2, map[string]string{"name": "五星汽车股份有限公司", "kind": "enterprise", "role": "荣誉单位", "joined_on": "2024-01-01"}),
			intake.NewRow("members", 3, map[string]string{"member_id": "M00010", "name": "桂龙汽车集团有限公司", "role": "友好单位"}),
		}
		err := db.Do(ctx, h.DB, func(tx *db.Tx) error {
			b := intake.NewBatch("members", nil)
			if err := taker.Weigh(tx, b, rows); err != nil {
				return err
			}
			for i, row := range rows {
				if row.Verdict != intake.Decision {
					t.Errorf("row %d is %s", i, row.Verdict)
				}
				row.Verdict, row.Reasons = []intake.Verdict{intake.New, intake.Changed}[i], nil // as a person's leave makes it
			}
			return taker.Take(tx, b, rows)
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{"五星汽车股份有限公司": "荣誉单位", "桂龙汽车集团有限公司": "友好单位"} {
			if e := must(h.Unit(ctx, mustUnit(t, h, name)))(t); !slices.Equal(e.Parts, []string{want}) || !slices.Equal(rankCodes(e.Entry), []string{"member"}) {
				t.Errorf("%s: %q %q", name, rankCodes(e.Entry), e.Parts)
			}
		}
		if got := verdicts(h.take(t, map[string]string{"name": "五星汽车股份有限公司", "role": "荣誉单位"})); got[0] != "same" {
			t.Errorf("again %q", got)
		}
	})
}

// Two new chairs in one sheet: the second is refused, in the preview already.
func TestSeatsWithinASheet(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		rows := []map[string]string{
			{"name": "甲", "kind": "enterprise", "role": "chair", "joined_on": "2024-01-01"},
			{"name": "乙", "kind": "enterprise", "role": "chair", "joined_on": "2024-01-01"},
		}
		if got := verdicts(h.take(t, rows...)); !slices.Equal(got, []string{"new", "refused"}) {
			t.Errorf("%q", got)
		}
	})
}

func TestOnlyTheSecretariatImportsTheRoll(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := dbtest.As(t, auth.Actor{ID: "f", Body: "b", Unit: h.units["五星"], Roles: []string{auth.UnitAdmin}})
		_, err := db.View(ctx, h.DB, func(tx *db.Tx) (int, error) {
			return 0, h.Takers()[0].Weigh(tx, intake.NewBatch("members", nil), []*intake.Row{intake.NewRow("members", 2, founding[0])})
		})
		if fault.Of(err).Kind != fault.Denied {
			t.Errorf("a unit's administrator: %v", err)
		}
	})
}

// The exported roll has heads that an import reads, and means the same members.
func TestExportIsReadBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.take(t, founding...)
		w := get(t, h, secretariat(t), "/members?format=csv")
		name := t.TempDir() + "/roll.csv"
		if err := os.WriteFile(name, w.Body.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		book, err := sheet.Open(f, int64(w.Body.Len()), sheet.Default)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := book.Read(0)
		if err != nil {
			t.Fatal(err)
		}
		head, err := rows.Next()
		if err != nil || head.Cells[0].Text != "单位名称" || head.Cells[3].Text != "联合体职务" {
			t.Errorf("head %+v, %v", head, err)
		}
		for range 3 {
			record, err := rows.Next()
			if err != nil {
				t.Fatal(err)
			}
			for i, c := range record.Cells {
				record.Cells[i].Text = c.Text
			}
			row := h.take(t, map[string]string{"name": record.Cells[0].Text, "role": record.Cells[3].Text, "joined_on": record.Cells[11].Text})[0]
			if row.Verdict != intake.Same {
				t.Errorf("%v comes back as %s %+v", record.Cells, row.Verdict, row.Changes)
			}
		}
	})
}

func mustUnit(t *testing.T, h *house, name string) string {
	t.Helper()
	u, err := db.View(secretariat(t), h.DB, func(tx *db.Tx) (*directory.Unit, error) { return directory.Resolve(tx, name) })
	if err != nil {
		t.Fatal(err)
	}
	return u.ID
}
