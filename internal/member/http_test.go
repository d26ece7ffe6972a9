package member_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/member"
	"guildhall/internal/web"
)

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

func get(t *testing.T, h *house, ctx context.Context, path string, head ...string) *httptest.ResponseRecorder {
	t.Helper()
	return send(t, h, ctx, "GET", path, nil, head...)
}

// holds tells what a page must say and must not say.
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
	body = strings.ReplaceAll(body, "/rules/member.", "") // the name of a rule is no missing word
	if strings.Contains(body, "member.") && strings.Contains(w.Header().Get("Content-Type"), "html") {
		at := strings.Index(body, "member.")
		t.Errorf("%s: a word is missing: %s", about, body[at:min(at+40, len(body))])
	}
	if strings.Contains(body, " style=") || strings.Contains(body, "%!") {
		t.Errorf("%s: an inline style, or a word that is filled wrongly", about)
	}
}

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.take(t, founding...)
		h.Tied = []member.Tied{func(*db.Tx, string) ([]directory.Tie, error) {
			return []directory.Tie{{Word: "web.home", Count: 7, Path: "/x", Decide: "web.brand"}}, nil
		}}
		stranger, li := db.In(t.Context(), "b"), secretariat(t)
		unit := "/members/" + h.units["管委会"]
		holds(t, "the public roll", get(t, h, stranger, "/members"), 200, "壶东新区管理委员会", "理事长单位", "牵头学校", "!0772-1", "!吸收新成员", "33.3%")
		holds(t, "the roll for its keeper", get(t, h, li, "/members"), 200, "0772-1", "吸收新成员")
		holds(t, "in English", get(t, h, li, "/members?class=government", "Accept-Language", "en"), 200, "Roll of members", "Chair", "Government", "1 found")
		holds(t, "nothing found", get(t, h, li, "/members?q=%E6%97%A0%E6%AD%A4"), 200, "没有符合条件的成员")
		holds(t, "before anything was", get(t, h, stranger, "/members?on=2020-01-01"), 200, "名册还是空的")
		holds(t, "a wrong day", get(t, h, stranger, "/members?on=soon"), 422)
		holds(t, "a unit", get(t, h, stranger, unit), 200, "11450203MAX0000158", "虚构单位", "!任命职务", "!0772-1", "2023-12-28 起")
		holds(t, "a unit for its keeper", get(t, h, li, unit), 200, "任命职务", "办理退出", "解除职务", "0772-1")
		holds(t, "a unit in English", get(t, h, li, unit, "Accept-Language", "en"), 200, "Ranks by date", "since 2023-12-28")
		holds(t, "a unit of no body", get(t, h, li, "/members/"+h.units["检测院"]), 404)
		for _, form := range []string{"/appointments", "/relief?rank=chair", "/leaving"} {
			holds(t, form, get(t, h, li, unit+form), 200, "<form", "理事长单位")
			holds(t, form+" in English", get(t, h, li, unit+form, "Accept-Language", "en"), 200, "Chair")
			if w := get(t, h, stranger, unit+form); w.Code != http.StatusSeeOther {
				t.Errorf("a stranger gets the form %s: %d", form, w.Code)
			}
		}
		holds(t, "what is affected", get(t, h, li, unit+"/leaving"), 200, "返回首页", "须由匠联决定", "职务自同一天起全部终止")
		holds(t, "the ranks", get(t, h, stranger, "/members/ranks"), 200, "观察员单位", "!新增或修改职务")
		holds(t, "the ranks for their keeper", get(t, h, li, "/members/ranks", "Accept-Language", "en"), 200, "Add or change a rank")
		holds(t, "the form to join", get(t, h, li, "/members/joining"), 200, "加入名册")
	})
}

