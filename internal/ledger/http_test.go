package ledger

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
	"guildhall/internal/web"
)

const matrix = `
                     stranger  student  none  other  own  secretariat
ledger.account.read  -         -        -     -      yes  yes
ledger.entry.read    -         -        -     -      yes  yes
`

func TestPolicy(t *testing.T) {
	actors := []auth.Actor{{}, {ID: "s", Unit: "own", Roles: []string{auth.Student}}, {ID: "n", Roles: []string{auth.Staff}}, {ID: "o", Unit: "other", Roles: []string{auth.UnitAdmin}},
		{ID: "w", Unit: "own", Roles: []string{auth.Staff}}, {ID: "li", Roles: []string{auth.Secretariat}}}
	got := fmt.Sprintf("\n%-21s%s\n", "", "stranger  student  none  other  own  secretariat")
	for _, action := range slices.Sorted(maps.Keys(policy)) {
		line := fmt.Sprintf("%-21s", action)
		for i, a := range actors {
			word := "-"
			if policy.Can(auth.With(t.Context(), a), action, &Account{Unit: "own"}) {
				word = "yes"
			}
			line += fmt.Sprintf("%-*s", []int{10, 9, 6, 7, 5, 0}[i], word)
		}
		got += strings.TrimRight(line, " ") + "\n"
	}
	if got != matrix {
		t.Errorf("got:%s\nwant:%s", got, matrix)
	}
	if policy.Can(auth.With(t.Context(), auth.Actor{ID: "w", Roles: []string{auth.Staff}}), "ledger.account.read", &Account{}) {
		t.Error("who works for no unit sees the accounts of none")
	}
}

