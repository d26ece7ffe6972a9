package outlook

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"guildhall/internal/bulletin"
	"guildhall/internal/db"
)

// Verification (重算核对) tells whether a release, made again from its snapshot, comes
// out the same to the last byte.
type Verification struct {
	Release  *Release `json:"release"`
	Same     bool     `json:"same"`
	Rows     int      `json:"rows"`               // that were compared
	Wrong    []string `json:"wrong"`              // tables that differ
	Bulletin string   `json:"bulletin,omitempty"` // number of the issue that was compared too
}

// kept is what of a release stands in the database.
type kept struct {
	snapshot Snapshot
	release  *Release
	lines    []*Line
	gaps     []*Gap
	supplies []*Supply
	advice   []*Advice
	issue    *bulletin.Issue
}

// Verify makes a release again from its snapshot and compares.
func (o *Outlook) Verify(ctx context.Context, id string) (*Verification, error) {
	k, err := db.View(ctx, o.DB, func(tx *db.Tx) (*kept, error) { return readKept(tx, id) })
	if err != nil {
		return nil, err
	}
	again, err := compute(ctx, k.snapshot, func(int) {})
	if err != nil {
		return nil, err
	}
	return k.compare(ctx, again)
}

func readKept(tx *db.Tx, id string) (*kept, error) {
	r, err := take(tx, "outlook.release.verify", id)
	if err != nil {
		return nil, err
	}
	k := &kept{release: r}
	if k.snapshot, err = findSnapshot(tx, id); err != nil {
		return nil, err
	}
	if k.lines, err = allLines(tx, id); err != nil {
		return nil, err
	}
	if k.gaps, err = listGaps(tx, id); err != nil {
		return nil, err
	}
	if k.advice, err = listAdvice(tx, id); err != nil {
		return nil, err
	}
	if k.issue, err = bulletin.Of(tx, id); err != nil {
		return nil, err
	}
	var w db.Where
	w.And("s.body = ?", tx.Body)
	w.And("s.release_id = ?", id)
	k.supplies, err = listSupplies(tx, w)
	return k, err
}

func (k *kept) compare(ctx context.Context, again *result) (*Verification, error) {
	v := &Verification{Release: k.release, Rows: len(k.lines) + len(k.gaps) + len(k.supplies) + len(k.advice), Wrong: []string{}}
	for _, part := range []struct {
		name      string
		now, then any
	}{
		{"lines", byName(again.lines, func(l *Line) string { return l.Key }), byName(k.lines, func(l *Line) string { return l.Key })},
		{"gaps", byName(again.gaps, cellName), byName(k.gaps, cellName)},
		{"supply", byName(again.supplies, supplyName), byName(k.supplies, supplyName)},
		{"advice", byName(again.advice, func(a *Advice) string { return a.Code }), byName(k.advice, func(a *Advice) string { return a.Code })},
		{"summary", again.summary, k.release.Summary},
	} {
		same, err := alike(part.now, part.then)
		if err != nil {
			return nil, err
		}
		if !same {
			v.Wrong = append(v.Wrong, part.name)
		}
	}
	if k.issue != nil {
		v.Bulletin = k.issue.Number
		text, err := json.Marshal(k.contentOf(ctx, again))
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(text, k.issue.Kept()) {
			v.Wrong = append(v.Wrong, "bulletin")
		}
	}
	v.Same = len(v.Wrong) == 0
	return v, nil
}

// contentOf writes the bulletin of a release that was made again. The rows go through
// the form in which they are kept, as they did when it was published.
func (k *kept) contentOf(ctx context.Context, again *result) *bulletin.Content {
	r := *k.release
	r.Summary = again.summary
	gaps := slices.Clone(again.gaps)
	slices.SortStableFunc(gaps, func(a, b *Gap) int {
		return cmp.Or(cmp.Compare(b.Gap, a.Gap), cmp.Compare(a.Level, b.Level), cmp.Compare(a.Code, b.Code))
	})
	return account{&r, gaps, byName(again.lines, func(l *Line) string { return l.Key }), again.advice}.content(ctx)
}

func cellName(g *Gap) string { return string(g.Level) + " " + g.Code }

func supplyName(s *Supply) string {
	return s.Level + " " + s.Code + " " + string(rune(s.Year))
}

// byName gives a list in the order of its names.
func byName[T any](list []T, name func(T) string) []T {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b T) int { return cmp.Compare(name(a), name(b)) })
	return list
}

// alike compares the bytes in which two values are kept.
func alike(a, b any) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return bytes.Equal(x, y), err
}
