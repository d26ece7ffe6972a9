package facility_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/facility"
	"guildhall/internal/fault"
	"guildhall/internal/intake"
	"guildhall/internal/journal"
	"guildhall/internal/rule"
	"guildhall/internal/seal"
	"guildhall/internal/web"
)

type house struct {
	*facility.Facility
	school, base string // units
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, directory.Room, act.Room, rule.Room, facility.Room)
		keys, err := seal.New(make([]byte, 32))
		if err != nil {
			t.Fatal(err)
		}
		units := []*directory.Unit{
			{Name: "壶城工学院", ShortName: "工学院", Class: "higher_vocational", Ref: "M00082", NameEN: "Hucheng Institute"},
			{Name: "公共实训基地", Class: "government", Ref: "M00003"},
		}
		if err := directory.New(d, keys).EnrolUnits(li(t), units); err != nil {
			t.Fatal(err)
		}
		test(t, &house{&facility.Facility{DB: d, Keys: keys}, units[0].ID, units[1].ID})
	})
}

func li(t *testing.T) context.Context {
	return dbtest.As(t, auth.Actor{ID: "li", Body: "b", Roles: []string{auth.Secretariat}})
}

func staff(t *testing.T, unit string) context.Context {
	return dbtest.As(t, auth.Actor{ID: "wei", Unit: unit, Body: "b", Roles: []string{auth.Staff}})
}

