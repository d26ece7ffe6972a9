package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
)

// Note records an act that changes nothing, such as an export of personal data, and
// returns when it is kept. Those who note something at the same time for one body share
// a transaction, and with it the wait for the disk; each entry is its own all the same.
func Note(ctx context.Context, d *db.DB, action, subject string, data any) error {
	n := &waiter{ctx: ctx, action: action, subject: subject, data: data, done: make(chan error, 1)}
	lineOf(d, db.Body(ctx)).stand(d, n)
	return <-n.done
}

type waiter struct {
	ctx             context.Context
	action, subject string
	data            any
	done            chan error
}

// line is those who wait to note something for a body: whoever finds nobody writing
// writes for all who stand there.
type line struct {
	mu      sync.Mutex
	waiting []*waiter
	writing bool
}

type lineKey struct {
	d    *db.DB
	body string
}

var lines sync.Map // lineKey: *line

func lineOf(d *db.DB, body string) *line {
	l, _ := lines.LoadOrStore(lineKey{d, body}, new(line))
	return l.(*line)
}

// most is how many are noted in one transaction.
const most = 64

func (l *line) stand(d *db.DB, n *waiter) {
	l.mu.Lock()
	l.waiting = append(l.waiting, n)
	if l.writing {
		l.mu.Unlock()
		return
	}
	l.writing = true
	l.mu.Unlock()
	for {
		l.mu.Lock()
		some := l.waiting[:min(most, len(l.waiting))]
		l.waiting = l.waiting[len(some):]
		if len(some) == 0 {
			l.writing, l.waiting = false, nil
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		write(d, some)
	}
}

// write keeps some notes; where that fails for several at once, each by itself.
func write(d *db.DB, some []*waiter) {
	err := keep(d, some)
	if err != nil && len(some) > 1 {
		for i := range some {
			write(d, some[i:i+1])
		}
		return
	}
	for _, n := range some {
		n.done <- err
	}
}

func keep(d *db.DB, some []*waiter) (err error) {
	defer func() { // nobody may wait for ever
		if v := recover(); v != nil {
			err = fmt.Errorf("journal: %v", v)
		}
	}()
	return db.Do(some[0].ctx, d, func(tx *db.Tx) error {
		for _, n := range some {
			if err := tx.For(n.ctx, func() error { return Record(tx, n.action, n.subject, n.data) }); err != nil {
				return err
			}
		}
		return nil
	})
}

// Look records that the actor of ctx looks at what is personal, before they see it.
// Whoever looks at the same thing again within LookAgain is still looking: it is
// noted once. Each process knows of its own looks only, so that more may be noted
// than happened, and never less.
func Look(ctx context.Context, d *db.DB, action, subject string, data any) error {
	a := auth.From(ctx)
	told, err := json.Marshal(data)
	if err != nil {
		return err
	}
	key := lookKey{d, db.Body(ctx), a.ID, a.Unit, a.Post, action, subject, string(told)}
	if looks.lately(key) {
		return nil
	}
	began := time.Now()
	if err := Note(ctx, d, action, subject, data); err != nil {
		return err
	}
	looks.keep(key, began)
	return nil
}

// LookAgain is for how long a look lasts.
const LookAgain = 5 * time.Minute

type lookKey struct {
	d                                              *db.DB
	body, actor, unit, post, action, subject, told string
}

type lookBook struct {
	mu sync.Mutex
	at map[lookKey]time.Time
}

var looks = lookBook{at: map[lookKey]time.Time{}}

// looksKept bounds what is remembered; some megabytes.
const looksKept = 20_000

func (b *lookBook) lately(key lookKey) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	at, ok := b.at[key]
	return ok && time.Since(at) < LookAgain
}

func (b *lookBook) keep(key lookKey, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.at) >= looksKept {
		for k, t := range b.at {
			if time.Since(t) >= LookAgain {
				delete(b.at, k)
			}
		}
		if len(b.at) >= looksKept {
			clear(b.at)
		}
	}
	b.at[key] = at
}
