package plan

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
)

const schemeColumns = `s.id, s.title, s.issuer, s.document, s.kind, s.words, s.cap_fen, s.conditions, s.how, s.since, s.until, s.state, s.made_at,
	(SELECT count(*) FROM plan_grant g WHERE g.scheme_id = s.id), (SELECT count(*) FROM plan_grant g WHERE g.scheme_id = s.id AND g.state = 'granted'),
	(SELECT CAST(coalesce(sum(g.given_fen), 0) AS BIGINT) FROM plan_grant g WHERE g.scheme_id = s.id)`

func scanScheme(row db.Row) (*Scheme, error) {
	s := new(Scheme)
	var conditions string
	if err := row.Scan(&s.ID, &s.Title, &s.Issuer, &s.Document, &s.Kind, &s.Words, &s.Cap, &conditions, &s.How, &s.Since, &s.Until, &s.State, &s.madeAt,
		&s.Applied, &s.Granted, &s.Given); err != nil {
		return nil, err
	}
	return s, json.Unmarshal([]byte(conditions), &s.Conditions)
}

func findScheme(tx *db.Tx, id string) (*Scheme, error) {
	return db.One(tx, scanScheme, `SELECT `+schemeColumns+` FROM plan_scheme s WHERE s.id = $1 AND s.body = $2`, id, tx.Body)
}

func saveScheme(tx *db.Tx, s *Scheme) error {
	_, err := tx.Exec(`
		INSERT INTO plan_scheme (id, body, title, issuer, document, kind, words, cap_fen, conditions, how, since, until, state, made_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at`,
		s.ID, tx.Body, s.Title, s.Issuer, s.Document, s.Kind, s.Words, s.Cap, marshal(s.Conditions), s.How, s.Since, s.Until, s.State, s.madeAt, tx.Now)
	return err
}

const grantColumns = `g.id, g.scheme_id, g.unit_id, g.year, g.asked_fen, g.about, g.reasons, g.state, g.given_fen, g.verdict, g.made_at, g.judged_at`

func scanGrant(row db.Row) (*Grant, error) {
	g := new(Grant)
	var reasons string
	if err := row.Scan(&g.ID, &g.Scheme, &g.Unit, &g.Year, &g.Asked, &g.About, &reasons, &g.State, &g.Given, &g.Verdict, &g.MadeAt, &g.JudgedAt); err != nil {
		return nil, err
	}
	return g, json.Unmarshal([]byte(reasons), &g.Reasons)
}

func findGrant(tx *db.Tx, id string) (*Grant, error) {
	return db.One(tx, scanGrant, `SELECT `+grantColumns+` FROM plan_grant g WHERE g.id = $1 AND g.body = $2`, id, tx.Body)
}

// grantsOf gives what was asked for under a policy, as far as the actor may see it.
func grantsOf(tx *db.Tx, scheme string) ([]*Grant, error) {
	w := visibleGrants(auth.From(tx.Context()))
	w.And("g.body = ? AND g.scheme_id = ?", tx.Body, scheme)
	return grants(tx, w)
}

func grants(tx *db.Tx, w db.Where) ([]*Grant, error) {
	list, err := db.All(tx, scanGrant, `SELECT `+grantColumns+` FROM plan_grant g`+w.String()+` ORDER BY g.id DESC`, w.Args...)
	if err != nil {
		return nil, err
	}
	units, err := directory.Units(tx)
	for _, g := range list {
		g.UnitName = named(units, g.Unit)
	}
	return list, err
}

func saveGrant(tx *db.Tx, g *Grant) error {
	_, err := tx.Exec(`
		INSERT INTO plan_grant (id, body, scheme_id, unit_id, year, asked_fen, about, reasons, state, given_fen, verdict, made_at, judged_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, given_fen = excluded.given_fen, verdict = excluded.verdict, judged_at = excluded.judged_at`,
		g.ID, tx.Body, g.Scheme, g.Unit, g.Year, g.Asked, g.About, marshal(g.Reasons), g.State, g.Given, g.Verdict, g.MadeAt, g.JudgedAt)
	return err
}

// PolicySearch asks for a part of the policies.
type PolicySearch struct {
	Text   string `json:"q"`
	Kind   string `json:"kind"`
	Unit   string `json:"unit"` // whose standing is told; for the secretariat
	Mine   bool   `json:"mine"` // only those for which the unit qualifies
	Ended  bool   `json:"ended"`
	Sort   string `json:"sort"` // title, until or given; with a minus before it, falling
	Format string `json:"format"`
}

// PolicyList is the policies that were asked for; a body has some dozens.
type PolicyList struct {
	Policies []*Weighed `json:"policies"`
	Unit     Named      `json:"unit"` // whose standing is told
	Applied  int        `json:"applied"`
	Granted  int        `json:"granted"`
	Given    int64      `json:"given_fen"`

	units []Named
}

// Policies lists the policies, each with how the unit stands to it.
func (p *Plan) Policies(ctx context.Context, s PolicySearch) (*PolicyList, error) {
	return db.View(ctx, p.DB, func(tx *db.Tx) (*PolicyList, error) {
		if s.Kind != "" && !slices.Contains(Kinds, s.Kind) {
			var wrong fault.List
			wrong.Add("kind", "plan.wrong.kind", s.Kind)
			return nil, wrong
		}
		var w db.Where
		w.And("s.body = ?", tx.Body)
		w.Like(strings.TrimSpace(s.Text), "s.title", "s.issuer", "s.document", "s.words")
		if s.Kind != "" {
			w.And("s.kind = ?", s.Kind)
		}
		all, err := db.All(tx, scanScheme, `SELECT `+schemeColumns+` FROM plan_scheme s`+w.String()+` ORDER BY s.id`, w.Args...)
		if err != nil {
			return nil, err
		}
		list := new(PolicyList)
		for _, scheme := range all {
			one := &Weighed{Scheme: scheme, InForce: scheme.inForce(today(tx))}
			if err := p.weigh(tx, one, s.Unit); err != nil {
				return nil, err
			}
			list.Unit = one.Unit
			if s.Mine && !one.Qualifies || !s.Ended && !one.InForce {
				continue
			}
			list.Policies = append(list.Policies, one)
			list.Applied, list.Granted, list.Given = list.Applied+scheme.Applied, list.Granted+scheme.Granted, list.Given+scheme.Given
		}
		sortPolicies(list.Policies, s.Sort)
		return list, list.choices(tx)
	})
}

// choices names the units whose standing the secretariat may ask for.
func (l *PolicyList) choices(tx *db.Tx) error {
	if !auth.From(tx.Context()).Runs() {
		return nil
	}
	units, err := directory.Units(tx)
	for id := range units {
		l.units = append(l.units, named(units, id))
	}
	slices.SortFunc(l.units, func(a, b Named) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return err
}

func sortPolicies(list []*Weighed, by string) {
	column, falling := strings.CutPrefix(by, "-")
	slices.SortStableFunc(list, func(a, b *Weighed) (c int) {
		switch column {
		case "title":
			c = cmp.Compare(a.Title, b.Title)
		case "until":
			c = cmp.Compare(a.Until, b.Until)
		case "given":
			c = cmp.Compare(a.Given, b.Given)
		}
		if falling {
			return -c
		}
		return c
	})
}

// Applications gives what waits to be granted, for the secretariat.
func (p *Plan) Applications(tx *db.Tx) ([]*Grant, error) {
	if err := policy.Allow(tx.Context(), "plan.grant.judge", Thing{}); err != nil {
		return nil, err
	}
	var w db.Where
	w.And("g.body = ? AND g.state = 'applied'", tx.Body)
	return grants(tx, w)
}
