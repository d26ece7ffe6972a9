package recommend

import (
	"encoding/base32"
	"encoding/hex"

	"guildhall/internal/db"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
	"guildhall/matching/fit"
)

// pool is the people of a body who look for a place, as of an entry of the journal:
// those who may be shown to enterprises, and those who may be counted.
type pool struct {
	stamp   int64
	day     string    // consent of minors ends with a month
	people  []*Person // who may be shown
	fit     *fit.Pool
	counted []fit.Profile
}

func (o *Office) pool(tx *db.Tx) (*pool, error) {
	if had, ok := o.pools.Load(tx.Body); ok {
		p := had.(*pool)
		now, holds, err := still(tx, p.stamp, true)
		if err != nil {
			return nil, err
		}
		if holds && p.day == day(tx) {
			if now != p.stamp {
				moved := *p
				moved.stamp = now
				o.pools.Store(tx.Body, &moved)
			}
			return p, nil
		}
	}
	p, err := o.gather(tx)
	if err == nil {
		o.pools.Store(tx.Body, p)
	}
	return p, err
}

func (o *Office) gather(tx *db.Tx) (*pool, error) {
	p := &pool{day: day(tx)}
	var err error
	if p.stamp, err = journal.Stand(tx); err != nil {
		return nil, err
	}
	rule, err := o.From.Rule(tx)
	if err != nil {
		return nil, err
	}
	seekers, err := o.From.Seekers(tx)
	if err != nil {
		return nil, err
	}
	var profiles []fit.Profile
	for _, one := range seekers {
		if one.Shown {
			p.people, profiles = append(p.people, one), append(profiles, one.Fit)
		}
		if one.Counted {
			p.counted = append(p.counted, one.Fit)
		}
	}
	p.fit = fit.NewPool(rule.Rule, o.From.Links(), profiles)
	return p, nil
}

var codeLetters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// code gives the code under which an enterprise sees a candidate for a post: keyed,
// so that it tells nobody who it is, and another one at every post.
func (o *Office) code(post, candidate string) string {
	sum, err := hex.DecodeString(seal.Plain(o.Keys.Hash("recommend.code", post+" "+candidate)))
	if err != nil {
		panic(err) // Hash gives hexadecimal digits
	}
	text := codeLetters.EncodeToString(sum[:5])
	return text[:4] + "-" + text[4:]
}
