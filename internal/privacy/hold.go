package privacy

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/holding"
	"guildhall/internal/journal"
)

// Hold keeps all that is kept of a person from going, until it is lifted (依法留存).
type Hold struct {
	ID        string     `json:"id"`
	Account   string     `json:"account,omitempty"`
	Candidate string     `json:"candidate,omitempty"`
	Reason    string     `json:"reason" personal:"true"`
	Article   string     `json:"article"`
	SetAt     time.Time  `json:"set_at"`
	LiftedAt  *time.Time `json:"lifted_at,omitempty"`

	SetBy    string `json:"-"`
	LiftedBy string `json:"-"`
	Person   string `json:"-"` // masked, with the number in the school's list
}

// Whose makes the journal seal the reason under the person's own key.
func (h *Hold) Whose() string {
	if h.Candidate != "" {
		return h.Candidate
	}
	return h.Account
}

// Holding is what a hold is filled in with.
type Holding struct {
	Who     string `json:"who"` // a candidate's number in the list, or a login
	Reason  string `json:"reason"`
	Article string `json:"article"`
}

func (in *Holding) check() error {
	var wrong fault.List
	in.Who, in.Reason, in.Article = strings.TrimSpace(in.Who), strings.TrimSpace(in.Reason), strings.TrimSpace(in.Article)
	if in.Who == "" {
		wrong.Add("who", "privacy.hold.no_who")
	}
	for _, f := range [][2]string{{"reason", in.Reason}, {"article", in.Article}} {
		if n := utf8.RuneCountInString(f[1]); n == 0 {
			wrong.Add(f[0], "privacy.hold.no_"+f[0])
		} else if n > mostLetter {
			wrong.Add(f[0], "privacy.words.long", mostLetter)
		}
	}
	return wrong.Err()
}

// whyHeld is the word that tells that something stays because of a hold.
const whyHeld = "privacy.why.held"

// SetHold holds all that is kept of somebody.
func (o *Office) SetHold(ctx context.Context, in Holding) (*Hold, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Hold, error) {
		if err := policy.Allow(ctx, "privacy.hold.set", Subject{}); err != nil {
			return nil, err
		}
		if err := in.check(); err != nil {
			return nil, err
		}
		w, err := o.Whom(tx, in.Who)
		if errors.Is(err, fault.NotFound) {
			var wrong fault.List
			wrong.Add("who", "privacy.hold.nobody", in.Who)
			return nil, wrong.Err()
		}
		if err != nil {
			return nil, err
		}
		there, err := db.One(tx, db.Value[int], `SELECT count(*) FROM privacy_hold WHERE body = $1 AND lifted_at IS NULL AND account = $2 AND candidate = $3`, tx.Body, w.Account, w.Candidate)
		if err != nil {
			return nil, err
		}
		if there > 0 {
			return nil, fault.Conflict.New("privacy.hold.there")
		}
		h := &Hold{ID: db.NewID(), Account: w.Account, Candidate: w.Candidate, Reason: in.Reason, Article: in.Article, SetBy: auth.From(ctx).ID, SetAt: tx.Now}
		if _, err := tx.Exec(`INSERT INTO privacy_hold (id, body, account, candidate, reason, article, set_by, set_at, lifted_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')`,
			h.ID, tx.Body, h.Account, h.Candidate, o.Keys.Seal(h.Reason), h.Article, h.SetBy, h.SetAt); err != nil {
			return nil, err
		}
		return h, journal.Record(tx, "privacy.hold.set", h.ID, h)
	})
}

// LiftHold lets go of what was held. What waited for that goes with the next look.
func (o *Office) LiftHold(ctx context.Context, id string) (*Hold, error) {
	return db.Update(ctx, o.DB, func(tx *db.Tx) (*Hold, error) {
		if err := policy.Allow(ctx, "privacy.hold.lift", Subject{}); err != nil {
			return nil, err
		}
		h, err := db.One(tx, o.scanHold, `SELECT `+holdColumns+` FROM privacy_hold h WHERE h.id = $1 AND h.body = $2`, id, tx.Body)
		if err != nil {
			return nil, err
		}
		if h.LiftedAt != nil {
			return nil, fault.Conflict.New("privacy.hold.over")
		}
		now := tx.Now
		h.LiftedBy, h.LiftedAt = auth.From(ctx).ID, &now
		if _, err := tx.Exec(`UPDATE privacy_hold SET lifted_by = $3, lifted_at = $4 WHERE id = $1 AND body = $2`, h.ID, tx.Body, h.LiftedBy, now); err != nil {
			return nil, err
		}
		return h, journal.Record(tx, "privacy.hold.lift", h.ID, h)
	})
}