// take looks rows over, then takes them, and gives what was said of each before.
func (h *house) take(t *testing.T, ctx context.Context, pending map[string][]string, rows ...map[string]string) []*intake.Row {
	t.Helper()
	made := func() (list []*intake.Row) {
		for i, texts := range rows {
			list = append(list, intake.NewRow("equipment", i+2, texts))
		}
		return list
	}
	taker, preview := h.Takers()[0], made()
	if _, err := db.View(ctx, h.DB, func(tx *db.Tx) (int, error) {
		return 0, taker.Weigh(tx, intake.NewBatch("equipment", pending), preview)
	}); err != nil {
		t.Fatal(err)
	}
	err := db.Do(ctx, h.DB, func(tx *db.Tx) error {
		b, rows := intake.NewBatch("equipment", nil), made()
		b.Commit = true
		if err := taker.Weigh(tx, b, rows); err != nil {
			return err
		}
		return taker.Take(tx, b, slices.DeleteFunc(rows, func(r *intake.Row) bool { return r.Verdict != intake.New && r.Verdict != intake.Changed }))
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

func (h *house) list(t *testing.T, ctx context.Context, s facility.Search) *facility.Page {
	t.Helper()
	p, err := h.List(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func refs(p *facility.Page) (list []string) {
	for _, e := range p.Pieces {
		list = append(list, e.Ref)
	}
	return list
}

var register = []map[string]string{
	{"equipment_id": "E00001", "owner_id": "M00082", "equipment": "材料万能试验机", "skills": "QUA09", "value": "38", "hourly_price": "110", "capacity": "3", "weekend": "no", "training_needed": "yes", "bought_on": "2018-06-03", "location": "6号楼419", "status": "maintenance"},
	{"equipment_id": "E00002", "owner_id": "M00003", "equipment": "电机对拖试验台", "skills": "EDR03;EDR07", "value": "150", "hourly_price": "280", "capacity": "4", "weekend": "yes", "training_needed": "yes", "bought_on": "2022-11-13", "location": "8号楼221", "status": "available"},
	{"equipment_id": "E00003", "owner_id": "M00003", "equipment": "注塑机", "hourly_price": "50", "bought_on": "2021-08-08", "status": "retired"},
}

func TestASheetOfEquipment(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if got := verdicts(h.take(t, li(t), nil, register...)); !slices.Equal(got, []string{"new", "new", "new"}) {
			t.Errorf("at first %q", got)
		}
		p := h.list(t, li(t), facility.Search{Sort: "-price"})
		if got := refs(p); !slices.Equal(got, []string{"E00002", "E00001", "E00003"}) {
			t.Fatalf("kept: %q", got)
		}
		e := p.Pieces[0]
		if e.Owner != h.base || *e.Value != 150_0000_00 || *e.Hourly != 280_00 || *e.Capacity != 4 || !e.Weekend || !e.Training || !slices.Equal(e.Skills, []string{"EDR03", "EDR07"}) || e.SkillNames[0].Name == "EDR03" {
			t.Errorf("the test bench: %+v", e)
		}
		again := h.take(t, li(t), nil, register...)
		if got := verdicts(again); !slices.Equal(got, []string{"same", "same", "same"}) {
			t.Errorf("again %q %+v", got, again[0].Changes)
		}
		if got := h.counted(t, "facility.equipment.shared"); !slices.Equal(got, []int64{2, 188_0000_00, 7}) {
			t.Errorf("acts of sharing, their value and places: %v; the third piece is out of use", got)
		}
	})
}

// An owner's own list, with other numbers and with phones, means the pieces that
// are known; a device of which there are two is not doubled either.
func TestTheOwnersListMeansTheSame(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		twin := map[string]string{"equipment_id": "E00004", "owner_id": "M00003", "equipment": "电机对拖试验台", "bought_on": "2022-11-13", "status": "available"}
		h.take(t, li(t), nil, append(slices.Clone(register), twin)...)
		own := []map[string]string{
			{"owner": "公共实训基地", "asset_no": "ZC202211-0002", "equipment": "电机对拖试验台", "bought_on": "2022-11-13", "phone": "14155096559", "value": "150"},
			{"owner": "公共实训基地", "asset_no": "ZC202211-0009", "equipment": "电机对拖试验台", "bought_on": "2022-11-13", "phone": "14155096559", "location": "9号楼"},
			{"owner": "公共实训基地", "asset_no": "ZC202501-0001", "equipment": "电机对拖试验台", "bought_on": "2025-01-02"},
		}
		preview := h.take(t, staff(t, h.base), nil, own...)
		if got := verdicts(preview); !slices.Equal(got, []string{"changed", "changed", "new"}) {
			t.Errorf("%q %+v", got, preview[0].Reasons)
		}
		if got := preview[0].Changes; !slices.Equal(got, []intake.Change{{Field: "asset_no", New: "ZC202211-0002"}, {Field: "phone"}}) {
			t.Errorf("changes %+v", got)
		}
		if p := h.list(t, li(t), facility.Search{}); p.Found != 5 {
			t.Errorf("%d pieces, want 5", p.Found)
		}
		if got := verdicts(h.take(t, staff(t, h.base), nil, own...)); !slices.Equal(got, []string{"same", "same", "same"}) {
			t.Errorf("again %q", got)
		}
		if got := verdicts(h.take(t, li(t), nil, register...)); !slices.Equal(got, []string{"same", "same", "same"}) {
			t.Errorf("the body's own list again %q", got)
		}
		var raw string
		db.View(li(t), h.DB, func(tx *db.Tx) (int, error) {
			var err error
			raw, err = db.One(tx, db.Value[string], `SELECT phone_sealed FROM facility_equipment WHERE asset_no = $1`, "ZC202211-0002")
			return 0, err
		})
		if raw == "" || strings.Contains(raw, "14155") {
			t.Errorf("the phone stands as %q", raw)
		}
	})
}

func TestRowsThatCannotBeTaken(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.take(t, li(t), nil, register...)
		h.take(t, li(t), nil, map[string]string{"owner": "公共实训基地", "asset_no": "Z1", "equipment": "叉车"})
		h.Members = func(*db.Tx, string) ([]string, error) { return []string{h.base}, nil }
		for _, c := range []struct {
			about string
			ctx   context.Context
			row   map[string]string
			want  string
		}{
			{"another unit's", staff(t, h.school), map[string]string{"owner_id": "M00003", "equipment": "叉车"}, "facility.import.not_yours"},
			{"another unit's piece", staff(t, h.base), map[string]string{"equipment_id": "E00001", "owner_id": "M00003", "equipment": "材料万能试验机"}, "facility.import.not_yours"},
			{"nobody's", li(t), map[string]string{"equipment": "叉车"}, "facility.import.no_owner"},
			{"a stranger's", li(t), map[string]string{"owner": "某单位", "equipment": "叉车"}, "facility.import.no_unit"},
			{"that of a unit that is no member", li(t), map[string]string{"owner_id": "M00082", "equipment": "叉车"}, "facility.import.no_member"},
			{"two pieces in one", li(t), map[string]string{"equipment_id": "E00002", "owner_id": "M00003", "asset_no": "Z1", "equipment": "叉车"}, "facility.import.asset_of_other"},
		} {
			row := h.take(t, c.ctx, nil, c.row)[0]
			if row.Verdict != intake.Refused || row.Reasons[0].Key != c.want {
				t.Errorf("%s: %s %+v, want %s", c.about, row.Verdict, row.Reasons, c.want)
			}
		}
		preview := intake.NewRow("equipment", 2, map[string]string{"owner_id": "M00099", "equipment": "叉车"})
		_, err := db.View(li(t), h.DB, func(tx *db.Tx) (int, error) {
			return 0, h.Takers()[0].Weigh(tx, intake.NewBatch("equipment", map[string][]string{"members": {"M00099"}}), []*intake.Row{preview})
		})
		if err != nil || preview.Verdict != intake.New {
			t.Errorf("that of a unit in the same upload: %s %+v, %v", preview.Verdict, preview.Reasons, err)
		}
	})
}

