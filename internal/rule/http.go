package rule

import (
	"errors"
	"net/http"
	"strings"

	"guildhall/internal/fault"
	"guildhall/internal/web"
)

// Routes adds the routes of the rules.
func (r *Rules) Routes(rs *web.Routes) {
	rs.Add("GET /rules", "rule.version.read", r.getRules, web.Out[[]Summary]())
	rs.Add("GET /rules/{kind}", "rule.version.read", r.getKind, web.Asks[asked](), web.Out[Whole]())
	rs.Add("POST /rules/{kind}", "rule.version.set", r.postVersion, web.In[Change](), web.Out[Version]())
	rs.Add("POST /rules/{kind}/{id}/withdrawal", "rule.version.withdraw", r.postWithdrawal, web.Out[Version]())
}

type asked struct {
	Setup   string `json:"setup"`   // fills the form with a shipped set-up
	Version string `json:"version"` // shows this version in place of the one that holds
}

func (r *Rules) getRules(req *http.Request) (web.Reply, error) {
	list, err := r.List(req.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: list, Page: listPage(list)}, nil
}

func (r *Rules) getKind(req *http.Request) (web.Reply, error) {
	a, err := web.Query[asked](req)
	if err != nil {
		return web.Reply{}, err
	}
	w, err := r.Whole(req.Context(), req.PathValue("kind"))
	if err != nil {
		return web.Reply{}, err
	}
	f, err := w.begin(a.Setup)
	if err != nil {
		return web.Reply{}, err
	}
	shown := w.Now
	for _, v := range w.Versions {
		if v.ID == a.Version {
			shown = v
		}
	}
	if a.Version != "" && shown.ID != a.Version {
		return web.Reply{}, fault.NotFound.New("fault.not_found")
	}
	return web.Reply{Data: w, Page: kindPage(w, shown, f)}, nil
}

func (r *Rules) postVersion(req *http.Request) (web.Reply, error) {
	ctx, kind := req.Context(), req.PathValue("kind")
	if strings.HasPrefix(req.Header.Get("Content-Type"), "application/json") {
		c, err := web.Read[Change](req)
		if err != nil {
			return web.Reply{}, err
		}
		v, err := r.Set(ctx, kind, c)
		return web.Reply{Data: v, Goto: "/rules/" + kind}, err
	}
	k, ok := Known(kind)
	if !ok {
		return web.Reply{}, fault.NotFound.New("fault.not_found")
	}
	if err := req.ParseForm(); err != nil {
		return web.Reply{}, fault.Invalid.New("fault.unreadable")
	}
	c := Change{Since: req.PostForm.Get("since"), Article: req.PostForm.Get("article"), Setup: req.PostForm.Get("setup")}
	var wrong fault.List
	data, said := k.parse(req.PostForm, &wrong)
	c.Data = data
	v, err := r.set(req, kind, c, wrong)
	if errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict) {
		w, also := r.Whole(ctx, kind)
		if also != nil {
			return web.Reply{}, also
		}
		f, also := w.mend(c, said, err)
		return web.Reply{Page: kindPage(w, w.Now, f)}, errors.Join(err, also)
	}
	return web.Reply{Data: v, Goto: "/rules/" + kind, Done: "rule.done.set"}, err
}

// set lets a rule hold, unless the form could not be read; then all else that is
// wrong with it is told beside.
func (r *Rules) set(req *http.Request, kind string, c Change, unread fault.List) (*Version, error) {
	if len(unread) == 0 {
		return r.Set(req.Context(), kind, c)
	}
	w, err := r.Whole(req.Context(), kind)
	if err != nil {
		return nil, err
	}
	if err := policy.Allow(req.Context(), "rule.version.set", kind); err != nil {
		return nil, err
	}
	wrong := unread
	c.check(&wrong, w.kind, w.Versions, w.Today)
	_, err = w.kind.read(c.Data)
	more, _ := gather(nil, err)
	for _, item := range more { // of a field that could not be read, one fault is enough
		if fault.At(unread, item.Place) == nil {
			wrong = append(wrong, item)
		}
	}
	return nil, wrong
}

func (r *Rules) postWithdrawal(req *http.Request) (web.Reply, error) {
	kind := req.PathValue("kind")
	v, err := r.Withdraw(req.Context(), kind, req.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: v, Goto: "/rules/" + kind, Done: "rule.done.withdrawn"}, nil
}