const holdColumns = `h.id, h.account, h.candidate, h.reason, h.article, h.set_by, h.set_at, h.lifted_by, h.lifted_at`

func (o *Office) scanHold(row db.Row) (*Hold, error) {
	h := new(Hold)
	err := row.Scan(&h.ID, &h.Account, &h.Candidate, &h.Reason, &h.Article, &h.SetBy, &h.SetAt, &h.LiftedBy, &h.LiftedAt)
	if err == nil {
		h.Reason, err = o.Keys.Open(h.Reason)
	}
	return h, err
}

// holds gives the holds of the body that stand, with whom they are about, masked.
func (o *Office) holds(tx *db.Tx) ([]*Hold, error) {
	list, err := db.All(tx, o.scanHold, `SELECT `+holdColumns+` FROM privacy_hold h WHERE h.body = $1 AND h.lifted_at IS NULL ORDER BY h.id DESC LIMIT 500`, tx.Body)
	if err != nil {
		return nil, err
	}
	for _, h := range list {
		if h.Candidate == "" {
			names, err := directory.PersonNames(tx, []string{h.Account})
			if err != nil {
				return nil, err
			}
			h.Person = codes.MaskName(names[h.Account])
			continue
		}
		r, err := o.Record(tx, h.Candidate)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return nil, err
		}
		if err == nil {
			h.Person = strings.TrimSpace(codes.MaskName(r.Name) + " " + r.Ref)
		}
	}
	return list, nil
}

// held tells whether a hold stands on a person, in whichever body: what is kept of them
// under one name must not go in another.
func held(tx *db.Tx, w holding.Whom) (bool, error) {
	n, err := db.One(tx, db.Value[int], `SELECT count(*) FROM privacy_hold WHERE lifted_at IS NULL AND (candidate <> '' AND candidate = $1 OR account <> '' AND account = $2)`, w.Candidate, w.Account)
	return n > 0, err
}

// onHold gives the candidates of the body and all accounts on whom a hold stands; of the
// house, the accounts.
func onHold(tx *db.Tx) ([]string, error) {
	if tx.Body == db.House {
		return db.All(tx, db.Value[string], `SELECT DISTINCT account FROM privacy_hold WHERE lifted_at IS NULL AND account <> '' ORDER BY account`)
	}
	return db.All(tx, db.Value[string], `SELECT candidate FROM privacy_hold WHERE lifted_at IS NULL AND candidate <> '' AND body = $1
		UNION SELECT account FROM privacy_hold WHERE lifted_at IS NULL AND account <> '' ORDER BY 1`, tx.Body)
}

// keptHolds tells a person of the holds on them.
func (o *Office) keptHolds(tx *db.Tx, w holding.Whom) (list []holding.Holding, err error) {
	all, err := db.All(tx, o.scanHold, `SELECT `+holdColumns+` FROM privacy_hold h WHERE h.body = $1 AND (h.candidate <> '' AND h.candidate = $2 OR h.candidate = '' AND h.account <> '' AND h.account = $3) ORDER BY h.id`, tx.Body, w.Candidate, w.Account)
	for _, h := range all {
		x := holding.Holding{Kind: "privacy.hold", Subject: h.ID, Since: dayOf(h.SetAt), Fate: holding.Nameless, Reason: "privacy.why.handled",
			Fields: []holding.Field{{Name: "reason", Value: h.Reason}, {Name: "article", Value: h.Article}}}
		if h.LiftedAt == nil {
			x.Fate, x.Reason = holding.Kept, whyHeld
		} else {
			x.Fields = append(x.Fields, holding.Field{Name: "until", Value: dayOf(*h.LiftedAt)})
		}
		list = append(list, x)
	}
	return list, err
}
