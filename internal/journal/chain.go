package journal

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/seal"
)

// leaf is what is hashed of an entry: all of it, and the digests of what is sealed
// of it, by person. Whoever knows these can compute the hash by hand.
type leaf struct {
	Seq      int64             `json:"seq"`
	ID       string            `json:"id"`
	Body     string            `json:"body"`
	At       string            `json:"at"`
	Actor    string            `json:"actor"`
	Unit     string            `json:"unit"`
	Action   string            `json:"action"`
	Subject  string            `json:"subject"`
	Data     string            `json:"data"` // byte for byte
	Personal map[string]string `json:"personal,omitempty"`
}

// hashOf is the hash of an entry at its place in the chain. personal is what is
// sealed of it, by person.
func hashOf(s *seal.Suite, e Entry, seq int64, personal map[string]string) (tlog.Hash, error) {
	l := leaf{Seq: seq, ID: e.ID, Body: e.Body, At: e.At.UTC().Format(time.RFC3339Nano), Actor: e.Actor, Unit: e.Unit,
		Action: e.Action, Subject: e.Subject, Data: string(e.Data)}
	for person, sealed := range personal {
		if l.Personal == nil {
			l.Personal = map[string]string{}
		}
		sum := s.Sum([]byte(sealed))
		l.Personal[person] = base64.StdEncoding.EncodeToString(sum[:])
	}
	text, err := json.Marshal(l)
	return leafHash(s, text), err
}

// leafHash and nodeHash are those of RFC 6962 over the suite's hash; with SHA-256 they
// are those of tlog.
func leafHash(s *seal.Suite, text []byte) tlog.Hash { return s.Sum([]byte{0}, text) }

func nodeHash(s *seal.Suite, left, right tlog.Hash) tlog.Hash {
	return s.Sum([]byte{1}, left[:], right[:])
}

// tree is a Merkle tree that grows at its end: the roots of its complete
// subtrees, the largest first, are all that growing and the root need.
type tree struct {
	suite *seal.Suite
	size  int64
	edge  []tlog.Hash
}

func (t *tree) add(h tlog.Hash) {
	t.edge = append(t.edge, h)
	t.size++
	for n := t.size; n&1 == 0; n >>= 1 {
		last := len(t.edge) - 1
		t.edge = append(t.edge[:last-1], nodeHash(t.suite, t.edge[last-1], t.edge[last]))
	}
}

func (t *tree) root() tlog.Hash {
	if t.size == 0 {
		return t.suite.Sum()
	}
	h := t.edge[len(t.edge)-1]
	for _, left := range slices.Backward(t.edge[:len(t.edge)-1]) {
		h = nodeHash(t.suite, left, h)
	}
	return h
}

func (t *tree) bytes() []byte {
	var b []byte
	for _, h := range t.edge {
		b = append(b, h[:]...)
	}
	return b
}

func treeOf(s *seal.Suite, size int64, edge []byte) (*tree, error) {
	t := &tree{suite: s, size: size}
	for part := range slices.Chunk(edge, tlog.HashSize) {
		if len(part) < tlog.HashSize {
			return nil, errors.New("journal: the chain's head is broken")
		}
		t.edge = append(t.edge, tlog.Hash(part))
	}
	return t, nil
}

type chainKey struct{}

// chain is the chain of tx's body, as this transaction makes it grow. Its head
// is written once, as the transaction ends.
func chain(tx *db.Tx) (*tree, error) {
	return db.Once(tx, chainKey{}, func() (*tree, error) {
		t, err := head(tx, tx.Body)
		if errors.Is(err, fault.NotFound) {
			t, err = adopt(tx)
		}
		if err == nil {
			at := tx.Now
			tx.Leave(chainKey{}, t, func(tx *db.Tx) error { return saveHead(tx, t, at) })
		}
		return t, err
	})
}

// adopt chains the entries that were written before there was a chain, in their order.
func adopt(tx *db.Tx) (*tree, error) {
	s, err := newest(tx)
	if err != nil {
		return nil, err
	}
	t := &tree{suite: s}
	type line struct {
		Entry
		personal map[string]string
	}
	var old []line
	err = eachEntry(tx, tx.Body, func(_ stored, e Entry, personal map[string]string) error {
		old = append(old, line{e, maps.Clone(personal)})
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, o := range old {
		h, err := hashOf(t.suite, o.Entry, t.size, o.personal)
		if err != nil {
			return nil, err
		}
		if _, err := tx.Exec(`UPDATE journal_entry SET seq = $2, leaf = $3 WHERE id = $1`, o.ID, t.size, h[:]); err != nil {
			return nil, err
		}
		t.add(h)
	}
	return t, nil
}

// head gives the chain of a body as it stands, which whoever gets it may let grow.
func head(tx *db.Tx, body string) (*tree, error) {
	if t, ok := db.Left[*tree](tx, chainKey{}); ok && body == tx.Body {
		return &tree{t.suite, t.size, slices.Clone(t.edge)}, nil
	}
	type stand struct {
		suite string
		size  int64
		edge  []byte
	}
	r, err := db.One(tx, func(row db.Row) (r stand, err error) {
		err = row.Scan(&r.suite, &r.size, &r.edge)
		return r, err
	}, `SELECT suite, size, edge FROM journal_head WHERE body = $1`, body)
	if err != nil {
		return nil, err
	}
	s, err := suiteOf(r.suite)
	if err != nil {
		return nil, err
	}
	return treeOf(s, r.size, r.edge)
}

func saveHead(tx *db.Tx, t *tree, at time.Time) error {
	return tx.Later(`INSERT INTO journal_head (body, suite, size, edge, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (body) DO UPDATE SET suite = excluded.suite, size = excluded.size, edge = excluded.edge, at = excluded.at`,
		tx.Body, t.suite.HashName, t.size, t.bytes(), at)
}