func TestWords(t *testing.T) {
	for _, key := range append(slices.Collect(maps.Keys(policy)), Posted, "ledger.entry.reverse") {
		if !i18n.Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
}

// A list shows exactly what opens one by one; what is not theirs is not found.
func TestPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, journal.Room, Room)
		ctx := secretary(t, "b")
		ids := opened(t, ctx, d, 4) // p0, u1, p2, u3
		abroad := opened(t, secretary(t, "other"), d, 1)[0]
		e := entry(Line{Account: ids[0], Fen: 123456}, Line{Account: ids[1], Fen: -123456})
		e.Title = "=1+1"
		first, err := posted(ctx, d, e)
		if err == nil {
			_, err = db.Update(ctx, d, func(tx *db.Tx) (*Entry, error) { return Reverse(tx, first.ID, "2026-03-02", "金额误录") })
		}
		for range pageSize {
			if err == nil {
				_, err = posted(ctx, d, entry(Line{Account: ids[0], Fen: 100}, Line{Account: ids[1], Fen: -60}, Line{Account: ids[3], Fen: -40}))
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		b := &Book{DB: d, Names: func(*db.Tx) (map[string][2]string, error) {
			return map[string][2]string{"u1": {"一厂", "First Works"}}, nil
		}}
		get := func(who context.Context, path, language string) *httptest.ResponseRecorder {
			rs := &web.Routes{
				Who:  func(http.ResponseWriter, *http.Request) (auth.Actor, error) { return auth.From(who), nil },
				Body: func(context.Context, auth.Actor) (web.Body, error) { return web.Body{ID: "b", Name: "壶城"}, nil },
			}
			b.Routes(rs)
			r := httptest.NewRequest("GET", path, nil)
			r.Header.Set("Accept-Language", language)
			w := httptest.NewRecorder()
			rs.ServeHTTP(w, r)
			return w
		}
		own, other := staff(t, "b", "u1"), staff(t, "b", "u9")
		student := dbtest.As(t, auth.Actor{ID: "s", Body: "b", Unit: "u1", Roles: []string{auth.Student}})
		for _, c := range []struct {
			about    string
			who      context.Context
			path     string
			language string
			code     int
			words    []string
		}{
			{"the accounts", ctx, "/ledger", "zh-CN", 200, []string{"试算平衡", "借贷相等", "52 笔", "项目0", "一厂", "借 50", "贷 30"}},
			{"in English", ctx, "/ledger", "en", 200, []string{"Sums to zero, in each of 52 entries", "First Works", "Dr 50", "Cr 30", "4 accounts"}},
			{"of a kind", ctx, "/ledger?kind=test.owed", "en", 200, []string{"First Works", "!项目0", "!Trial balance"}},
			{"for a unit", own, "/ledger", "en", 200, []string{"First Works", "!项目0", "!Trial balance", "1 account"}},
			{"for a unit without any", other, "/ledger", "en", 200, []string{"No accounts."}},
			{"for a student", student, "/ledger", "en", 404, nil},
			{"for a stranger", db.In(t.Context(), "b"), "/ledger", "en", 303, nil},
			{"an account", ctx, "/ledger/accounts/" + ids[0], "zh-CN", 200, []string{"项目0", "/projects/p0", "本页 50 笔，共 52 笔", "借 50", "after="}},
			{"its second page", ctx, "/ledger/accounts/" + ids[0] + "?after=3", "zh-CN", 200, []string{"已冲销", "冲销", "1,234.56", "=1+1", "本页 2 笔，共 52 笔"}},
			{"before its first line", ctx, "/ledger/accounts/" + ids[0] + "?to=2026-03-01", "en", 200, []string{"No lines."}},
			{"on its day", ctx, "/ledger/accounts/" + ids[0] + "?from=2026-03-02&to=2026-03-02", "en", 200, []string{"52 in all"}},
			{"after its last line", ctx, "/ledger/accounts/" + ids[0] + "?from=2026-03-03", "en", 200, []string{"No lines.", "Dr 50"}},
			{"its own, for a unit", own, "/ledger/accounts/" + ids[1], "en", 200, []string{"First Works", "Cr 30"}},
			{"another's", own, "/ledger/accounts/" + ids[0], "en", 404, nil},
			{"one that is not there", own, "/ledger/accounts/nowhere", "en", 404, nil},
			{"another body's", ctx, "/ledger/accounts/" + abroad, "en", 404, nil},
			{"for a student", student, "/ledger/accounts/" + ids[1], "en", 404, nil},
			{"an entry", ctx, "/ledger/entries/" + first.ID, "zh-CN", 200, []string{"第 1 号分录", "已冲销", "/journal?subject=" + first.ID, "项目0", "一厂"}},
			{"for one of its units", own, "/ledger/entries/" + first.ID, "en", 200, []string{"First Works", "!项目0", "!/journal", "Lines of other accounts: 1."}},
			{"for another", other, "/ledger/entries/" + first.ID, "en", 404, nil},
			{"no file of that kind", ctx, "/ledger?format=pdf", "en", 422, nil},
		} {
			w := get(c.who, c.path, c.language)
			text := w.Body.String()
			if w.Code != c.code {
				t.Errorf("%s: %d, want %d: %.200s", c.about, w.Code, c.code, text)
			}
			for _, word := range c.words {
				not, word := strings.HasPrefix(word, "!"), strings.TrimPrefix(word, "!")
				if strings.Contains(text, word) == not {
					t.Errorf("%s: does it say %q? %v", c.about, word, !not)
				}
			}
			if strings.Contains(text, ">ledger.") || strings.Contains(text, "%!") || strings.Contains(text, " style=") {
				t.Errorf("%s lacks a word, or holds a style", c.about)
			}
		}
		for _, who := range []context.Context{ctx, own, other} { // the list and the rule say the same
			list, err := b.Accounts(who, AccountSearch{})
			if err != nil {
				t.Fatal(err)
			}
			for i, id := range ids {
				listed := slices.ContainsFunc(list.Accounts, func(a Account) bool { return a.ID == id })
				st, err := b.Statement(who, id, StatementSearch{}, pageSize)
				if listed != (err == nil) || err != nil && !errors.Is(err, fault.NotFound) {
					t.Errorf("account %d is listed: %v, and opens: %v", i, listed, err)
				}
				if err == nil && len(st.Moves) > 0 && (st.Moves[0].Actor != "") != auth.From(who).Runs() {
					t.Errorf("who posted is told to %s", auth.From(who).ID)
				}
			}
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(get(ctx, "/ledger/accounts/"+ids[0]+"?format=csv", "en").Body.String(), "\ufeff"))).ReadAll()
		if err != nil || len(rows) != 53 || rows[1][4] != "'=1+1" || rows[1][6] != "1234.56" || rows[2][7] != "1234.56" || rows[52][8] != "50" {
			t.Errorf("the export: %v, %d rows, %v", err, len(rows), rows[:min(3, len(rows))])
		}
		if w := get(own, "/ledger?format=xlsx", "en"); w.Code != 200 || w.Body.Len() < 1000 {
			t.Errorf("the accounts as a workbook: %d", w.Code)
		}
	})
}