func TestForms(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.take(t, founding...)
		li, unit := secretariat(t), "/members/"+h.units["管委会"]
		w := send(t, h, li, "POST", "/members", url.Values{"name": {"新单位"}, "since": {"2024-13-01"}, "staff": {"many"}, "credit_code": {"x"}})
		holds(t, "a form with faults", w, 422, `value="新单位"`, "staff-wrong", "since-wrong", "credit_code-wrong")
		w = send(t, h, li, "POST", "/members", url.Values{"name": {"新单位"}, "since": {"2024-13-01"}, "credit_code": {"x"}, "region": {"1"}})
		holds(t, "a form with faults", w, 422, `value="新单位"`, "credit_code-wrong", "since-wrong", "请选择单位类别", "region-wrong")
		w = send(t, h, li, "POST", "/members", url.Values{"name": {"新单位"}, "class": {"enterprise"}, "since": {"2024-03-01"}, "rank": {"director"}, "staff": {""}})
		if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/members/") {
			t.Fatalf("a new member: %d %s", w.Code, w.Body)
		}
		made := w.Header().Get("Location")
		holds(t, "a second chair", send(t, h, li, "POST", made+"/appointments", url.Values{"rank": {"chair"}, "day": {"2025-01-01"}}), 409, "名额已满", "<form")
		for _, step := range []struct{ path, rank string }{{unit + "/relief", "chair"}, {made + "/appointments", "chair"}} {
			if w := send(t, h, li, "POST", step.path, url.Values{"rank": {step.rank}, "day": {"2025-01-01"}}); w.Code != http.StatusSeeOther {
				t.Errorf("%s: %d %s", step.path, w.Code, w.Body)
			}
		}
		holds(t, "a leaving without a day", send(t, h, li, "POST", unit+"/leaving", url.Values{"ending": {"left"}}), 422, "day-wrong")
		if w := send(t, h, li, "POST", unit+"/leaving", url.Values{"ending": {"left"}, "day": {"2025-06-01"}, "resolution": {"来函"}}); w.Code != http.StatusSeeOther {
			t.Errorf("a leaving: %d %s", w.Code, w.Body)
		}
		holds(t, "one that left", get(t, h, li, unit), 200, "自愿退出", "来函", "!任命职务")
		holds(t, "its form", get(t, h, li, unit+"/leaving"), 409)
		holds(t, "a rank with faults", send(t, h, li, "POST", "/members/ranks", url.Values{"code": {"Ü"}}), 422, "code-wrong", "name-wrong", "place-wrong")
	})
}

func TestPrograms(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.take(t, founding...)
		w := get(t, h, db.In(t.Context(), "b"), "/members?sort=-rank", "Accept", "application/json")
		var p member.Page
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Total != 3 || len(p.Entries) != 3 || p.Entries[2].Ranks[0].Code != "chair" || p.Entries[2].Phone != "" {
			t.Errorf("%v: %s", err, w.Body)
		}
		if w := get(t, h, db.In(t.Context(), "b"), "/members?format=xlsx"); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "PK") ||
			!strings.Contains(w.Header().Get("Content-Disposition"), "members") && !strings.Contains(w.Header().Get("Content-Disposition"), "%E6") {
			t.Errorf("export: %d %v", w.Code, w.Header())
		}
		public := get(t, h, db.In(t.Context(), "b"), "/members?format=csv").Body.String()
		keeper := get(t, h, secretariat(t), "/members?format=csv").Body.String()
		if strings.Contains(public, "0772-1") || !strings.Contains(keeper, "0772-1") {
			t.Error("phones in the export")
		}
		if w := get(t, h, secretariat(t), "/members?format=pdf"); w.Code != 422 {
			t.Errorf("an unknown format: %d", w.Code)
		}
	})
}

// Programs find the roll in the description that is made of the routes.
func TestDescription(t *testing.T) {
	rs := &web.Routes{}
	(&member.Roll{}).Routes(rs)
	text, err := json.Marshal(rs.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"/members/{unit}/leaving"`, `"MemberWhole"`, `"segment"`, `"resolution"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the description lacks %s", want)
		}
	}
}

// Both languages say the same words.
func TestWords(t *testing.T) {
	for _, language := range i18n.Languages {
		for key := range i18n.Words(language) {
			if strings.HasPrefix(key, "member.") && !i18n.Has(key) {
				t.Errorf("%s is not said in every language", key)
			}
		}
	}
}
