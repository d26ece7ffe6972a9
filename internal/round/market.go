package round

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/matching"
)

// entrant is a candidate as they stood at the freeze.
type entrant struct {
	id, school, programme, level, profile string
	wishes                                []string // ids of posts, as the candidate gave them
	out, wasOut                           bool     // took their consent back since, now and as it was kept
}

// place is a post as it stood at the freeze. Its number is its place in the list,
// from 1.
type place struct {
	id, ref, enterprise, title, kind, segment, region, shift, profile string
	cap, places, minimum                                              int
	payLow, payHigh                                                   int64
	programme                                                         string // whose class this is; empty: any programme's
	seats                                                             []seat
	ranked                                                            []string // ids of candidates whom the enterprise ranked by hand
	fixedOpen                                                         bool
	closed, wasClosed                                                 bool // takes nobody any more since the freeze, now and as it was kept
}

// table is what a round is decided on.
type table struct {
	round    *Round
	entrants []entrant
	places   []place
}

// panel makes the scores of the round ready.
func (o *Office) panel(t *table) (Panel, error) {
	profiles, posts := make([]string, len(t.entrants)), make([]string, len(t.places))
	for i := range t.entrants {
		profiles[i] = t.entrants[i].profile
	}
	for i := range t.places {
		posts[i] = t.places[i].profile
	}
	return o.Talent.Panel(t.round.Scoring, profiles, posts)
}

// own gives the list that an entrant gave, as numbers into places from 0.
func (t *table) own() [][]int {
	at := make(map[string]int, len(t.places))
	for i := range t.places {
		at[t.places[i].id] = i
	}
	lists := make([][]int, len(t.entrants))
	for i := range t.entrants {
		for _, id := range t.entrants[i].wishes {
			if seq, ok := at[id]; ok {
				lists[i] = append(lists[i], seq)
			}
		}
	}
	return lists
}

// admits tells whether a post is for a candidate's programme at all.
func (p *place) admits(e *entrant) bool { return p.programme == "" || p.programme == e.programme }

// capNode is a set of places that have a cap together.
type capNode struct {
	sort string // enterprise, region, programme or segment
	of   string // whose cap: a unit's id, or a code
	cap  int
	id   matching.NodeID
}

// market puts a round's lists together: nodes for the caps, a position for each
// place, and keys, of which the lower is better. The nodes that have a cap come
// with it, in the order of the market's.
func (t *table) market(codes []string, lists [][]Choice) (*matching.Market, []capNode, error) {
	terms := t.round.Terms
	b := matching.NewBuilder(matching.Options{Flexible: terms.Regions == string(matching.Flexible)})
	types := t.types(b)
	caps := t.nodes(b, types)
	for i := range t.entrants {
		e := &t.entrants[i]
		var c matching.CandidateID
		if of, ok := types[terms.sort(e)]; ok {
			c = b.Candidate([]byte(codes[i]), of)
		} else {
			c = b.Candidate([]byte(codes[i]))
		}
		for rank, choice := range lists[i] {
			b.Choice(c, matching.PositionID(choice.Seq), rank+1, t.places[choice.Seq].key(e, choice.Merit), 0)
		}
	}
	m, err := b.Build()
	return m, caps, told(err)
}

// types makes a type of each sort of candidates for whom some seats are reserved.
func (t *table) types(b *matching.Builder) map[string]matching.Type {
	var names []string
	for i := range t.places {
		for _, s := range t.places[i].seats {
			names = append(names, s.of)
		}
	}
	slices.Sort(names)
	types := map[string]matching.Type{}
	for _, name := range slices.Compact(names) {
		types[name] = b.Type(name)
	}
	return types
}