// The list shows exactly the pieces that open one by one, in the body that has
// them, and the inside of them only to those who work with them.
func TestListAgreesWithRule(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.take(t, li(t), nil, register...)
		var ids []string
		for _, e := range h.list(t, li(t), facility.Search{}).Pieces {
			ids = append(ids, e.ID)
		}
		for about, want := range map[string]struct {
			ctx  context.Context
			sees int
		}{
			"stranger":    {db.In(t.Context(), "b"), 2},
			"elsewhere":   {dbtest.As(t, auth.Actor{ID: "wu", Body: "c", Roles: []string{auth.Secretariat}}), 0},
			"secretariat": {li(t), 3},
			"owner":       {staff(t, h.base), 3},
			"other unit":  {staff(t, h.school), 2},
			"student":     {dbtest.As(t, auth.Actor{ID: "s", Unit: h.base, Body: "b", Roles: []string{auth.Student}}), 2},
		} {
			p := h.list(t, want.ctx, facility.Search{})
			if len(p.Pieces) != want.sees || p.Found != want.sees {
				t.Errorf("%s sees %d of %d, want %d", about, len(p.Pieces), p.Found, want.sees)
			}
			for _, id := range ids {
				listed := slices.ContainsFunc(p.Pieces, func(e *facility.Equipment) bool { return e.ID == id })
				_, err := h.Equipment(want.ctx, id)
				if (err == nil) != listed || err != nil && !errors.Is(err, fault.NotFound) {
					t.Errorf("%s: listed %v, opened %v", about, listed, err)
				}
			}
			owned, err := db.View(want.ctx, h.DB, func(tx *db.Tx) (int, error) { return facility.Owned(tx, h.base) })
			listed := len(h.list(t, want.ctx, facility.Search{Owner: h.base}).Pieces)
			if err != nil || owned != listed {
				t.Errorf("%s: the base owns %d, listed %d, %v", about, owned, listed, err)
			}
			for _, e := range p.Pieces {
				inside := about == "secretariat" || about == "owner" || about == "other unit"
				if (e.Value != nil) != (inside && e.Ref != "E00003") {
					t.Errorf("%s is shown the value %v of %s", about, e.Value, e.Ref)
				}
			}
		}
	})
}

