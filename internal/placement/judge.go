package placement

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"guildhall/internal/agreement"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/rule"
)

// judge checks placements together, over everybody who holds places at the same
// enterprises, and moves each to the state that its verdict asks for. Those who
// started come first, then those who were let in before, then by number: a place
// that somebody holds is not lost to one who comes later.
func (o *Office) judge(tx *db.Tx, list []*Placement) error {
	if err := o.know(tx, list); err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b *Placement) int {
		return cmp.Or(cmp.Compare(rankOf(a.State), rankOf(b.State)), cmp.Compare(a.Number, b.Number))
	})
	b, err := o.bench(tx, list)
	if err != nil {
		return err
	}
	for _, p := range list {
		if err := b.judge(tx, p); err != nil {
			return err
		}
	}
	return nil
}

func rankOf(s State) int { return slices.Index([]State{Started, Changed, Ready, Checked}, s) & 7 } // others last: -1 & 7 is 7

// bench is what a check goes by: the rules in force, staff, and who holds places.
type bench struct {
	office  *Office
	rules   map[string]rule.Held[Regulation] // by kind
	prints  map[string]string
	staff   map[string]int // by enterprise
	posts   map[[2]string]int
	holding map[string][]holder // by enterprise
}

// holder is somebody who holds a place at an enterprise.
type holder struct {
	id, kind string // of the placement, of the post
	span
}

func (o *Office) bench(tx *db.Tx, list []*Placement) (*bench, error) {
	b := &bench{office: o, rules: map[string]rule.Held[Regulation]{}, prints: map[string]string{}, staff: map[string]int{}, posts: map[[2]string]int{}, holding: map[string][]holder{}}
	for _, kind := range Kinds {
		held, err := rule.Today[Regulation](tx, "placement."+kind)
		if err != nil {
			return nil, err
		}
		b.rules[kind] = held
	}
	units, err := directory.Units(tx)
	if err != nil {
		return nil, err
	}
	judged := map[string]bool{}
	for _, p := range list {
		judged[p.ID] = true
		if u := units[p.Enterprise]; u != nil {
			b.staff[p.Enterprise] = u.Staff
		}
	}
	for enterprise := range b.staff {
		if err := staffOf(tx, enterprise, b.posts); err != nil {
			return nil, err
		}
		found, err := holders(tx, enterprise)
		if err != nil {
			return nil, err
		}
		b.holding[enterprise] = slices.DeleteFunc(found, func(h holder) bool { return judged[h.id] })
	}
	return b, nil
}

// judge gives one placement its verdict, and its place where it gets one.
func (b *bench) judge(tx *db.Tx, p *Placement) error {
	held := b.rules[p.Kind]
	m := &matter{Placement: p, near: b.office.Talent.Near(p.post, p.Programme), staff: b.staff[p.Enterprise], postStaff: b.posts[[2]string{p.Enterprise, p.PostKind}]}
	for _, h := range b.holding[p.Enterprise] {
		m.beside = append(m.beside, h.span)
		if h.kind == p.PostKind {
			m.posted = append(m.posted, h.span)
		}
	}
	print, err := b.snapshot(tx, p.Kind)
	if err != nil {
		return err
	}
	p.Verdict = &Verdict{At: tx.Now, Rule: held.ID, Since: held.Since, Breaches: held.Rule.breaches(m), Staff: m.staff, PostStaff: m.postStaff, Snapshot: print}
	p.settle()
	if p.Kind == Internship && p.State.holds() {
		b.holding[p.Enterprise] = append(b.holding[p.Enterprise], holder{p.ID, p.PostKind, span{p.Since, p.Until}})
	}
	return nil
}

// snapshot keeps the text of the regulation under its fingerprint, once.
func (b *bench) snapshot(tx *db.Tx, kind string) (string, error) {
	if print := b.prints[kind]; print != "" {
		return print, nil
	}
	data, err := json.Marshal(b.rules[kind].Rule)
	if err != nil {
		return "", err
	}
	b.prints[kind] = tx.Digest(data)
	return b.prints[kind], saveSnapshot(tx, b.prints[kind], kind, string(data))
}

// settle moves a placement to the state that its verdict asks for. One that runs
// goes on running, and is shown with what stands against it, for somebody to mend
// or to end.
func (p *Placement) settle() {
	waits := slices.IndexFunc(p.Verdict.Breaches, func(b Breach) bool { return !b.Waits }) < 0
	switch {
	case p.State == Changed && len(p.Verdict.Breaches) == 0:
		p.State = Started
	case !p.State.Before():
	case len(p.Verdict.Breaches) == 0:
		p.State = Ready
	case waits:
		p.State = Checked
	default:
		p.State = Refused
	}
}

