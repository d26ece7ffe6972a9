package journal

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/seal"
)

// Sort is what a finding says is wrong.
type Sort string

// What can be wrong with a chain.
const (
	Changed     Sort = "changed"   // an entry is not what it was when it was written
	Missing     Sort = "missing"   // entries are gone from the chain
	Unchained   Sort = "unchained" // an entry was put in beside the chain
	HeadDiffers Sort = "head"      // the entries do not make the head
	CutOff      Sort = "cut_off"   // a checkpoint knew of more entries
	Rewritten   Sort = "rewritten" // a checkpoint knew other entries
	BadNote     Sort = "bad_note"  // a checkpoint is not signed by the key
	Headless    Sort = "headless"  // checkpoints or numbered entries, and no head
)

// Finding is one thing that does not hold.
type Finding struct {
	Sort  Sort   `json:"sort"`
	Seq   int64  `json:"seq"`             // the place in the chain from which on it is wrong
	Entry string `json:"entry,omitempty"` // the entry, where it is known
	Note  string `json:"note,omitempty"`  // the checkpoint that shows it
}

// Report is what was found of one body's chain.
type Report struct {
	Body        string    `json:"body"`
	Size        int64     `json:"size"`
	Root        string    `json:"root"`
	Checkpoints int       `json:"checkpoints"`
	Outside     int64     `json:"outside"` // entries that the chain does not hold
	Findings    []Finding `json:"findings"`

	untold bool // the head names a hash that nobody knows
}

// mostFindings bounds a report: after so many the rest is left out.
const mostFindings = 1000

func (r *Report) find(f Finding) {
	if len(r.Findings) < mostFindings {
		r.Findings = append(r.Findings, f)
	}
}

// Chains gives the bodies that have a journal.
func Chains(tx *db.Tx) ([]string, error) {
	return db.All(tx, db.Value[string], `SELECT DISTINCT body FROM journal_entry
		UNION SELECT body FROM journal_head UNION SELECT body FROM journal_checkpoint ORDER BY 1`)
}

// Check computes a body's chain anew from its entries, and compares it with its
// head and with every checkpoint: those of the database, and notes that were kept
// elsewhere, which alone show whether somebody with the key has rewritten it all.
// Without a verifierKey checkpoints are left out.
func Check(ctx context.Context, d *db.DB, body, verifierKey string, notes []string) (*Report, error) {
	return db.View(db.In(ctx, body), d, func(tx *db.Tx) (*Report, error) { return checkIn(tx, body, verifierKey, notes) })
}

func checkIn(tx *db.Tx, body, verifierKey string, notes []string) (*Report, error) {
	r := &Report{Body: body}
	known, err := CheckpointsAfter(tx, -1)
	if err != nil {
		return nil, err
	}
	for _, c := range known {
		notes = append(notes, c.Note)
	}
	points := r.points(notes, verifierKey)
	s := seal.Default()
	switch h, err := head(tx, body); {
	case errors.Is(err, errUnknownSuite):
		r.find(Finding{Sort: HeadDiffers})
		r.untold = true
	case errors.Is(err, fault.NotFound):
	case err != nil:
		return nil, err
	default:
		s = h.suite
	}
	t, err := r.climb(tx, s, points)
	if err != nil {
		return nil, err
	}
	r.Size, r.Root, r.Checkpoints = t.size, t.root().String(), len(points)
	return r, r.compare(tx, t, points)
}

// points opens the checkpoints of the body, in the order of their sizes.
func (r *Report) points(notes []string, verifierKey string) (points []*Checkpoint) {
	if verifierKey == "" {
		return nil
	}
	notes = slices.Clone(notes)
	slices.Sort(notes)
	for _, text := range slices.Compact(notes) {
		c, err := ReadCheckpoint(text, verifierKey)
		switch {
		case err != nil:
			r.find(Finding{Sort: BadNote, Note: text})
		case c.Body == r.Body:
			points = append(points, c)
		}
	}
	slices.SortStableFunc(points, func(a, b *Checkpoint) int { return cmp.Compare(a.Size, b.Size) })
	return points
}

// climb makes the tree of what the entries are now.
func (r *Report) climb(tx *db.Tx, s *seal.Suite, points []*Checkpoint) (*tree, error) {
	t, next, expect := &tree{suite: s}, 0, int64(0)
	meet := func() {
		for ; next < len(points) && points[next].Size == t.size; next++ {
			if points[next].root != t.root() || points[next].suite != s.HashName {
				r.find(Finding{Sort: Rewritten, Seq: t.size, Note: points[next].Note})
			}
		}
	}
	err := eachEntry(tx, r.Body, func(was stored, e Entry, personal map[string]string) error {
		if was.seq < 0 {
			r.Outside++
			r.find(Finding{Sort: Unchained, Seq: -1, Entry: e.ID})
			return nil
		}
		meet()
		if was.seq != expect {
			r.find(Finding{Sort: Missing, Seq: expect})
		}
		expect = was.seq + 1
		h, err := hashOf(s, e, was.seq, personal)
		if err == nil && !bytes.Equal(h[:], was.leaf) {
			r.find(Finding{Sort: Changed, Seq: was.seq, Entry: e.ID})
		}
		t.add(h)
		return err
	})
	meet()
	for ; err == nil && next < len(points); next++ {
		r.find(Finding{Sort: CutOff, Seq: t.size, Note: points[next].Note})
	}
	return t, err
}

// compare holds the tree against the head.
func (r *Report) compare(tx *db.Tx, t *tree, points []*Checkpoint) error {
	if r.untold {
		return nil
	}
	h, err := head(tx, r.Body)
	if errors.Is(err, fault.NotFound) {
		if t.size > 0 || len(points) > 0 {
			r.find(Finding{Sort: Headless})
			return nil
		}
		r.Findings = nil // written before there was a chain, as Outside tells; the next entry chains them
		return nil
	}
	if err == nil && (h.size != t.size || h.root() != t.root()) {
		r.find(Finding{Sort: HeadDiffers, Seq: min(h.size, t.size)})
	}
	return err
}

// stored is what an entry's row says of its place in the chain.
type stored struct {
	seq  int64 // -1: none
	leaf []byte
}

// eachEntry hands over a body's entries in the order of their chain, or of their
// writing where they have none, with what is sealed of each by person.
func eachEntry(tx *db.Tx, body string, do func(stored, Entry, map[string]string) error) error {
	type line struct {
		stored
		Entry
		person, sealed string
	}
	var last *line
	personal := map[string]string{}
	flush := func() error {
		if last == nil {
			return nil
		}
		return do(last.stored, last.Entry, personal)
	}
	err := db.Each(tx, func(row db.Row) (l line, err error) {
		var data string
		err = row.Scan(&l.Entry.ID, &l.Body, &l.At, &l.Actor, &l.Unit, &l.Action, &l.Subject, &data, &l.seq, &l.leaf, &l.person, &l.sealed)
		l.Data = []byte(data)
		return l, err
	}, func(l line) error {
		if last == nil || last.Entry.ID != l.Entry.ID {
			if err := flush(); err != nil {
				return err
			}
			last, personal = &l, map[string]string{}
		}
		if l.person != "" {
			personal[l.person] = l.sealed
		}
		return nil
	}, `SELECT `+columns+`, COALESCE(e.seq, -1), e.leaf, COALESCE(p.person, ''), COALESCE(p.sealed, '')
		FROM journal_entry e LEFT JOIN journal_personal p ON p.entry_id = e.id
		WHERE e.body = $1 ORDER BY COALESCE(e.seq, -1), e.id, p.person`, body)
	if err != nil {
		return err
	}
	return flush()
}
