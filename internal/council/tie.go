package council

import (
	"errors"
	"slices"

	"guildhall/internal/db"
	"guildhall/internal/directory"
)

// TiedUnit tells what hangs on a unit in the council: the meetings in which it
// sits or which it chairs, the proxies that it gave or holds, the ballots in which
// it still votes; and, as history, those in which it could.
func (c *Council) TiedUnit(tx *db.Tx, unit string) (list []directory.Tie, err error) {
	if a := actorOf(tx); !a.Runs() && !a.For(unit) {
		return nil, nil
	}
	for _, of := range []func(*db.Tx, string) (directory.Tie, error){c.seatsTied, chairsTied, proxiesTied, votesTied, votesPast} {
		t, err := of(tx, unit)
		if err != nil {
			return nil, err
		}
		if t.Count > 0 {
			list = append(list, t)
		}
	}
	return list, nil
}

// coming lists the meetings that are not over, those that begin first, first.
func coming(tx *db.Tx, term string, args ...any) ([]*Meeting, error) {
	var w db.Where
	w.And("m.body = ?", tx.Body)
	w.And(term, args...)
	return db.All(tx, scanMeeting, `SELECT `+meetingColumns+` FROM council_meeting m`+w.String()+` ORDER BY m.starts_at, m.id`, w.Args...)
}

// tieOf makes a tie of meetings.
func tieOf(tx *db.Tx, word, decide string, list []*Meeting) directory.Tie {
	t := directory.Tie{Word: word, Decide: decide, Path: "/meetings"}
	for _, m := range list {
		t.Add(directory.TieItem{Text: m.Title, Day: dayOf(tx.Context(), m.StartsAt), Path: "/meetings/" + m.ID})
	}
	return t
}

func (c *Council) seatsTied(tx *db.Tx, unit string) (directory.Tie, error) {
	held, err := rules(tx)
	if err != nil {
		return directory.Tie{}, err
	}
	list, err := coming(tx, "m.status IN ('notified', 'checking', 'open')")
	if err != nil {
		return directory.Tie{}, err
	}
	sits := map[string]bool{}
	for _, organ := range Organs {
		seats, err := c.seats(tx, &held.Rule, organ, today(tx))
		if err != nil {
			return directory.Tie{}, err
		}
		sits[organ] = seated(seats, unit)
	}
	list = slices.DeleteFunc(list, func(m *Meeting) bool { return !sits[m.Organ] })
	return tieOf(tx, "council.tied.seats", "council.tied.seats_decides", list), nil
}

func chairsTied(tx *db.Tx, unit string) (directory.Tie, error) {
	list, err := coming(tx, "m.chair_unit = ? AND m.status NOT IN ('confirmed', 'archived')", unit)
	return tieOf(tx, "council.tied.chairs", "council.tied.decides", list), err
}

func proxiesTied(tx *db.Tx, unit string) (directory.Tie, error) {
	list, err := coming(tx, `m.status IN ('notified', 'checking', 'open') AND EXISTS (SELECT 1 FROM council_attendance a
		WHERE a.meeting_id = m.id AND a.state = 'proxy' AND (a.unit_id = ? OR a.holder_id = ?))`, unit, unit)
	return tieOf(tx, "council.tied.proxies", "council.tied.proxies_decides", list), err
}

func votesTied(tx *db.Tx, unit string) (directory.Tie, error) {
	t := directory.Tie{Word: "council.tied.ballots", Decide: "council.tied.decides", Path: "/meetings"}
	err := db.Each(tx, db.Pair[string, string], func(p struct{ A, B string }) error {
		t.Add(directory.TieItem{Text: p.B, Path: "/ballots/" + p.A})
		return nil
	}, `SELECT DISTINCT b.id, o.title FROM council_ballot b JOIN council_elector e ON e.ballot_id = b.id JOIN council_motion o ON o.id = b.motion_id
		WHERE b.body = $1 AND b.status IN ('open', 'counting') AND e.present AND (e.unit_id = $2 OR e.holder_id = $2) ORDER BY b.id`, tx.Body, unit)
	return t, err
}

