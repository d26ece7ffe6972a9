package db

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Kept is something that is made of whole tables and asked for far more often than
// they change: the names of units, how many study what. A process keeps what it made,
// and knows by a row whether those tables have changed since: the row is read on the
// same sight of the database as everything else of the transaction, so that what is
// kept is never older or newer than the rest, with any number of replicas.
//
// Tables are watched by the statements that write them: an INSERT or a DELETE counts
// always, an UPDATE where it sets one of the columns that are named.
//
// Whoever changes a table by hand is not counted: so nothing is kept for ever.
type Kept[T any] struct {
	topic string
	mu    sync.Mutex
	by    map[keptKey]*keptValue[T]
}

// keptFor bounds how long a process goes by what it keeps.
const keptFor = 10 * time.Minute

type keptKey struct {
	d          *DB
	body, sort string
}

type keptValue[T any] struct {
	mu      sync.Mutex // held while it is made: whoever comes then waits for it
	made    time.Time
	version int64
	value   T
}

// watch is a table, and the columns whose change counts; none stands for all.
type watch struct {
	topic   string
	table   string
	columns []string
}

var watches []watch

// NewKept keeps what is made of tables, each written as "table" or as
// "table: column, column". It is called as the program starts.
func NewKept[T any](topic string, tables ...string) *Kept[T] {
	for _, t := range tables {
		table, columns, _ := strings.Cut(t, ":")
		w := watch{topic: topic, table: table}
		for c := range strings.SplitSeq(columns, ",") {
			if c = strings.TrimSpace(c); c != "" {
				w.columns = append(w.columns, c)
			}
		}
		watches = append(watches, w)
	}
	return &Kept[T]{topic: topic, by: map[keptKey]*keptValue[T]{}}
}

// Get gives what fn makes of the tables as tx sees them. Whoever gets it may not
// change it. A transaction that writes makes it anew, for nobody else may see that yet.
func (k *Kept[T]) Get(tx *Tx, fn func() (T, error)) (T, error) { return k.Of(tx, "", fn) }

// Of is Get for one of several sorts.
func (k *Kept[T]) Of(tx *Tx, sort string, fn func() (T, error)) (v T, err error) {
	if tx.writes {
		return fn()
	}
	now, err := version(tx, k.topic)
	if err != nil {
		return v, err
	}
	key := keptKey{tx.of, tx.Body, sort}
	at := k.at(key)
	at.mu.Lock()
	defer at.mu.Unlock()
	if at.version == now && time.Since(at.made) < keptFor {
		return at.value, nil
	}
	if v, err = fn(); err == nil && now >= at.version { // an older sight does not replace a newer one
		at.version, at.value, at.made = now, v, time.Now()
	}
	if err != nil && at.made.IsZero() { // what cannot be made takes no room
		k.Drop(tx, sort)
	}
	return v, err
}

// Drop forgets what is kept of a sort: where it no longer holds for another reason than
// that the tables have changed, such as the time.
func (k *Kept[T]) Drop(tx *Tx, sort string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.by, keptKey{tx.of, tx.Body, sort})
}

// mostKept bounds how many values of one topic a process keeps.
const mostKept = 10_000

func (k *Kept[T]) at(key keptKey) *keptValue[T] {
	k.mu.Lock()
	defer k.mu.Unlock()
	v := k.by[key]
	if v == nil {
		if len(k.by) >= mostKept {
			clear(k.by)
		}
		v = new(keptValue[T])
		k.by[key] = v
	}
	return v
}

// version tells how often the tables of a topic have changed. Each body counts for
// itself, so that those who write for one do not wait for those of another.
func version(tx *Tx, topic string) (n int64, err error) {
	return One(tx, Value[int64], `SELECT coalesce(sum(version), 0) FROM db_version WHERE topic = $1`, topic)
}

// touch notes that a statement changes what is kept.
func (tx *Tx) touch(query string) {
	if !tx.writes || isSelect(query) {
		return
	}
	for i := range watches {
		if w := &watches[i]; !tx.touched[w.topic] && w.hit(query) {
			if tx.touched == nil {
				tx.touched = map[string]bool{}
			}
			tx.touched[w.topic] = true
		}
	}
}

func isSelect(query string) bool {
	return strings.HasPrefix(strings.TrimSpace(query), "SELECT")
}

// hit tells whether a statement may change what is watched. It is told too often
// rather than too seldom.
func (w *watch) hit(query string) bool {
	at := strings.Index(query, w.table)
	if at < 0 {
		return false
	}
	if len(w.columns) == 0 || strings.Contains(query, "INSERT") || strings.Contains(query, "DELETE") {
		return true
	}
	rest := strings.ReplaceAll(query, w.table, "")
	for _, c := range w.columns {
		if strings.Contains(rest, c) {
			return true
		}
	}
	return false
}

// keepVersions writes down that topics have changed, as the last of a transaction.
func (tx *Tx) keepVersions() error {
	for _, topic := range slices.Sorted(maps.Keys(tx.touched)) { // in one order, or two of them wait for each other
		if err := tx.Later(`INSERT INTO db_version (topic, body, version) VALUES ($1, $2, 1)
			ON CONFLICT (topic, body) DO UPDATE SET version = db_version.version + 1`, topic, tx.Body); err != nil {
			return err
		}
	}
	return nil
}
