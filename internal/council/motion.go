package council

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"

	"guildhall/ballot"
)

// Item is a place on the agenda (议程). Items stand in a tree: one under another
// bears its id.
type Item struct {
	ID      string `json:"id"`
	Meeting string `json:"meeting"`
	Parent  string `json:"parent,omitempty"`
	Place   int    `json:"place"`
	Kind    string `json:"kind"` // report, talk or motion
	Title   string `json:"title"`
	Words   string `json:"words,omitempty"`
	Length  int    `json:"length"` // minutes
	Heard   bool   `json:"heard"`
	Note    string `json:"note,omitempty"`

	Number  string    `json:"number"` // 3 or 3.1, when it was read
	Motion  *Motion   `json:"motion,omitempty"`
	Papers  []*Paper  `json:"papers,omitempty"`
	Changes []*Motion `json:"amendments,omitempty"`
}

// Paper is a file that lies before the meeting.
type Paper struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Size int64  `json:"size"`
}

// number gives the items their numbers by their places in the tree, and puts each
// after its parent.
func numbered(items []*Item) (list []*Item) {
	var under func(parent, before string)
	under = func(parent, before string) {
		n := 0
		for _, i := range items {
			if i.Parent == parent {
				n++
				i.Number = before + strconv.Itoa(n)
				list = append(list, i)
				under(i.ID, i.Number+".")
			}
		}
	}
	under("", "")
	return list
}

// ItemForm is what an item is filled in with. Those of kind motion or election
// bring the motion with them.
type ItemForm struct {
	Parent     string `json:"parent"`
	Kind       string `json:"kind"` // report, talk, motion or election
	Title      string `json:"title"`
	Words      string `json:"words"`
	Length     int    `json:"length"`
	Class      string `json:"class"`
	Level      string `json:"level"`
	Mover      string `json:"mover"`
	Seats      int    `json:"seats"`
	Candidates string `json:"candidates"` // one a line; after a vertical bar, what is said of them
}

// States of a motion.
const (
	Floor     = "draft"    // on the agenda
	Voting    = "voting"   //
	Counting  = "counting" // closed, and not opened yet
	Tied      = "tied"     // the chair decides
	Again     = "again"    // it is voted on once more
	Carried   = "carried"
	Rejected  = "rejected"
	Adjourned = "adjourned"
	Withdrawn = "withdrawn"
)

// MotionStates lists them.
var MotionStates = []string{Floor, Voting, Counting, Tied, Again, Carried, Rejected, Adjourned, Withdrawn}

// Motion is a question that is decided by vote (议案), or an election.
type Motion struct {
	ID         string      `json:"id"`
	Meeting    string      `json:"meeting"`
	Item       string      `json:"item"`
	Amends     string      `json:"amends,omitempty"` // the motion whose words these replace
	Kind       string      `json:"kind"`             // motion or election
	Class      string      `json:"class"`
	Level      string      `json:"level"`
	Title      string      `json:"title"`
	Words      string      `json:"words"`
	Mover      string      `json:"mover,omitempty"`
	Seats      int         `json:"seats,omitempty"`
	Status     string      `json:"status"`
	Elected    []string    `json:"elected,omitempty"` // codes
	Candidates []Candidate `json:"candidates,omitempty"`

	Ballots    []*Ballot   `json:"ballots,omitempty"`
	Resolution *Resolution `json:"resolution,omitempty"`

	action string
}

// Candidate stands for election.
type Candidate struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Note string `json:"note,omitempty"`
}

// decided tells whether nothing is to be done about the motion any more.
func (m *Motion) decided() bool {
	return slices.Contains([]string{Carried, Rejected, Adjourned, Withdrawn}, m.Status)
}

// fill takes a form over.
func (m *Motion) fill(wrong *fault.List, in ItemForm, r *Rules) {
	m.Kind, m.Class, m.Level = in.Kind, in.Class, in.Level
	class, ok := r.Class(m.Class)
	if m.Class == "" {
		m.Class = map[string]string{ballot.Motion: "ordinary", ballot.Election: "election"}[m.Kind]
		class, ok = r.Class(m.Class)
	}
	if !ok {
		wrong.Add("class", "council.motion.class", m.Class)
	}
	if m.Level == "" {
		m.Level = class.Secrecy
	}
	if !slices.Contains(levels, m.Level) {
		wrong.Add("level", "council.motion.level")
	} else if ok && !class.enough(m.Level) {
		wrong.Add("level", "council.motion.secrecy", levelKey(class.Secrecy), class.Article)
	}
	m.Title = line(wrong, "title", in.Title, 100, true)
	m.Words = passage(wrong, "words", in.Words, 20000)
	m.Mover = line(wrong, "mover", in.Mover, 100, false)
	if m.Kind == ballot.Election {
		m.stand(wrong, in)
	} else if m.Words == "" {
		wrong.Add("words", "council.motion.wordless")
	}
}

