package round

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"guildhall/internal/db"
	"guildhall/matching"
)

// entrant is a candidate as they stood at the freeze.
type entrant struct {
	id, school, profile string
	wishes              []string // ids of posts, as the candidate gave them
}

// place is a position as it stood at the freeze. Its number is its place in the
// list, from 1.
type place struct {
	id, ref, enterprise, title, segment, region, shift, profile string
	cap, places                                                 int
	payLow, payHigh                                             int64
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

// market puts a round's lists together: a node for each enterprise with its cap,
// a position for each place, and keys that are what merit lacks to Full, since
// lower keys are better.
func (t *table) market(codes []string, lists [][]Choice) (*matching.Market, error) {
	b := matching.NewBuilder(matching.Options{})
	nodes := map[string]matching.NodeID{}
	for i := range t.places {
		p := &t.places[i]
		node, ok := nodes[p.enterprise]
		if !ok {
			node = b.Node(p.enterprise, p.cap, matching.NoNode)
			nodes[p.enterprise] = node
		}
		b.Label(b.Position(node, p.places, 0), p.ref)
	}
	for i := range t.entrants {
		c := b.Candidate([]byte(codes[i]))
		for rank, choice := range lists[i] {
			b.Choice(c, matching.PositionID(choice.Seq), rank+1, int64(Full-choice.Merit), 0)
		}
	}
	return b.Build()
}

// codes gives the codes that stand for the entrants in the certificate: keyed by
// the round's secret, so that nobody without it learns who is who, and the same
// person has another code in another round.
func (o *Office) codes(tb *table) ([]string, error) {
	text, err := o.Keys.Open(tb.round.secret)
	if err != nil {
		return nil, fmt.Errorf("the codes of round %d: %w", tb.round.Number, err)
	}
	secret, err := hex.DecodeString(text)
	if err != nil {
		return nil, err
	}
	codes := make([]string, len(tb.entrants))
	for i := range tb.entrants {
		codes[i] = codeOf(secret, tb.entrants[i].id)
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

func scanPlace(row db.Row) (p place, err error) {
	err = row.Scan(&p.id, &p.ref, &p.enterprise, &p.cap, &p.title, &p.segment, &p.region, &p.places, &p.payLow, &p.payHigh, &p.shift, &p.profile)
	return p, err
}

func scanEntrant(row db.Row) (e entrant, err error) {
	var wishes string
	err = row.Scan(&e.id, &e.school, &e.profile, &wishes)
	e.wishes = parseList(wishes)
	return e, err
}

// parseList reads a list of ids or codes with semicolons between them.
func parseList(packed string) []string {
	if packed == "" {
		return nil
	}
	return strings.Split(packed, ";")
}

func packList(list []string) string { return strings.Join(list, ";") }

// packChoices keeps a list with its reasons in one column, as
// seq:merit:reason:place:last:need, best choice first; what stands on the list
// behind the place that was got has no reason.
func packChoices(list []Told) string {
	var b strings.Builder
	for i, c := range list {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(strconv.Itoa(c.Seq) + ":" + strconv.Itoa(c.Merit))
		if c.Code != "" {
			b.WriteString(":" + c.Code + ":" + strconv.Itoa(c.Place) + ":" + strconv.Itoa(c.Last) + ":" + strconv.Itoa(c.Need))
		}
	}
	return b.String()
}

// Told is a choice with what became of it.
type Told struct {
	Seq   int    `json:"seq"`             // number of the position within the round
	Merit int    `json:"merit"`           // the candidate's there
	Code  string `json:"code,omitempty"`  // why, as matching names it; empty where it did not come to that
	Place int    `json:"place,omitempty"` // in the line of those who had the place or would rather have had it, from 1
	Last  int    `json:"last,omitempty"`  // the lowest merit that got in, under the cap that counted
	Need  int    `json:"need,omitempty"`  // the merit that would have been enough; 0: none
}

func parseChoices(packed string) []Told {
	if packed == "" {
		return nil
	}
	var list []Told
	for part := range strings.SplitSeq(packed, ";") {
		f := strings.Split(part, ":")
		n := func(i int) int {
			if i >= len(f) {
				return 0
			}
			v, _ := strconv.Atoi(f[i])
			return v
		}
		c := Told{Seq: n(0), Merit: n(1), Place: n(3), Last: n(4), Need: n(5)}
		if len(f) > 2 {
			c.Code = f[2]
		}
		list = append(list, c)
	}
	return list
}
