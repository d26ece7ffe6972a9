package journal

import (
	"time"

	"guildhall/internal/db"
	"guildhall/internal/holding"
	"guildhall/internal/i18n"
)

// Keeper tells how much the journal keeps of a person. An erasure destroys the key
// under which it is sealed: the record of what happened stays whole.
func Keeper() holding.Keeper { return holding.Keeper{Room: "journal", Kept: kept, Erase: erase} }

func kept(tx *db.Tx, w holding.Whom, terms holding.Terms) (list []holding.Holding, err error) {
	for _, id := range []string{w.Account, w.Candidate} {
		if id == "" {
			continue
		}
		n, err := db.One(tx, db.Value[int], `SELECT count(*) FROM journal_entry e WHERE e.body = $1 AND (e.actor = $2 OR e.subject = $2)`, tx.Body, id)
		if err != nil {
			return nil, err
		}
		newest, err := db.All(tx, scan, `SELECT `+columns+` FROM journal_entry e WHERE e.body = $1 AND (e.actor = $2 OR e.subject = $2) ORDER BY e.id DESC LIMIT 1`, tx.Body, id)
		if err != nil || n == 0 {
			return list, err
		}
		last := newest[0].At.In(i18n.China).Format(time.DateOnly)
		list = append(list, holding.Holding{Kind: "journal.entry", Subject: id, Until: terms("journal.entry", last), Fate: holding.Destroyed, Reason: "privacy.why.journal",
			Fields: []holding.Field{{Name: "entries", Value: n}, {Name: "newest_on", Value: last}}})
	}
	return list, nil
}

func erase(tx *db.Tx, w holding.Whom, _ holding.Terms) error {
	if w.Candidate == "" || w.Bound {
		return nil
	}
	return Erase(tx, w.Candidate)
}

// LooksAt gives the newest entries of the body about any of these subjects whose
// actions begin or end in one of these ways, as a person may know who looked at them.
func LooksAt(tx *db.Tx, subjects []string, limit int, endings ...string) ([]Entry, error) {
	var w db.Where
	w.And("e.body = ?", tx.Body)
	w.In("e.subject", subjects)
	terms, args := "", []any{}
	for i, e := range endings {
		if i > 0 {
			terms += " OR "
		}
		terms += "e.action LIKE ?"
		args = append(args, "%."+e)
	}
	w.And(terms, args...)
	where := w.String()
	return db.All(tx, scan, `SELECT `+columns+` FROM journal_entry e`+where+` ORDER BY e.id DESC LIMIT `+w.Next(limit), w.Args...)
}