// stand reads the candidates.
func (m *Motion) stand(wrong *fault.List, in ItemForm) {
	m.Candidates = nil
	seen := map[string]bool{}
	for text := range strings.Lines(in.Candidates) {
		name, note, _ := strings.Cut(text, "|")
		c := Candidate{Code: strconv.Itoa(len(m.Candidates) + 1), Name: line(wrong, "candidates", name, 80, false), Note: line(wrong, "candidates", note, 200, false)}
		if c.Name == "" {
			continue
		}
		if seen[c.Name] {
			wrong.Add("candidates", "council.motion.stands_twice", c.Name)
		}
		seen[c.Name] = true
		m.Candidates = append(m.Candidates, c)
	}
	if m.Seats = in.Seats; m.Seats < 1 || m.Seats > 200 {
		wrong.Add("seats", "council.motion.seats")
	} else if len(m.Candidates) < m.Seats {
		wrong.Add("candidates", "council.motion.few", m.Seats, len(m.Candidates))
	}
	if len(m.Candidates) > 300 {
		wrong.Add("candidates", "council.motion.crowd", 300)
	}
}

// question gives what is asked in the next round.
func (m *Motion) question(r *Rules, class *Class, last *Ballot) ballot.Question {
	q := ballot.Question{Kind: m.Kind, Majority: class.majority(), Quorum: class.quorum(), Ties: r.Ties}
	if m.Kind == ballot.Motion {
		q.Choices = []ballot.Choice{{Code: ballot.Yes, Name: "赞成"}, {Code: ballot.No, Name: "反对"}, {Code: ballot.Abstain, Name: "弃权"}}
		return q
	}
	q.Seats, q.RunOff = m.Seats-len(m.Elected), r.RunOff
	var among []string
	if last != nil {
		among, q.Plurality = last.Result.RunOff, r.Plurality
	}
	for _, c := range m.Candidates {
		if last == nil || slices.Contains(among, c.Code) {
			q.Choices = append(q.Choices, ballot.Choice{Code: c.Code, Name: c.Name})
		}
	}
	return q
}

// settle takes over what a ballot came to.
func (m *Motion) settle(b *Ballot) {
	r := b.Result
	m.Elected = append(m.Elected, r.Elected...)
	switch {
	case m.Kind == ballot.Election && len(r.RunOff) > 0:
		m.Status = Again
	case m.Kind == ballot.Election && len(m.Elected) > 0, r.Carried:
		m.Status = Carried
	case r.Tied && b.Question.Ties == ballot.Chair:
		m.Status = Tied
	case r.Tied:
		m.Status = Again
	default:
		m.Status = Rejected
	}
}

// names gives the names of the elected, in the order of their votes.
func (m *Motion) names() (list []string) {
	for _, code := range m.Elected {
		for _, c := range m.Candidates {
			if c.Code == code {
				list = append(list, c.Name)
			}
		}
	}
	return list
}

// Ballot is one round of voting on a motion (表决). Question, rule and roll are
// frozen as it opens.
type Ballot struct {
	ID       string          `json:"id"`
	Motion   string          `json:"motion"`
	Round    int             `json:"round"`
	Level    string          `json:"level"`
	Suite    string          `json:"suite"`  // of algorithms, as package ballot names them
	Status   string          `json:"status"` // open, counting, closed or void
	Written  bool            `json:"written"`
	Question ballot.Question `json:"question"`
	RuleID   string          `json:"rule_id"`
	Class    Class           `json:"class"`
	Article  string          `json:"article"`
	OpenedAt time.Time       `json:"opened_at"`
	EndsAt   *time.Time      `json:"ends_at,omitzero"`
	ClosedAt *time.Time      `json:"closed_at,omitzero"`
	Result   ballot.Result   `json:"result,omitzero"` // only once it is closed
	Seal     string          `json:"seal,omitempty"`  // of the board
	Void     string          `json:"void,omitempty"`  // the key of why it counts for nothing

	Voted     int `json:"voted"` // how many have; never what
	Threshold int `json:"threshold,omitempty"`

	public  []byte
	private string
	shares  []share // of a new one that trustees keep
	action  string
}

// over tells whether nobody votes any more.
func (b *Ballot) over(now time.Time) bool {
	return b.Status != "open" || b.EndsAt != nil && !now.Before(*b.EndsAt)
}

const motionColumns = `m.id, m.meeting_id, m.item_id, m.amends, m.kind, m.class, m.level, m.title, m.words, m.mover, m.seats, m.status, m.elected`

func scanMotion(row db.Row) (*Motion, error) {
	m := new(Motion)
	var elected string
	err := row.Scan(&m.ID, &m.Meeting, &m.Item, &m.Amends, &m.Kind, &m.Class, &m.Level, &m.Title, &m.Words, &m.Mover, &m.Seats, &m.Status, &elected)
	m.Elected = split(elected)
	return m, err
}