func TestSearchSortAndPage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var rows []map[string]string
		for i := range 7 {
			row := map[string]string{"equipment_id": "E" + strconv.Itoa(i), "owner_id": []string{"M00003", "M00082"}[i%2], "equipment": "铣床" + strconv.Itoa(i%3)}
			if i%3 > 0 {
				row["hourly_price"], row["capacity"] = strconv.Itoa(10*(i%4)), strconv.Itoa(i)
			}
			if i == 5 {
				row["skills"], row["weekend"], row["location"] = "CNC07;CNC03", "yes", "5号楼"
			}
			rows = append(rows, row)
		}
		h.take(t, li(t), nil, rows...)
		for _, c := range []struct {
			s    facility.Search
			want []string
		}{
			{facility.Search{Skill: "CNC03"}, []string{"E5"}},
			{facility.Search{Skill: "CNC0"}, nil},
			{facility.Search{Weekend: true}, []string{"E5"}},
			{facility.Search{Text: "5号"}, []string{"E5"}},
			{facility.Search{Text: "铣床1"}, []string{"E1", "E4"}},
			{facility.Search{Owner: h.school, Text: "e3"}, []string{"E3"}},
			{facility.Search{Status: "retired"}, nil},
		} {
			if got := refs(h.list(t, li(t), c.s)); !slices.Equal(got, c.want) {
				t.Errorf("%+v finds %q, want %q", c.s, got, c.want)
			}
		}
		for _, sort := range []string{"", "name", "-name", "price", "-price", "capacity", "-capacity", "bought", "-bought"} {
			whole := refs(h.list(t, li(t), facility.Search{Sort: sort}))
			var paged []string
			s := facility.Search{Sort: sort, Limit: 2}
			for range 5 {
				p := h.list(t, li(t), s)
				paged = append(paged, refs(p)...)
				if s.After = p.Next; p.Next == "" {
					break
				}
			}
			if len(whole) != 7 || !slices.Equal(paged, whole) {
				t.Errorf("by %q: page after page %q, at once %q", sort, paged, whole)
			}
		}
		_, err := h.List(li(t), facility.Search{Sort: "x", Status: "y"})
		if fault.At(err, "sort") == nil || fault.At(err, "status") == nil {
			t.Errorf("not all faults are told: %v", err)
		}
	})
}

