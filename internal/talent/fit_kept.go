package talent

import (
	"sync"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/journal"
)

// To look at everybody who seeks a place takes a city's database a good part of a second,
// and the page of a position is opened often. What was found is kept for fitLasts, unless
// anything happens in the body meanwhile; where there are very many candidates, even then:
// one more or less does not show there.
const (
	fitLasts = 30 * time.Second
	fitMany  = 20_000 // candidates
	fitsKept = 1000
)

type fitKey struct {
	body, position string
	changed        time.Time
}

type keptFit struct {
	fit  Fit
	last int64 // how many entries the body's journal had as it was looked
	at   time.Time
	many bool
}

// fits keeps what was found.
type fits struct {
	mu   sync.Mutex
	kept map[fitKey]keptFit
}

// fitOf gives how a position fits those who seek, anew or as it was found lately.
func (t *Talent) fitOf(tx *db.Tx, p *Position) (Fit, error) {
	last, err := journal.Stand(tx)
	if err != nil {
		return Fit{}, err
	}
	key := fitKey{tx.Body, p.ID, p.ChangedAt}
	t.fits.mu.Lock()
	k, ok := t.fits.kept[key]
	t.fits.mu.Unlock()
	if ok && tx.Now.Sub(k.at).Abs() < fitLasts && (k.last == last || k.many) {
		return k.fit, nil
	}
	n, err := db.One(tx, db.Value[int64], `SELECT count(*) FROM talent_candidate c WHERE c.body = $1`, tx.Body)
	if err != nil {
		return Fit{}, err
	}
	k = keptFit{last: last, at: tx.Now, many: n >= fitMany}
	if k.fit, err = t.fit(tx, p); err != nil {
		return Fit{}, err
	}
	t.fits.mu.Lock()
	defer t.fits.mu.Unlock()
	if t.fits.kept == nil || len(t.fits.kept) >= fitsKept {
		t.fits.kept = map[fitKey]keptFit{}
	}
	t.fits.kept[key] = k
	return k.fit, nil
}
