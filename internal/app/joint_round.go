package app

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/recommend"
	"guildhall/internal/round"
	"guildhall/internal/seal"
	"guildhall/internal/talent"
	"guildhall/matching/fit"
)

// Rounds gives an office of matching rounds over the candidates and positions of
// t, and lets t tell how they came out.
func Rounds(d *db.DB, keys *seal.Keys, t *talent.Talent) *round.Office {
	return roundsOver(d, keys, t, Recommends(d, keys, t))
}

// roundsOver is Rounds with an office of recommendation that others use too.
func roundsOver(d *db.DB, keys *seal.Keys, t *talent.Talent, advice *recommend.Office) *round.Office {
	o := round.New(d, keys, pool{t, advice})
	t.Rounds = outcomes{o}
	return o
}

// pool answers the rounds' questions about people and posts from talent.
type pool struct {
	*talent.Talent
	advice *recommend.Office
}

func (pool) Statuses() (all, seeking []string) { return talent.Statuses, talent.Seeking }

func (p pool) Seekers(tx *db.Tx, statuses []string) ([]*round.Candidate, error) {
	found, err := p.Talent.Seekers(tx, statuses)
	if err != nil {
		return nil, err
	}
	list := make([]*round.Candidate, len(found))
	for i, c := range found {
		if list[i], err = entrant(c); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (p pool) Candidate(tx *db.Tx, id string) (*round.Candidate, error) {
	c, err := p.See(tx, id)
	if err != nil {
		return nil, err
	}
	return entrant(c)
}

func entrant(c *talent.Candidate) (*round.Candidate, error) {
	profile, err := json.Marshal(c.Profile())
	return &round.Candidate{ID: c.ID, School: c.School, Name: c.Name, Status: c.Status, Level: c.Level, Programme: c.ProgrammeCode,
		WantKinds: c.WantKinds, WantRegions: c.WantRegions, WantPay: c.WantPay, AcceptShift: c.AcceptShift, AcceptOverseas: c.AcceptOverseas,
		ConsentAt: c.ConsentAt, GuardianAt: c.GuardianAt, AdultFrom: c.AdultFrom, Profile: string(profile)}, err
}

func (p pool) Posts(tx *db.Tx) ([]*round.Post, error) {
	open, err := p.Open(tx)
	if err != nil {
		return nil, err
	}
	list := make([]*round.Post, len(open))
	for i, o := range open {
		if list[i], err = post(o); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (p pool) OpenPosts(tx *db.Tx) (map[string]bool, error) { return p.OpenIDs(tx) }

func (p pool) Post(tx *db.Tx, id string) (*round.Post, error) {
	found, err := p.SeePosition(tx, id)
	if err != nil {
		return nil, err
	}
	return post(found)
}

func post(p *talent.Position) (*round.Post, error) {
	profile, err := json.Marshal(p.Post())
	return &round.Post{ID: p.ID, Ref: p.Ref, Enterprise: p.Enterprise, Title: p.Title, Kind: p.Kind, Segment: p.Segment, Region: p.Region,
		Places: p.Headcount, PayLow: p.PayLow, PayHigh: p.PayHigh, Shift: p.Shift, Open: p.Status == talent.Open, Line: p.Line, Profile: string(profile)}, err
}

func (p pool) Best(tx *db.Tx, c *round.Candidate, most int) ([]round.Offer, error) {
	best, err := p.advice.Best(tx, c.ID, most)
	if err != nil {
		return nil, err
	}
	rule, err := p.InForce(tx)
	list := make([]round.Offer, len(best))
	for i, b := range best {
		list[i].Post = &round.Post{ID: b.ID, Ref: b.Ref, Enterprise: b.Enterprise, Title: b.Title, Kind: b.Fit.Kind, Segment: b.Segment, Region: b.Fit.Region,
			Places: b.Places, PayLow: b.Fit.PayLow, PayHigh: b.Fit.PayHigh, Shift: b.ShiftWord, Open: b.Open}
		list[i].Merit, list[i].Wish, list[i].Parts = b.Merit, b.Wish, meritOf(rule.Rule, b.Score)
	}
	return list, err
}

func meritOf(rule fit.Rule, s fit.Score) []round.Part {
	list := make([]round.Part, talent.MeritParts)
	for i := range list {
		list[i] = round.Part{Name: talent.Parts[i], Points: s[i], Of: rule.Of(i)}
	}
	return list
}

func (p pool) Scoring(tx *db.Tx) (s round.Scoring, err error) {
	rule, err := p.InForce(tx)
	if err != nil {
		return s, err
	}
	s = round.Scoring{Since: rule.Since, Article: rule.Article, Must: rule.Must, Partial: rule.Partial, Floor: rule.Floor, Choices: rule.Choices}
	for i, name := range talent.Parts {
		if part := (round.Part{Name: name, Of: rule.Of(i)}); i < talent.MeritParts {
			s.Merit = append(s.Merit, part)
		} else {
			s.Wish = append(s.Wish, part)
		}
	}
	s.Data, err = json.Marshal(rule)
	return s, err
}

// Describe says what a round was decided on, where it can be read.
func (pool) Describe(ctx context.Context, profile string) string {
	var p talent.Profile
	if json.Unmarshal([]byte(profile), &p) != nil {
		return profile
	}
	return p.Describe(ctx)
}

func (p pool) Panel(s round.Scoring, profiles, posts []string) (round.Panel, error) {
	var rule talent.Rule
	if err := json.Unmarshal(s.Data, &rule); err != nil {
		return nil, err
	}
	people, err := unpacked(profiles, (*talent.Profile).Fit)
	if err != nil {
		return nil, err
	}
	open, err := unpacked(posts, (*talent.Post).Fit)
	return &panel{scorer: fit.Scorer{Rule: rule.Rule, Links: p.Links()}, people: people, posts: open,
		market: sync.OnceValue(func() *fit.Market { return fit.NewMarket(rule.Rule, p.Links(), open) })}, err
}

// unpacked reads what a round keeps as the engine takes it, on all processors: a
// city has a hundred thousand candidates.
func unpacked[T, F any](texts []string, as func(*T) F) ([]F, error) {
	list := make([]F, len(texts))
	workers := runtime.GOMAXPROCS(0)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w * len(texts) / workers; i < (w+1)*len(texts)/workers; i++ {
				var v T
				if err := json.Unmarshal([]byte(texts[i]), &v); err != nil {
					errs[w] = err
					return
				}
				list[i] = as(&v)
			}
		})
	}
	wg.Wait()
	return list, errors.Join(errs...)
}

// panel scores the candidates and posts of a round. Lists come from the compiled
// market; single pairs are scored as the rule is read, so that whoever checks a
// list does not ask what made it.
type panel struct {
	scorer fit.Scorer
	people []fit.Profile
	posts  []fit.Post
	market func() *fit.Market
}

func (p *panel) Judge() round.Judge { return &judge{panel: p} }

type judge struct {
	*panel
	space *fit.Seeker
}

func (j *judge) seeker() *fit.Seeker {
	if j.space == nil {
		j.space = j.market().Seeker()
	}
	return j.space
}

func (j *judge) List(candidate int, own []int, skip func(post int) bool) (list []round.Choice) {
	most := j.scorer.Rule.Choices
	for _, seq := range own {
		if merit, bar := j.Merit(candidate, seq); bar == "" && len(list) < most {
			list = append(list, round.Choice{Seq: seq, Merit: merit})
		}
	}
	if len(own) > 0 {
		return list
	}
	for _, c := range j.seeker().List(&j.people[candidate], most, skip) {
		list = append(list, round.Choice{Seq: c.Post, Merit: c.Merit})
	}
	return list
}

func (j *judge) Merit(candidate, post int) (merit int, bar string) {
	c, p := &j.people[candidate], &j.posts[post]
	if merit, bar = j.scorer.Score(c, p).Merit(), fit.Bar(c, p); bar == "" && merit < j.scorer.Rule.Floor {
		bar = fit.BarFloor
	}
	return merit, bar
}

func (j *judge) Parts(candidate, post int) []round.Part {
	return meritOf(j.scorer.Rule, j.scorer.Score(&j.people[candidate], &j.posts[post]))
}

func (j *judge) Changes(candidate int, within func(post, merit int) bool) (list []round.Change) {
	asked, _ := j.market().Asked()
	steps := make([]fit.Step, len(asked))
	for i, s := range asked {
		steps[i].Skills = []fit.Skill{s}
	}
	r := j.seeker().Reach(&j.people[candidate], j.market().Steps(steps), within)
	add := func(c round.Change, opens []int) {
		if c.Opens = opens; len(opens) > 0 {
			list = append(list, c)
		}
	}
	for i, opens := range r.Steps {
		add(round.Change{Skill: asked[i].Code, Level: asked[i].Level}, opens)
	}
	add(round.Change{Accept: fit.BarShift}, r.Shift)
	add(round.Change{Accept: fit.BarOverseas}, r.Overseas)
	return list
}

// outcomes answers talent's questions about rounds.
type outcomes struct{ *round.Office }

func (o outcomes) Standings(tx *db.Tx, candidate string) ([]talent.Stand, error) {
	return told(func(tx *db.Tx) ([]round.Stand, error) { return o.Office.Standings(tx, candidate) },
		func(s round.Stand) talent.Stand {
			return talent.Stand{Round: s.Round, Name: s.Name, Choice: s.Choice, Title: s.Title}
		})(tx)
}

func (o outcomes) Admitted(tx *db.Tx, p *talent.Position) (*talent.Admitted, error) {
	a, err := o.Office.Admitted(tx, p.ID, p.Enterprise)
	if a == nil || err != nil {
		return nil, err
	}
	out := &talent.Admitted{Round: a.Round.ID, Name: a.Round.Name, Places: a.Cut.Places, Placed: a.Cut.Placed, Listed: a.Cut.Listed}
	for _, x := range a.List {
		out.List = append(out.List, talent.Admittee{Candidate: x.Candidate, Name: x.Name, SchoolName: x.SchoolName,
			Programme: x.Programme, Choice: x.Choice, Points: x.Points})
	}
	return out, nil
}

// tendRounds ends the answering of rounds whose last day is past, in every body.
func (h *House) tendRounds(ctx context.Context) {
	for {
		list, err := h.known(ctx)
		for _, b := range list {
			if err := h.Rounds.Tend(db.In(ctx, b.ID)); err != nil && ctx.Err() == nil {
				slog.ErrorContext(ctx, "app: rounds", "body", b.ID, "error", err)
			}
		}
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "app: rounds", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(10 * time.Minute):
		}
	}
}