// counted gives how many acts of a kind there are, and their sums.
func (h *house) counted(t *testing.T, kind string) []int64 {
	t.Helper()
	got, err := db.View(li(t), h.DB, func(tx *db.Tx) ([]int64, error) {
		n, err := act.Count(tx, act.Filter{Kind: kind})
		value, err2 := act.Sum(tx, act.Filter{Kind: kind}, "value")
		places, err3 := act.Sum(tx, act.Filter{Kind: kind}, "capacity")
		return []int64{n, value, places}, errors.Join(err, err2, err3)
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestMark(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.take(t, li(t), nil, register...)
		id := h.list(t, li(t), facility.Search{Text: "E00002"}).Pieces[0].ID
		if _, err := h.Mark(staff(t, h.base), id, facility.Retired); err != nil {
			t.Fatal(err)
		}
		for about, c := range map[string]struct {
			err  error
			kind fault.Kind
		}{
			"twice":         {second(h.Mark(li(t), id, facility.Retired)), fault.Conflict},
			"as nonsense":   {second(h.Mark(li(t), id, "gone")), fault.Invalid},
			"by a stranger": {second(h.Mark(db.In(t.Context(), "b"), id, facility.Available)), fault.NotFound},
		} {
			if !errors.Is(c.err, c.kind) {
				t.Errorf("to mark %s: %v, want %s", about, c.err, c.kind)
			}
		}
		other := h.list(t, li(t), facility.Search{Text: "E00001"}).Pieces[0].ID
		if _, err := h.Mark(staff(t, h.base), other, facility.Available); !errors.Is(err, fault.Denied) {
			t.Errorf("another unit's piece: %v", err)
		}
		entries, err := db.View(li(t), h.DB, func(tx *db.Tx) ([]journal.Entry, error) { return journal.About(tx, id) })
		if err != nil || len(entries) != 1 || entries[0].Action != "facility.equipment.mark" {
			t.Errorf("the journal tells %+v, %v", entries, err)
		}
		if got := h.counted(t, "facility.equipment.withdrawn"); got[0] != 1 {
			t.Errorf("acts of withdrawal: %d", got[0])
		}
	})
}

func second[T any](_ T, err error) error { return err }

func send(t *testing.T, h *house, ctx context.Context, method, path string, form url.Values, head ...string) *httptest.ResponseRecorder {
	t.Helper()
	rs := &web.Routes{
		Who: func(http.ResponseWriter, *http.Request) (auth.Actor, error) { return auth.From(ctx), nil },
		Body: func(context.Context, auth.Actor) (web.Body, error) {
			return web.Body{ID: db.Body(ctx), Name: "壶城"}, nil
		},
	}
	h.Routes(rs)
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	w := httptest.NewRecorder()
	rs.ServeHTTP(w, r)
	return w
}

func holds(t *testing.T, about string, w *httptest.ResponseRecorder, code int, words ...string) {
	t.Helper()
	body := w.Body.String()
	if w.Code != code {
		t.Errorf("%s: %d, want %d\n%s", about, w.Code, code, body)
	}
	for _, word := range words {
		not, word := strings.HasPrefix(word, "!"), strings.TrimPrefix(word, "!")
		if strings.Contains(body, word) == not {
			t.Errorf("%s: does it say %q? %v", about, word, !not)
		}
	}
	body = strings.ReplaceAll(body, "/rules/facility.", "")
	for _, bad := range []string{"facility.", " style=", "%!"} {
		if strings.Contains(w.Header().Get("Content-Type"), "html") && strings.Contains(body, bad) {
			t.Errorf("%s holds %q", about, bad)
		}
	}
}

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		stranger := db.In(t.Context(), "b")
		holds(t, "before anything was", send(t, h, stranger, "GET", "/equipment", nil), 200, "没有设备")
		h.take(t, li(t), nil, register...)
		h.take(t, li(t), nil, map[string]string{"equipment_id": "E00002", "owner_id": "M00003", "equipment": "电机对拖试验台", "phone": "14155096559", "asset_no": "Z2"})
		holds(t, "the public list", send(t, h, stranger, "GET", "/equipment", nil), 200, "材料万能试验机", "110", "维修中", "!注塑机")
		holds(t, "in English", send(t, h, stranger, "GET", "/equipment?status=available&weekend=1", nil, "Accept-Language", "en"), 200, "Shared equipment", "1 found", "available")
		piece := "/equipment/" + h.list(t, li(t), facility.Search{Text: "E00002"}).Pieces[0].ID
		holds(t, "a piece", send(t, h, stranger, "GET", piece, nil), 200, "电机对拖试验台", "EDR03", "280", "!14155096559", "!1,500,000", "!标为维修中", "!Z2")
		holds(t, "a piece for its owner", send(t, h, staff(t, h.base), "GET", piece, nil, "Accept-Language", "en"), 200, "14155096559", "1,500,000", "Mark as being mended", "Z2")
		if w := send(t, h, staff(t, h.base), "POST", piece+"/markings", url.Values{"status": {"maintenance"}}); w.Code != http.StatusSeeOther {
			t.Errorf("marking: %d %s", w.Code, w.Body)
		}
		holds(t, "a wrong sort", send(t, h, stranger, "GET", "/equipment?sort=x", nil), 422)
		holds(t, "a wrong format", send(t, h, stranger, "GET", "/equipment?format=pdf", nil), 422)
		holds(t, "the export", send(t, h, stranger, "GET", "/equipment?format=csv", nil), 200, "设备名称", "2018-06-03", "QUA09", "!价值", "!注塑机")
		holds(t, "the export for those who work", send(t, h, li(t), "GET", "/equipment?format=csv", nil), 200, "价值万元", ",38", "注塑机", "!14155096559")
		if w := send(t, h, stranger, "GET", "/equipment?format=xlsx", nil); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "PK") {
			t.Errorf("workbook: %d", w.Code)
		}
		w := send(t, h, stranger, "GET", "/equipment", nil, "Accept", "application/json")
		var p facility.Page
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Found != 2 || strings.Contains(w.Body.String(), "value_fen") {
			t.Errorf("%v: %s", err, w.Body)
		}
	})
}