// know fills in what is known of the persons, the posts and the agreements.
func (o *Office) know(tx *db.Tx, list []*Placement) error {
	var people, posts, papers []string
	for _, p := range list {
		if p.student == nil {
			people = append(people, p.Candidate)
		}
		if p.post == nil {
			posts = append(posts, p.Post)
		}
		if p.agreed == nil {
			papers = append(papers, p.Agreement)
		}
	}
	students, err := o.Talent.Students(tx, people)
	if err != nil {
		return err
	}
	known, err := o.Talent.Posts(tx, posts)
	if err != nil {
		return err
	}
	agreed, err := agreement.Several(tx, o.Keys, papers)
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.student == nil {
			p.student = cmp.Or(students[p.Candidate], &Student{ID: p.Candidate, School: p.School})
		}
		if p.post == nil {
			p.post = cmp.Or(known[p.Post], &Post{ID: p.Post, Enterprise: p.Enterprise, Title: p.Title, Kind: p.PostKind})
		}
		if p.agreed == nil {
			p.agreed = agreed[p.Agreement]
		}
	}
	return nil
}

// most is how many placements are checked in one go.
const most = 500

// Check checks placements together: those of these ids, or all that the actor may
// check and that have not started. It gives those it checked.
func (o *Office) Check(ctx context.Context, ids []string) ([]*Placement, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) ([]*Placement, error) {
		if a := auth.From(ctx); !runs(a, nil) && !works(a, nil) {
			return nil, policy.Allow(ctx, "placement.placement.check", &Placement{})
		}
		var w db.Where
		w.And("p.state IN ('draft', 'refused', 'checked', 'ready')")
		if len(ids) > 0 {
			w.In("p.id", ids)
		}
		visible(auth.From(tx.Context()), &w)
		list, err := o.list(tx, w, "p.number", most+1)
		if err != nil {
			return nil, err
		}
		if len(list) > most {
			return nil, fault.Invalid.New("placement.too_many", most)
		}
		for _, p := range list {
			p.action = "placement.placement.check"
			if err := policy.Allow(tx.Context(), p.action, p); err != nil {
				return nil, err
			}
		}
		return list, o.rejudge(tx, list)
	})
}

// rejudge judges placements and keeps them.
func (o *Office) rejudge(tx *db.Tx, list []*Placement) error {
	was := map[string]bool{}
	for _, p := range list {
		was[p.ID] = p.broken()
	}
	if err := o.judge(tx, list); err != nil {
		return err
	}
	for _, p := range list {
		if err := o.keep(tx, p); err != nil {
			return err
		}
		if err := noteRules(tx, p, was[p.ID]); err != nil {
			return err
		}
	}
	return nil
}

// Recheck checks again everybody who is, or is to be, at enterprises whose staff
// is no longer what the last verdict went by. It gives how many it checked. The
// house runs it by itself, and when a sheet of members has been taken.
func (o *Office) Recheck(tx *db.Tx) (int, error) {
	var w db.Where
	w.And("p.body = ? AND p.state IN ('draft', 'refused', 'checked', 'ready', 'started', 'changed')", tx.Body)
	list, err := o.list(tx, w, "p.number", 100_000)
	if err != nil {
		return 0, err
	}
	units, err := directory.Units(tx)
	if err != nil {
		return 0, err
	}
	posts, moved := map[[2]string]int{}, map[string]bool{}
	for _, p := range list {
		if _, asked := moved[p.Enterprise]; !asked {
			moved[p.Enterprise] = false
			if err := staffOf(tx, p.Enterprise, posts); err != nil {
				return 0, err
			}
		}
		u := units[p.Enterprise]
		if v := p.Verdict; u != nil && p.Kind == Internship && (v == nil || v.Staff != u.Staff || v.PostStaff != posts[[2]string{p.Enterprise, p.PostKind}]) {
			moved[p.Enterprise] = true
		}
	}
	list = slices.DeleteFunc(list, func(p *Placement) bool { return !moved[p.Enterprise] })
	for _, p := range list {
		p.action = "placement.placement.recheck"
	}
	return len(list), o.rejudge(tx, list)
}
