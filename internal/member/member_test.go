package member_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/member"
	"guildhall/internal/rule"
	"guildhall/internal/seal"
)

// house is a roll with a directory of a few units.
type house struct {
	*member.Roll
	units   map[string]string // short name to id
	address string
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, act.Room, directory.Room, rule.Room, member.Room)
		keys, err := seal.New(make([]byte, 32))
		if err != nil {
			t.Fatal(err)
		}
		h := &house{&member.Roll{DB: d, Directory: directory.New(d, keys), Keys: keys}, map[string]string{}, address}
		units := []*directory.Unit{
			{Name: "壶东新区管理委员会", ShortName: "管委会", Class: "government", Region: "450203", CreditCode: "11450203MAX0000158", Phone: "0772-1"},
			{Name: "五星汽车股份有限公司", ShortName: "五星", Class: "enterprise", Region: "450204", Industry: "3612", Segments: []string{"M13", "M07"}, Staff: 8987, Phone: "0772-2"},
			{Name: "壶城职业技术大学", ShortName: "壶职大", Class: "higher_vocational", Region: "450204", NameEN: "Hucheng Vocational University", Phone: "0772-3"},
			{Name: "龙壶电芯科技有限公司", ShortName: "电芯", Class: "enterprise", Region: "450206", Segments: []string{"M01"}},
			{Name: "安和检测研究院", ShortName: "检测院", Class: "research", Region: "450203"},
		}
		if err := h.Directory.EnrolUnits(secretariat(t), units); err != nil {
			t.Fatal(err)
		}
		for _, u := range units {
			h.units[u.ShortName] = u.ID
		}
		if err := db.Do(db.In(secretariat(t), db.House), d, func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO directory_body (id, name, kind, made_at) VALUES ('b', '壶城', 'city', $1)`, tx.Now)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		test(t, h)
	})
}

func secretariat(t *testing.T) context.Context {
	return dbtest.As(t, auth.Actor{ID: "li", Body: "b", Roles: []string{auth.Secretariat}})
}

// must gives v, as no error was to be expected.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (h *house) join(t *testing.T, unit, since string, ranks ...string) {
	t.Helper()
	must(h.Join(secretariat(t), member.Membership{Unit: h.units[unit], Since: since, Ranks: ranks, Resolution: "成立大会"}))(t)
}

func (h *house) roll(t *testing.T, ctx context.Context, s member.Search) *member.Page {
	t.Helper()
	return must(h.List(ctx, s))(t)
}

func names(p *member.Page) (list []string) {
	for _, e := range p.Entries {
		list = append(list, e.ShortName)
	}
	return list
}

func rankCodes(e member.Entry) (list []string) {
	for _, r := range e.Ranks {
		list = append(list, r.Code)
	}
	return list
}

// The roll of every day of a unit's history can be told afterwards.
func TestAsOfADay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := secretariat(t)
		h.join(t, "壶职大", "2024-01-01")
		id := h.units["壶职大"]
		must(h.Appoint(ctx, id, "vice_chair", "2024-06-01", "二次会议"))(t)
		must(h.Appoint(ctx, id, "deputy_secretary_general", "2024-07-01", ""))(t)
		must(h.Relieve(ctx, id, "vice_chair", "2025-01-01", ""))(t)
		must(h.Relieve(ctx, id, "deputy_secretary_general", "2025-02-01", ""))(t)
		must(h.Leave(ctx, id, "2025-12-31", "left", "来函"))(t)
		must(h.Join(ctx, member.Membership{Unit: id, Since: "2026-02-01", Ranks: []string{"observer"}}))(t)

		for _, c := range []struct {
			day   string
			ranks []string
		}{
			{"2023-12-31", nil}, {"2024-01-01", []string{"member"}}, {"2024-05-31", []string{"member"}}, {"2024-06-01", []string{"vice_chair"}},
			{"2024-07-01", []string{"vice_chair", "deputy_secretary_general"}}, {"2024-12-31", []string{"vice_chair", "deputy_secretary_general"}},
			{"2025-01-01", []string{"deputy_secretary_general"}}, {"2025-02-01", []string{"member"}}, {"2025-12-30", []string{"member"}},
			{"2025-12-31", nil}, {"2026-01-31", nil}, {"2026-02-01", []string{"observer"}},
		} {
			p := h.roll(t, ctx, member.Search{On: c.day})
			var got []string
			if len(p.Entries) > 0 {
				got = rankCodes(p.Entries[0])
			}
			if !slices.Equal(got, c.ranks) || p.Total != min(1, len(c.ranks)) {
				t.Errorf("on %s the unit holds %q of %d, want %q", c.day, got, p.Total, c.ranks)
			}
			belongs := must(db.View(ctx, h.DB, func(tx *db.Tx) (bool, error) { return member.Belongs(tx, id, c.day) }))(t)
			units := must(db.View(ctx, h.DB, func(tx *db.Tx) ([]string, error) { return member.Units(tx, c.day) }))(t)
			if belongs != (c.ranks != nil) || slices.Contains(units, id) != belongs {
				t.Errorf("on %s: belongs %v, among %q", c.day, belongs, units)
			}
		}
		w := must(h.Unit(ctx, id))(t)
		if len(w.Terms) != 2 || w.Terms[1].Ending != "left" || w.Terms[1].EndResolution != "来函" || len(w.Tenures) != 5 {
			t.Errorf("terms %+v, tenures %+v", w.Terms, w.Tenures)
		}
		var told []string
		for _, e := range must(db.View(ctx, h.DB, func(tx *db.Tx) ([]journal.Entry, error) { return journal.About(tx, id) }))(t) {
			told = append(told, e.Action)
		}
		if want := []string{"member.unit.join", "member.rank.appoint", "member.rank.appoint", "member.rank.relieve", "member.rank.relieve", "member.unit.leave", "member.unit.join"}; !slices.Equal(told, want) {
			t.Errorf("the journal tells %q, want %q", told, want)
		}
	})
}

func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := secretariat(t)
		h.join(t, "管委会", "2024-01-01", "chair")
		h.join(t, "五星", "2024-01-01")
		gov, firm, cell := h.units["管委会"], h.units["五星"], h.units["电芯"]
		for _, c := range []struct {
			about string
			do    func() (*member.Standing, error)
			kind  fault.Kind
			key   string
		}{
			{"to join twice", func() (*member.Standing, error) {
				return h.Join(ctx, member.Membership{Unit: gov, Since: "2024-02-01"})
			}, fault.Conflict, "member.unit.belongs"},
			{"a second chair", func() (*member.Standing, error) { return h.Appoint(ctx, firm, "chair", "2024-02-01", "") }, fault.Conflict, "member.rank.full"},
			{"to join as a second chair", func() (*member.Standing, error) {
				return h.Join(ctx, member.Membership{Unit: cell, Since: "2024-02-01", Ranks: []string{"chair"}})
			}, fault.Conflict, "member.rank.full"},
			{"a rank before the unit joined", func() (*member.Standing, error) { return h.Appoint(ctx, firm, "director", "2023-12-31", "") }, fault.Conflict, "member.unit.before"},
			{"a rank that is held", func() (*member.Standing, error) { return h.Appoint(ctx, gov, "chair", "2024-02-01", "") }, fault.Conflict, "member.rank.held"},
			{"a rank for one who is not a member", func() (*member.Standing, error) { return h.Appoint(ctx, cell, "director", "2024-02-01", "") }, fault.Conflict, "member.unit.gone"},
			{"to be relieved of a base rank", func() (*member.Standing, error) { return h.Relieve(ctx, firm, "member", "2024-02-01", "") }, fault.Conflict, "member.rank.base"},
			{"to be relieved of a rank not held", func() (*member.Standing, error) { return h.Relieve(ctx, gov, "director", "2024-02-01", "") }, fault.Conflict, "member.rank.not_held"},
			{"a day that is none, an ending that is none", func() (*member.Standing, error) { return h.Leave(ctx, gov, "2024-02-30", "gone", "") }, fault.Invalid, "fault.several"},
			{"a day far ahead", func() (*member.Standing, error) { return h.Leave(ctx, gov, "2062-02-01", "left", "") }, fault.Invalid, "fault.several"},
			{"a base rank beside another", func() (*member.Standing, error) {
				return h.Join(ctx, member.Membership{Unit: cell, Since: "2024-02-01", Ranks: []string{"director", "member"}})
			}, fault.Invalid, "member.rank.beside"},
			{"a unit that nobody knows", func() (*member.Standing, error) {
				return h.Join(ctx, member.Membership{Unit: "x", Since: "2024-02-01"})
			}, fault.NotFound, "fault.not_found"},
		} {
			if _, err := c.do(); !errors.Is(err, c.kind) || fault.Of(err).Key != c.key {
				t.Errorf("%s: %v, want %s", c.about, err, c.key)
			}
		}
		_, err := h.Leave(ctx, gov, "", "gone", "")
		if fault.At(err, "day") == nil || fault.At(err, "ending") == nil {
			t.Errorf("not all faults are told at once: %v", err)
		}
		if p := h.roll(t, ctx, member.Search{}); p.Total != 2 {
			t.Errorf("after the refusals the roll has %d units, want 2", p.Total)
		}
	})
}

// A chair can be handed over, and the seat is free on the day it is left.
func TestHandOver(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := secretariat(t)
		h.join(t, "管委会", "2024-01-01", "chair")
		h.join(t, "五星", "2024-01-01")
		must(h.Relieve(ctx, h.units["管委会"], "chair", "2025-01-01", ""))(t)
		must(h.Appoint(ctx, h.units["五星"], "chair", "2025-01-01", ""))(t)
		for day, want := range map[string]string{"2024-12-31": "管委会", "2025-01-01": "五星"} {
			if got := names(h.roll(t, ctx, member.Search{On: day, Rank: "chair"})); !slices.Equal(got, []string{want}) {
				t.Errorf("chair on %s: %q, want %s", day, got, want)
			}
		}
	})
}

// Of several units that are given the one chair at the same moment, in two
// processes, one gets it.
func TestOneSeatUnderLoad(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for unit := range h.units {
			h.join(t, unit, "2024-01-01")
		}
		second := &member.Roll{DB: dbtest.Open(t, h.address)}
		var seated atomic.Int32
		var wg sync.WaitGroup
		for _, id := range h.units {
			for _, roll := range []*member.Roll{h.Roll, second} {
				wg.Go(func() {
					switch _, err := roll.Appoint(secretariat(t), id, "chair", "2024-06-01", ""); {
					case err == nil:
						seated.Add(1)
					case !errors.Is(err, fault.Conflict):
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		if p := h.roll(t, secretariat(t), member.Search{Rank: "chair"}); seated.Load() != 1 || p.Found != 1 {
			t.Errorf("%d appointments were acknowledged, %d units hold the chair", seated.Load(), p.Found)
		}
	})
}

func TestSearchSortAndPage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := secretariat(t)
		h.join(t, "五星", "2024-01-01", "vice_chair")
		h.join(t, "壶职大", "2024-02-01")
		h.join(t, "管委会", "2024-01-01", "chair")
		h.join(t, "电芯", "2024-03-01", "observer")
		for _, c := range []struct {
			s    member.Search
			want []string
		}{
			{member.Search{}, []string{"管委会", "五星", "壶职大", "电芯"}},
			{member.Search{Sort: "-rank"}, []string{"电芯", "壶职大", "五星", "管委会"}},
			{member.Search{Sort: "name"}, []string{"壶职大", "管委会", "电芯", "五星"}}, // 壶城, 壶东, 龙壶, 五星
			{member.Search{Sort: "class"}, []string{"管委会", "电芯", "五星", "壶职大"}},
			{member.Search{Sort: "-since"}, []string{"电芯", "壶职大", "管委会", "五星"}},
			{member.Search{Text: "汽车"}, []string{"五星"}},
			{member.Search{Text: "hucheng VOC"}, []string{"壶职大"}},
			{member.Search{Text: "11450203max"}, []string{"管委会"}},
			{member.Search{Class: "enterprise"}, []string{"五星", "电芯"}},
			{member.Search{Segment: "M07"}, []string{"五星"}},
			{member.Search{Region: "450204", Rank: "member"}, []string{"壶职大"}},
			{member.Search{On: "2024-01-15"}, []string{"管委会", "五星"}},
			{member.Search{Text: "无此单位"}, nil},
		} {
			if got := names(h.roll(t, ctx, c.s)); !slices.Equal(got, c.want) {
				t.Errorf("%+v finds %q, want %q", c.s, got, c.want)
			}
		}
		var paged []string
		s := member.Search{Sort: "name", Limit: 3}
		for range 3 {
			p := h.roll(t, ctx, s)
			paged = append(paged, names(p)...)
			if s.After = p.Next; s.After == "" {
				break
			}
		}
		if want := names(h.roll(t, ctx, member.Search{Sort: "name"})); !slices.Equal(paged, want) {
			t.Errorf("page after page %q, at once %q", paged, want)
		}
		_, err := h.List(ctx, member.Search{On: "soon"})
		_, sorted := h.List(ctx, member.Search{Sort: "phone"})
		if fault.At(err, "on") == nil || fault.At(sorted, "sort") == nil {
			t.Errorf("a day that is none: %v; a column that is none: %v", err, sorted)
		}
	})
}

// The list shows exactly the units that open one by one, in each body and for
// each kind of reader, and phones only to those who work with it.
func TestListAgreesWithRule(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.join(t, "管委会", "2024-01-01", "chair")
		h.join(t, "五星", "2024-01-01")
		other := dbtest.As(t, auth.Actor{ID: "wu", Body: "c", Roles: []string{auth.Secretariat}})
		must(h.Join(other, member.Membership{Unit: h.units["壶职大"], Since: "2024-01-01", Ranks: []string{"chair"}}))(t)
		must(h.Join(other, member.Membership{Unit: h.units["五星"], Since: "2024-01-01"}))(t)

		for about, ctx := range map[string]context.Context{
			"stranger": db.In(t.Context(), "b"), "stranger elsewhere": db.In(t.Context(), "c"), "secretariat": secretariat(t), "secretariat elsewhere": other,
			"student": dbtest.As(t, auth.Actor{ID: "s", Body: "b", Roles: []string{auth.Student}}),
			"staff":   dbtest.As(t, auth.Actor{ID: "f", Body: "b", Unit: h.units["五星"], Roles: []string{auth.Staff}}),
		} {
			p := h.roll(t, ctx, member.Search{})
			for short, id := range h.units {
				listed := slices.Contains(names(p), short)
				if _, err := h.Unit(ctx, id); (err == nil) != listed || err != nil && !errors.Is(err, fault.NotFound) {
					t.Errorf("%s and %s: listed %v, opened %v", about, short, listed, err)
				}
			}
			for _, e := range p.Entries {
				works := about != "stranger" && about != "stranger elsewhere" && about != "student"
				if (e.Phone != "") != works {
					t.Errorf("%s is shown the phone %q", about, e.Phone)
				}
			}
		}
	})
}

func TestOnlyTheSecretariatChangesTheRoll(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.join(t, "五星", "2024-01-01")
		id := h.units["五星"]
		for kind, ctx := range map[fault.Kind]context.Context{
			fault.Unknown: db.In(t.Context(), "b"),
			fault.Denied:  dbtest.As(t, auth.Actor{ID: "f", Body: "b", Unit: id, Roles: []string{auth.UnitAdmin, auth.Staff}}),
		} {
			_, join := h.Join(ctx, member.Membership{Unit: h.units["电芯"], Since: "2024-01-01"})
			_, admit := h.Admit(ctx, member.Application{Name: "新单位", Class: "enterprise", Since: "2024-01-01"})
			_, appoint := h.Appoint(ctx, id, "director", "2024-02-01", "")
			_, leave := h.Leave(ctx, id, "2024-02-01", "left", "")
			_, define := h.Define(ctx, member.Rank{Code: "x", Name: "x", Place: 50})
			for about, err := range map[string]error{"join": join, "admit": admit, "appoint": appoint, "leave": leave, "define": define} {
				if !errors.Is(err, kind) {
					t.Errorf("%s: %v, want %s", about, err, kind)
				}
			}
		}
	})
}

func TestRanksAreDataOfTheBody(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := secretariat(t)
		ranks := must(h.Define(ctx, member.Rank{Code: "executive_vice_chair", Name: "常务副理事长单位", NameEN: "Executive vice-chair", Place: 20, Seats: 1, Votes: true}))(t)
		if len(ranks) != 9 || ranks[8].Code != "executive_vice_chair" {
			t.Errorf("ranks %+v", ranks)
		}
		h.join(t, "五星", "2024-01-01", "executive_vice_chair")
		if here, there := must(h.Ranks(ctx))(t), must(h.Ranks(db.In(ctx, "c")))(t); len(here) != 9 || len(there) != 8 {
			t.Errorf("%d ranks here, %d in another body", len(here), len(there))
		}
		_, err := h.Define(ctx, member.Rank{Code: "Über", Place: 1, Seats: -1})
		for _, place := range []string{"code", "name", "place", "seats"} {
			if fault.At(err, place) == nil {
				t.Errorf("nothing is told of %s: %v", place, err)
			}
		}
		if _, err := h.Define(ctx, member.Rank{Code: "member", Name: "成员", Place: 7}); fault.At(err, "base") == nil {
			t.Errorf("the ordinary rank ceases to be a base rank: %v", err)
		}
	})
}

// The form takes a unit that the directory knows as it stands there, notes a new
// one, and tells all faults at once.
func TestAdmit(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := secretariat(t)
		s := must(h.Admit(ctx, member.Application{Name: "五星汽车股份有限公司", Since: "2024-01-01", Rank: "director"}))(t)
		if s.Unit != h.units["五星"] {
			t.Errorf("the known unit was noted again")
		}
		if e := must(h.Unit(ctx, s.Unit))(t); e.Staff != 8987 || e.Class != "enterprise" {
			t.Errorf("its facts changed: %+v", e.Entry)
		}
		s = must(h.Admit(ctx, member.Application{Name: "新材料协会", Class: "other", CreditCode: " 91450206max0000c5n ", Segments: "M01；M07", Since: "2024-01-01", Rank: "member", Part: "发起"}))(t)
		if e := must(h.Unit(ctx, s.Unit))(t); e.CreditCode != "91450206MAX0000C5N" || len(e.Segments) != 2 || !slices.Equal(e.Parts, []string{"发起"}) {
			t.Errorf("the new unit: %+v", e.Entry)
		}
		_, err := h.Admit(ctx, member.Application{CreditCode: "91450206MAX0000C5M", Class: "club", Industry: "99999", Region: "1", Segments: "M01 X9", Staff: -1, Since: "x", Rank: "king"})
		for _, place := range []string{"name", "credit_code", "class", "industry", "region", "segments", "staff", "since", "rank"} {
			if fault.At(err, place) == nil {
				t.Errorf("nothing is told of %s: %v", place, err)
			}
		}
		_, err = h.Admit(ctx, member.Application{Name: "别的单位", CreditCode: "91450206MAX0000C5N", Class: "enterprise", Since: "2024-01-01"})
		if fault.At(err, "credit_code") == nil {
			t.Errorf("another's credit code: %v", err)
		}
	})
}

// What hangs on the unit in other rooms is gathered, and what is none is left out.
func TestTies(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.join(t, "五星", "2024-01-01")
		h.Tied = []member.Tied{
			func(tx *db.Tx, unit string) ([]directory.Tie, error) {
				return []directory.Tie{{Word: "x.machines", Count: 3, Path: "/x?owner=" + unit}, {Word: "x.none"}}, nil
			},
		}
		w := must(h.Unit(secretariat(t), h.units["五星"]))(t)
		if len(w.Ties) != 1 || w.Ties[0].Count != 3 {
			t.Errorf("ties %+v", w.Ties)
		}
	})
}
