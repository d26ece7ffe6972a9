package outlook

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/web"
)

var rootActor = auth.Actor{ID: "root", Name: "root", Roles: []string{auth.Admin}}

func send(t *testing.T, h *house, ctx context.Context, method, path string, form url.Values, head ...string) *httptest.ResponseRecorder {
	t.Helper()
	rs := &web.Routes{
		Who: func(http.ResponseWriter, *http.Request) (auth.Actor, error) { return auth.From(ctx), nil },
		Body: func(context.Context, auth.Actor) (web.Body, error) {
			return web.Body{ID: db.Body(ctx), Name: "壶城", NameEN: "Hucheng"}, nil
		},
	}
	h.Routes(rs)
	h.press.Routes(rs)
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

// holds tells what an answer must say, and with a ! before it what not.
func holds(t *testing.T, about string, w *httptest.ResponseRecorder, code int, words ...string) {
	t.Helper()
	text := w.Body.String()
	if w.Code != code {
		t.Errorf("%s: %d, want %d\n%.500s", about, w.Code, code, text)
	}
	for _, word := range words {
		not, word := strings.HasPrefix(word, "!"), strings.TrimPrefix(word, "!")
		if strings.Contains(text, word) == not {
			t.Errorf("%s: does it say %q? %v", about, word, !not)
		}
	}
	if strings.Contains(w.Header().Get("Content-Type"), "html") {
		text = strings.ReplaceAll(text, "/rules/outlook.", "/rules/") // the kinds of rules bear the room's name
		for _, wrong := range []string{"outlook.", "%!", " style=", "NaN"} {
			if at := strings.Index(text, wrong); at >= 0 {
				t.Errorf("%s holds %q: …%s…", about, wrong, text[max(0, at-30):min(len(text), at+60)])
			}
		}
	}
}

func TestPages(t *testing.T) {
	each(t, 12, func(t *testing.T, h *house) {
		li, hr, stranger := h.secretariat(t), h.staff(t, "E0"), h.stranger(t)
		get := func(ctx context.Context, path string, head ...string) *httptest.ResponseRecorder {
			t.Helper()
			return send(t, h, ctx, "GET", path, nil, head...)
		}
		for _, path := range []string{"/gaps", "/forecasts", "/bulletins", "/releases"} {
			holds(t, path+" before anything", get(stranger, path), 200, "还没有")
		}
		h.report(t, "2026Q1")
		h.publish(t)
		h.report(t, "2026Q2")
		r := h.run(t)
		own := lineKey(h.world.units["E0"], "P014")
		for _, language := range []string{"zh-CN", "en"} {
			in := []string{"Accept-Language", language}
			for _, path := range []string{"/gaps", "/gaps?segment=M07&short=1", "/gaps?least=999999", "/gaps?sort=ratio", "/gaps?by=occupation", "/gaps?by=grade", "/gaps?by=programme", "/gaps?by=segment", "/catalogue", "/advice", "/advice?word=keep", "/open-data", "/releases/" + r.ID + "/verification", "/gaps/P013", "/gaps/P014", "/forecasts", "/forecasts?level=line&sort=wape",
				"/forecasts/" + own, "/forecasts/total", "/forecasts/kind-P014", "/forecasts/segment-M07", "/bulletins", "/bulletins/2026-1", "/releases", "/releases/" + r.ID} {
				holds(t, path+" for the secretariat in "+language, get(li, path, in...), 200)
			}
			for _, path := range []string{"/gaps", "/gaps/P013", "/gaps/P014", "/forecasts", "/forecasts/total", "/bulletins", "/bulletins/2026-1", "/releases"} {
				holds(t, path+" for a stranger in "+language, get(stranger, path, in...), 200)
			}
		}
		holds(t, "the gaps", get(li, "/gaps"), 200, "电池测试技术员", "尚未公布", "仅内部可见")
		holds(t, "the gaps for a stranger", get(stranger, "/gaps"), 200, "!尚未公布", "不公开", "!仅内部可见")
		holds(t, "a withheld kind for a stranger", get(stranger, "/gaps/P014"), 200, "不足三家")
		holds(t, "a line of one enterprise for a stranger", get(stranger, "/forecasts/"+own), 404)
		holds(t, "its own line", get(hr, "/forecasts/"+own), 200, "电池管理系统工程师", "计划权重")
		holds(t, "a line of another enterprise", get(h.staff(t, "E1"), "/forecasts/"+own), 404)
		holds(t, "a withheld sum for a stranger", get(stranger, "/forecasts/kind-P014"), 404)
		holds(t, "an unpublished release for a stranger", get(stranger, "/gaps?release="+r.ID), 404)
		holds(t, "no such kind", get(li, "/gaps/P999"), 404)
		holds(t, "a wrong number", get(li, "/gaps?least=many"), 422)
		holds(t, "a wrong cursor", get(li, "/forecasts?after=x"), 422)
		holds(t, "a wrong format", get(li, "/gaps?format=pdf"), 422)
		holds(t, "as csv", get(li, "/gaps?format=csv"), 200, "电池测试技术员")
		holds(t, "as xlsx", get(li, "/forecasts?format=xlsx"), 200, "PK")
		holds(t, "withheld in csv", get(stranger, "/gaps?format=csv"), 200, "P014")

		holds(t, "a quarter to come", send(t, h, li, "POST", "/releases", url.Values{"as_of": {"2031Q1"}}), 422, "还没有 2031Q1 的招聘数据")
		holds(t, "a revision for no reason", send(t, h, li, "POST", "/releases", url.Values{"revises": {"2026-9"}}), 422, "没有公报 2026-9 号", "请写明修订原因")
		holds(t, "a release by an enterprise", send(t, h, hr, "POST", "/releases", url.Values{}), 403)
		holds(t, "a review", send(t, h, li, "POST", "/releases/"+r.ID+"/review", url.Values{}), 303)
		holds(t, "the publication", send(t, h, li, "POST", "/releases/"+r.ID+"/publication", url.Values{}), 303)
		holds(t, "the second bulletin", get(stranger, "/bulletins/2026-2"), 200, "应验")
		holds(t, "a release", send(t, h, li, "POST", "/releases", url.Values{}), 303)
	})
}

// Programs get the same, and nothing of what is withheld.
func TestPrograms(t *testing.T) {
	each(t, 12, func(t *testing.T, h *house) {
		h.report(t, "2026Q2")
		h.publish(t)
		w := send(t, h, h.stranger(t), "GET", "/gaps", nil, "Accept", "application/json")
		var table Table
		if err := json.Unmarshal(w.Body.Bytes(), &table); err != nil || len(table.Kinds) != 6 || table.Release == nil {
			t.Fatalf("%v: %.300s", err, w.Body)
		}
		for _, g := range table.Kinds {
			if one := g.Code == "P014" || g.Code == "P002"; one && (!g.Withheld || g.Demand != 0 || g.Hires != 0 || g.History != nil) {
				t.Errorf("%s tells %+v", g.Code, g)
			}
		}
		record := `{"records":[{"quarter":"2026Q3","unit":"` + h.world.units["E0"] + `","position":"P013","hired":4}]}`
		r := httptest.NewRequest("POST", "/hiring", strings.NewReader(record))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json")
		rs := &web.Routes{Who: func(http.ResponseWriter, *http.Request) (auth.Actor, error) { return auth.From(h.staff(t, "E0")), nil },
			Body: func(context.Context, auth.Actor) (web.Body, error) { return web.Body{ID: body}, nil }}
		h.Routes(rs)
		got := httptest.NewRecorder()
		rs.ServeHTTP(got, r)
		if got.Code >= 300 || len(view(t, h, hires)) != 20*12+1 {
			t.Errorf("%d %s", got.Code, got.Body)
		}
	})
}

// Whatever the order, the pages of the list join to the whole, no line twice.
func TestPagesJoin(t *testing.T) {
	each(t, 12, func(t *testing.T, h *house) {
		h.report(t, "2026Q2")
		h.run(t)
		for _, sort := range []string{"", "ahead", "-recent", "recent", "change", "-change", "wape", "-wape", "label", "-label"} {
			a := Ask{Sort: sort}
			whole, err := h.lines(h.secretariat(t), a, 1000)
			if err != nil {
				t.Fatal(err)
			}
			var want, got []string
			for _, l := range whole.Lines {
				want = append(want, l.Key)
			}
			for {
				part, err := h.lines(h.secretariat(t), a, 7)
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range part.Lines {
					got = append(got, l.Key)
				}
				if a.After = part.Next; a.After == "" {
					break
				}
			}
			if len(want) != 30 || !slices.Equal(got, want) {
				t.Errorf("by %q: %d lines in pages, %d at once", sort, len(got), len(want))
			}
		}
	})
}

// What waits: the first release, its review, its publication, plans not told.
func TestWaiting(t *testing.T) {
	each(t, 12, func(t *testing.T, h *house) {
		waits := func(ctx context.Context) (words []string) {
			t.Helper()
			list, err := db.View(ctx, h.DB, h.Waiting)
			if err != nil {
				t.Fatal(err)
			}
			for _, task := range list {
				words = append(words, strings.TrimPrefix(task.Word, "outlook.waiting."))
			}
			return words
		}
		li := h.secretariat(t)
		want := func(ctx context.Context, words ...string) {
			t.Helper()
			if got := waits(ctx); !slices.Equal(got, words) {
				t.Errorf("waiting: %v, want %v", got, words)
			}
		}
		want(li)
		if err := h.Report(li, h.world.hires); err != nil {
			t.Fatal(err)
		}
		want(li, "first")
		want(h.staff(t, "E0"), "plans")
		if err := h.Plan(li, h.world.plans); err != nil {
			t.Fatal(err)
		}
		want(h.staff(t, "E0"))
		want(h.stranger(t))
		r := h.run(t)
		want(li, "review")
		if _, err := h.Review(li, r.ID); err != nil {
			t.Fatal(err)
		}
		want(li, "publish")
		if _, err := h.Publish(li, r.ID); err != nil {
			t.Fatal(err)
		}
		want(li)
		figures, err := db.View(h.stranger(t), h.DB, h.Figures)
		if err != nil || len(figures) != 3 || figures[0].Value == 0 {
			t.Errorf("%v, %v", figures, err)
		}
	})
}
