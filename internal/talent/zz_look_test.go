package talent_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/talent"
	"guildhall/internal/web"
)

func TestLook(t *testing.T) {
	addr := os.Getenv("LOOK")
	if addr == "" {
		t.Skip()
	}
	w := loadFolder(t, filepath.Join(t.TempDir(), "demo.db"), shared(t, "data/sample/demo"))
	r := must[*talent.Round](t)(w.RunRound(w.office, talent.RoundForm{Name: "2027 届毕业与实习 第 1 轮", Statuses: talent.Seeking}, "20260301-0815"))
	o := must[*talent.Round](t)(w.Draft(w.office, talent.RoundForm{Name: "第 2 轮", Statuses: talent.Seeking, CapPercent: 10}))
	must[*talent.Round](t)(w.Open(w.office, o.ID))
	ids := must[[]string](t)(w.Telling(w.office, r.ID, 400))
	rs := &web.Routes{}
	rs.Rail = []web.Place{{Group: "talent.rounds", Word: "talent.rounds", Path: "/rounds"}, {Group: "talent.rounds", Word: "talent.positions", Path: "/positions"}}
	rs.Who = func(_ http.ResponseWriter, q *http.Request) (auth.Actor, error) {
		a := auth.Actor{ID: "x", Name: "张三", Body: w.body}
		switch q.URL.Query().Get("as") {
		case "office":
			a.Roles = []string{auth.Secretariat}
		case "school":
			a.Unit, a.Roles = w.units["M00075"], []string{auth.UnitAdmin}
		case "firm":
			a.Unit, a.Roles = w.units["M00011"], []string{auth.UnitAdmin}
		case "student":
			a.About, a.Roles = ids[0], []string{auth.Student}
		case "loser":
			a.About, a.Roles = ids[len(ids)-1], []string{auth.Student}
		default:
			a.ID = ""
		}
		return a, nil
	}
	rs.Body = func(context.Context, auth.Actor) (web.Body, error) {
		return web.Body{ID: w.body, Name: "龙壶市汽车产教联合体"}, nil
	}
	rs.Door(w.DB.Ping)
	w.Routes(rs)
	os.WriteFile("/tmp/look.ids", []byte(r.ID+"\n"+o.ID+"\n"+ids[0]+"\n"), 0o644)
	s := &http.Server{Addr: addr, Handler: rs}
	go s.ListenAndServe()
	time.Sleep(time.Hour)
}
