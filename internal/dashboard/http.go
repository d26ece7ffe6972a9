package dashboard

import (
	"context"
	"net/http"

	"guildhall/internal/auth"
	"guildhall/internal/i18n"
	"guildhall/internal/web"
)

// Routes adds the routes of the home and the dashboard.
func (d *Dashboard) Routes(rs *web.Routes) {
	rs.Add("GET /{$}", "dashboard.home.read", d.getHome, web.Out[Home]())
	rs.Add("GET /dashboard", "dashboard.desk.read", d.getDesk, web.Asks[asked](), web.Out[Desk]())
}

type asked struct {
	View string `json:"view"` // decide: only what needs a decision
}

func (d *Dashboard) getHome(r *http.Request) (web.Reply, error) {
	h, err := d.Home(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: h, Page: homePage(h)}, nil
}

func (d *Dashboard) getDesk(r *http.Request) (web.Reply, error) {
	q, err := web.Query[asked](r)
	if err != nil {
		return web.Reply{}, err
	}
	k, err := d.Desk(r.Context(), q.View == "decide")
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: k, Page: deskPage(k)}, nil
}

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "dashboard."+word, args...)
}

// door is a way into the house that a kind of user comes for.
type door struct{ word, link string }

// publicDoors are on the home.
var publicDoors = []door{{"gaps", "/gaps"}, {"positions", "/positions"}, {"programmes", "/programmes"}, {"chain", "/chain"}, {"members", "/members"}, {"bulletins", "/bulletins"}}

// doors are those that the actor most often goes through.
func doors(a auth.Actor) []door {
	switch {
	case a.Is(auth.Admin):
		return []door{{"accounts", "/accounts"}, {"members", "/members"}, {"imports", "/imports"}, {"releases", "/releases"}, {"rounds", "/rounds"}, {"journal", "/journal"}}
	case a.Runs():
		return []door{{"imports", "/imports"}, {"gaps", "/gaps"}, {"releases", "/releases"}, {"rounds", "/rounds"}, {"members", "/members"}, {"accounts", "/accounts"}}
	case a.Is(auth.UnitAdmin):
		return []door{{"imports", "/imports"}, {"positions", "/positions"}, {"programmes", "/programmes"}, {"candidates", "/candidates"}, {"forecasts", "/forecasts"}, {"accounts", "/accounts"}}
	case a.Is(auth.Staff):
		return []door{{"imports", "/imports"}, {"positions", "/positions"}, {"programmes", "/programmes"}, {"candidates", "/candidates"}, {"forecasts", "/forecasts"}, {"gaps", "/gaps"}}
	case a.Is(auth.Student):
		return []door{{"my", "/my"}, {"positions", "/positions"}, {"gaps", "/gaps"}, {"bulletins", "/bulletins"}}
	}
	return publicDoors
}

// tint is the class of a due day's tag: late and today press, the week warns.
func tint(part string) string {
	switch part {
	case "late", "today":
		return "none"
	case "week":
		return "wait"
	}
	return ""
}