// nodes puts the tree of caps together, the posts under their enterprises and
// these under the groups that the terms cap.
func (t *table) nodes(b *matching.Builder, types map[string]matching.Type) (caps []capNode) {
	terms := t.round.Terms
	most, _ := terms.caps()
	groups, firms := map[string]matching.NodeID{}, map[string]matching.NodeID{}
	node := func(sort, name, of string, cap int, parent matching.NodeID) matching.NodeID {
		id := b.Node(name, cap, parent)
		if cap >= 0 {
			caps = append(caps, capNode{sort, of, cap, id})
		}
		return id
	}
	for i := range t.places {
		p := &t.places[i]
		of := terms.group(p)
		over, ok := groups[of]
		if !ok {
			over = matching.NoNode
			if n, capped := most[of]; of != "" && capped {
				over = node(terms.CapBy, terms.CapBy+" "+of, of, n, matching.NoNode)
			}
			groups[of] = over
		}
		name := p.enterprise
		if over != matching.NoNode && p.cap < 0 {
			name += " " + of // an enterprise without a cap may have posts in several groups
		}
		firm, ok := firms[name]
		if !ok {
			firm = node("enterprise", name, p.enterprise, p.cap, over)
			firms[name] = firm
		}
		var seats []matching.Reserve
		for _, s := range p.seats {
			seats = append(seats, matching.Reserve{Type: types[s.of], Seats: s.n})
		}
		id := b.Position(firm, p.open(), p.least(), seats...)
		b.Label(id, p.ref)
		if p.fixedOpen && !p.closed {
			b.FixedOpen(id)
		}
	}
	return caps
}

// open is how many a place takes: none, where the post was closed since.
func (p *place) open() int {
	if p.closed {
		return 0
	}
	return p.places
}

func (p *place) least() int {
	if p.closed {
		return 0
	}
	return p.minimum
}

// key is where a place puts a candidate in line. Without a ranking by hand it is
// what merit lacks to Full; with one, those who are ranked come first, in their
// order, and the others follow by merit.
func (p *place) key(e *entrant, merit int) int64 {
	if len(p.ranked) == 0 {
		return int64(Full - merit)
	}
	if at := slices.Index(p.ranked, e.id); at >= 0 {
		return int64(at)
	}
	return int64(len(p.ranked) + Full - merit)
}

// told says what the engine refuses in the house's words.
func told(err error) error {
	faults, ok := errors.AsType[*matching.Faults](err)
	if !ok {
		return err
	}
	var wrong fault.List
	for _, f := range faults.List[:min(len(faults.List), 10)] {
		wrong.Add(f.Code, "round.contradiction.other", strings.Join(f.Names, ", "), f.Code)
	}
	return wrong.Err()
}

// codes gives the codes that stand for the entrants in the certificate: keyed by
// the round's secret, so that nobody without it learns who is who, and the same
// person has another code in another round.
func (o *Office) codes(t *table) ([]string, error) {
	text, err := o.Keys.Open(t.round.secret)
	if err != nil {
		return nil, fmt.Errorf("the codes of round %d: %w", t.round.Number, err)
	}
	secret, err := hex.DecodeString(text)
	if err != nil {
		return nil, err
	}
	codes := make([]string, len(t.entrants))
	for i := range t.entrants {
		codes[i] = codeOf(secret, t.entrants[i].id)
	}
	return codes, nil
}

var codeLetters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// codeOf gives sixteen letters and digits that are not mistaken for each other.
func codeOf(secret []byte, id string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(id))
	return codeLetters.EncodeToString(mac.Sum(nil)[:10])
}

// frozen reads what a round is decided on.
func frozen(tx *db.Tx, r *Round) (*table, error) {
	t := &table{round: r}
	var err error
	if t.places, err = placesOf(tx, r); err != nil {
		return nil, err
	}
	t.entrants, err = entrantsOf(tx, r)
	return t, err
}

func packSeats(list []seat) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = s.of + " " + strconv.Itoa(s.n)
	}
	return packList(parts)
}

// parseList reads a list of ids or codes with semicolons between them.
func parseList(packed string) []string {
	if packed == "" {
		return nil
	}
	return strings.Split(packed, ";")
}

func packList(list []string) string { return strings.Join(list, ";") }

func trim(s string) string { return strings.TrimSpace(s) }