func votesPast(tx *db.Tx, unit string) (directory.Tie, error) {
	n, err := db.One(tx, db.Value[int], `SELECT count(*) FROM council_ballot b JOIN council_elector e ON e.ballot_id = b.id
		WHERE b.body = $1 AND b.status = 'closed' AND e.unit_id = $2 AND e.present`, tx.Body, unit)
	return directory.Tie{Word: "council.tied.past", Count: n, Path: "/resolutions"}, err
}

// Speaker is a person as the council knows them: by name, and the units whose
// votes they give.
type Speaker struct {
	ID, Name string
	Units    []string
	Office   bool // works for the secretariat
}

// TiedPerson tells what waits on a person: votes to give and meetings to answer
// for the units that they speak for, meetings that name them as chair or
// secretary, minutes to confirm, and the trust to keep a share of a key.
func (c *Council) TiedPerson(tx *db.Tx, who Speaker) (list []directory.Tie, err error) {
	ballots := directory.Tie{Word: "council.tied.to_vote", Decide: "council.tied.next_delegate", Path: "/meetings"}
	answers := directory.Tie{Word: "council.tied.to_answer", Decide: "council.tied.next_delegate", Path: "/meetings"}
	minutes := directory.Tie{Word: "council.tied.to_confirm", Decide: "council.tied.next_delegate", Path: "/meetings"}
	for _, unit := range who.Units {
		for _, of := range []struct {
			tie *directory.Tie
			ask func(*db.Tx, string) ([]Waits, error)
		}{{&ballots, ballotsWaiting}, {&answers, meetingsWaiting}, {&minutes, minutesWaiting}} {
			waits, err := of.ask(tx, unit)
			if err != nil {
				return nil, err
			}
			for _, w := range waits {
				of.tie.Add(directory.TieItem{Text: w.title, Day: w.Due, Path: w.Link})
			}
		}
	}
	named, err := c.namedIn(tx, who)
	if err != nil {
		return nil, err
	}
	trust, err := trustTied(tx, who.ID)
	return []directory.Tie{ballots, answers, minutes, tieOf(tx, "council.tied.named", "council.tied.decides", named), trust}, err
}

// namedIn lists the meetings to come that name a person as chair or secretary.
func (c *Council) namedIn(tx *db.Tx, who Speaker) ([]*Meeting, error) {
	list, err := coming(tx, "m.status IN ('draft', 'notified', 'checking', 'open') AND (m.chair = ? OR m.secretary = ?)", who.Name, who.Name)
	return slices.DeleteFunc(list, func(m *Meeting) bool { return !who.chairs(m) && !who.writes(m) }), err
}

func (s *Speaker) chairs(m *Meeting) bool {
	return m.Chair == s.Name && slices.Contains(s.Units, m.ChairUnit)
}
func (s *Speaker) writes(m *Meeting) bool { return m.Secretary == s.Name && s.Office }

// trustTied tells of a person's trust. What is sealed for a trustee opens with
// their code alone: nobody can take it over.
func trustTied(tx *db.Tx, person string) (directory.Tie, error) {
	t := directory.Tie{Word: "council.tied.trust", Decide: "council.tied.trust_decides", Path: "/trustees"}
	had, err := trustees(tx)
	for _, o := range had {
		if o.Person == person {
			t.Add(directory.TieItem{Text: say(tx.Context(), "trustees"), Day: dayOf(tx.Context(), o.Since), Path: "/trustees"})
		}
	}
	return t, err
}

// Pass writes another's name where meetings to come name a person as chair or
// secretary, and tells how many they are. What they were to vote on or to answer
// passes with the duty of the delegate.
func (c *Council) Pass(tx *db.Tx, from Speaker, to string) (int, error) {
	list, err := c.namedIn(tx, from)
	if err != nil {
		return 0, err
	}
	for _, m := range list {
		if from.chairs(m) {
			m.Chair = to
		}
		if from.writes(m) {
			m.Secretary = to
		}
		m.action = "council.meeting.change"
		err = errors.Join(err, keep(tx, m))
	}
	return len(list), err
}
