package act

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"guildhall/internal/i18n"
)

// Edition is the edition of the vocabulary. It changes when a kind changes its
// meaning or goes; a new kind beside the others changes the mark alone.
const Edition = "2026-1"

// The units in which amounts are told.
const (
	Fen    = "fen"    // money, 1/100 yuan
	Hour   = "hour"   // hours
	Minute = "minute" // minutes
	Day    = "day"    // days
	Person = "person" // persons
	Unit   = "unit"   // units
	Place  = "place"  // places, posts, seats
	Piece  = "piece"  // things
	Line   = "line"   // lines of a list, rows of a sheet
	Vote   = "vote"   // votes
	Point  = "point"  // hundredths of a mark
)

var measures = []string{Fen, Hour, Minute, Day, Person, Unit, Place, Piece, Line, Vote, Point}

// Kind is a kind of act, as its room declares it.
type Kind struct {
	Name    string   `json:"name"` // room.noun.participle: "council.resolution.carried"
	ZH      string   `json:"zh"`
	EN      string   `json:"en"`
	MeansZH string   `json:"means_zh"` // one sentence: what must have happened for this to be noted
	MeansEN string   `json:"means_en"`
	Path    string   `json:"path,omitempty"` // page of the subject: "/resolutions/{subject}"; of one in parts "/edges/{from}/{to}"
	Amounts []Amount `json:"amounts,omitempty"`
	Marks   []string `json:"marks,omitempty"` // words by which acts of the kind are told apart
}

// Amount is a whole number that acts of a kind bear.
type Amount struct {
	Name string `json:"name"`
	Unit string `json:"unit"` // Fen, Hour, …
	ZH   string `json:"zh"`
	EN   string `json:"en"`
}

var (
	declared []Kind
	byName   = sync.OnceValue(func() map[string]Kind {
		kinds := map[string]Kind{}
		for _, k := range declared {
			kinds[k.Name] = k
		}
		return kinds
	})
	fingerprint = sync.OnceValue(func() string {
		text, _ := json.Marshal(Vocabulary())
		sum := sha256.Sum256(text)
		return hex.EncodeToString(sum[:4])
	})
)

// Declare takes in kinds of act. It is called while packages start, as
// image.RegisterFormat is; what was declared is never changed.
func Declare(kinds ...Kind) bool {
	for _, k := range kinds {
		if err := k.check(); err != nil {
			panic(err)
		}
		if slices.ContainsFunc(declared, func(d Kind) bool { return d.Name == k.Name }) {
			panic("act: " + k.Name + " is declared twice")
		}
		declared = append(declared, k)
	}
	return true
}

var (
	kindWorks = regexp.MustCompile(`^[a-z]+\.[a-z_]+\.[a-z_]+$`)
	wordWorks = regexp.MustCompile(`^[a-z][a-z_0-9]*$`)
)

func (k Kind) check() error {
	if !kindWorks.MatchString(k.Name) {
		return fmt.Errorf("act: %q is no name of a kind: room.noun.participle", k.Name)
	}
	for _, word := range []string{k.ZH, k.EN, k.MeansZH, k.MeansEN} {
		if strings.TrimSpace(word) == "" {
			return fmt.Errorf("act: %s is not said in every language", k.Name)
		}
	}
	for _, m := range k.Amounts {
		if !wordWorks.MatchString(m.Name) || !slices.Contains(measures, m.Unit) || m.ZH == "" || m.EN == "" {
			return fmt.Errorf("act: %s has the amount %+v", k.Name, m)
		}
	}
	for _, m := range k.Marks {
		if !wordWorks.MatchString(m) {
			return fmt.Errorf("act: %s has the mark %q", k.Name, m)
		}
	}
	if k.Path != "" && !strings.HasPrefix(k.Path, "/") {
		return fmt.Errorf("act: %s leads to %q", k.Name, k.Path)
	}
	return nil
}

// Vocabulary gives all kinds, by name.
func Vocabulary() []Kind {
	kinds := slices.Clone(declared)
	slices.SortFunc(kinds, func(a, b Kind) int { return strings.Compare(a.Name, b.Name) })
	return kinds
}

// EditionMark tells which vocabulary this is, to the letter: its edition and a
// mark of all that the kinds say.
func EditionMark() string { return Edition + "+" + fingerprint() }

// Find gives a declared kind.
func Find(name string) (Kind, bool) {
	k, ok := byName()[name]
	return k, ok
}

// Amount gives an amount that the kind declares.
func (k Kind) Amount(name string) (Amount, bool) {
	for _, m := range k.Amounts {
		if m.Name == name {
			return m, true
		}
	}
	return Amount{}, false
}

// In gives the kind's name in the reader's language; one that is no longer
// declared stands for itself.
func (k Kind) In(ctx context.Context) string { return i18n.Pick(ctx, k.ZH, k.EN) }

// Means gives the sentence that says what the kind means.
func (k Kind) Means(ctx context.Context) string { return i18n.Pick(ctx, k.MeansZH, k.MeansEN) }

// In gives the amount's name in the reader's language.
func (m Amount) In(ctx context.Context) string { return i18n.Pick(ctx, m.ZH, m.EN) }

// Shown writes a value of an amount with its unit.
func (m Amount) Shown(ctx context.Context, value int64) string { return Shown(ctx, m.Unit, value) }

// Shown writes a value in a unit: money in yuan, a mark with two places.
func Shown(ctx context.Context, unit string, value int64) string {
	switch unit {
	case Fen:
		return say(ctx, "measure.fen", i18n.Yuan(value))
	case Point:
		return i18n.Decimal(float64(value)/100, 2)
	}
	return say(ctx, "measure."+unit, i18n.Count(value))
}

func (k Kind) link(subject string) string {
	if k.Path == "" {
		return ""
	}
	path := strings.ReplaceAll(k.Path, "{subject}", subject)
	for part := range strings.SplitSeq(subject, "/") { // a subject of several parts fills one blank with each
		from, to := strings.Index(path, "{"), strings.Index(path, "}")
		if from < 0 || to < from {
			break
		}
		path = path[:from] + part + path[to+1:]
	}
	return path
}
