package council

import (
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// Take and keep: the only way to a thing that may be changed, and the only way by
// which it is saved. The rule book stands on the first, the journal hears of the
// second.

// see gets a meeting, if the actor may so much as know of it.
func see(tx *db.Tx, id string) (*Meeting, error) {
	m, err := findMeeting(tx, id)
	if err == nil && !policy.Can(tx.Context(), "council.meeting.read", m.thing()) {
		return nil, fault.NotFound.New("fault.not_found")
	}
	return m, err
}

func take(tx *db.Tx, action, id string) (*Meeting, error) {
	m, err := see(tx, id)
	if err != nil {
		return nil, err
	}
	m.action = action
	return m, policy.Allow(tx.Context(), action, m.thing())
}

// account is what the journal is told of a meeting: not the minutes, which name
// people, and not what the door bears.
type account struct {
	Number int    `json:"number"`
	Title  string `json:"title"`
	Status Status `json:"status"`
	Organ  string `json:"organ"`
}

func keep(tx *db.Tx, m *Meeting) error {
	if m.action == "" {
		panic("council: a meeting is kept that was taken for no action")
	}
	if err := saveMeeting(tx, m); err != nil {
		return err
	}
	return journal.Record(tx, m.action, m.ID, account{m.Number, m.Title, m.Status, m.Organ})
}

// seeMotion gets a motion with its meeting.
func seeMotion(tx *db.Tx, id string) (*Motion, *Meeting, error) {
	m, err := findMotion(tx, id)
	if err != nil {
		return nil, nil, err
	}
	meeting, err := see(tx, m.Meeting)
	return m, meeting, err
}

func takeMotion(tx *db.Tx, action, id string) (*Motion, *Meeting, error) {
	m, meeting, err := seeMotion(tx, id)
	if err != nil {
		return nil, nil, err
	}
	m.action = action
	return m, meeting, policy.Allow(tx.Context(), action, meeting.thing())
}

func keepMotion(tx *db.Tx, m *Motion) error {
	if m.action == "" {
		panic("council: a motion is kept that was taken for no action")
	}
	if err := saveMotion(tx, m); err != nil {
		return err
	}
	return journal.Record(tx, m.action, m.ID, map[string]any{"title": m.Title, "class": m.Class, "level": m.Level, "status": m.Status})
}

// takeBallot gets a ballot with its motion.
func takeBallot(tx *db.Tx, action, id string) (*Ballot, *Motion, error) {
	b, err := findBallot(tx, id)
	if err != nil {
		return nil, nil, err
	}
	m, _, err := takeMotion(tx, action, b.Motion)
	b.action = action
	return b, m, err
}

// keepBallot saves a ballot. The journal hears how far it has come and, once it is
// closed, what it came to.
func keepBallot(tx *db.Tx, b *Ballot) error {
	if b.action == "" {
		panic("council: a ballot is kept that was taken for no action")
	}
	if err := saveBallot(tx, b); err != nil {
		return err
	}
	told := map[string]any{"motion": b.Motion, "round": b.Round, "level": b.Level, "status": b.Status, "rule": b.RuleID}
	if b.Status == "closed" {
		told["result"], told["seal"] = b.Result, b.Seal
	}
	return journal.Record(tx, b.action, b.ID, told)
}
