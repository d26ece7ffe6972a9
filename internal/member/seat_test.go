package member_test

import (
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/member"
)

// person invites somebody to a unit and gives their id.
func (h *house) person(t *testing.T, name, login, unit string) string {
	t.Helper()
	p, _, err := h.Directory.Invite(secretariat(t), directory.Invitation{Name: name, Login: login, Unit: h.units[unit], Role: auth.Staff})
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// What a meeting counts is the roll of its day: ranks, delegates, substitutes and
// weights as they were then, whatever has changed since.
func TestRollAsOfTheMeeting(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := secretariat(t)
		h.join(t, "五星", "2024-01-01")
		h.join(t, "壶职大", "2024-01-01", "chair")
		h.join(t, "检测院", "2024-06-01", "observer")
		must(h.Appoint(ctx, h.units["五星"], "vice_chair", "2025-01-01", "二次会议"))(t)
		must(h.Leave(ctx, h.units["检测院"], "2026-01-01", "left", "来函"))(t)
		a, b := h.person(t, "韦一", "weiyi", "五星"), h.person(t, "覃二", "qiner", "五星")
		for _, in := range []directory.DutyForm{
			{Unit: h.units["五星"], Name: member.Delegate, Person: a, Deputies: []string{b}, Since: "2024-01-01"},
			{Unit: h.units["五星"], Name: member.Delegate, Person: b, Since: "2025-07-01"},
		} {
			must(h.Directory.Assign(ctx, in))(t)
		}
		at := func(day string) []member.Seat {
			return must(db.View(ctx, h.DB, func(tx *db.Tx) ([]member.Seat, error) { return member.RollAt(tx, day) }))(t)
		}
		for _, c := range []struct {
			day         string
			units       int
			rank        string
			delegate    string
			substitutes int
			votes       int
		}{{"2023-12-31", 0, "", "", 0, 0}, {"2024-06-01", 3, "member", a, 1, 2}, {"2025-06-30", 3, "vice_chair", a, 1, 2},
			{"2025-07-01", 3, "vice_chair", b, 0, 2}, {"2026-01-01", 2, "vice_chair", b, 0, 2}} {
			seats := at(c.day)
			votes := 0
			var firm member.Seat
			for _, s := range seats {
				votes += s.Weight
				if s.Unit == h.units["五星"] {
					firm = s
				}
			}
			if len(seats) != c.units || votes != c.votes || firm.Rank != c.rank || firm.Delegate != c.delegate || len(firm.Substitutes) != c.substitutes {
				t.Errorf("on %s: %d units, %d votes, %+v", c.day, len(seats), votes, firm)
			}
			if len(seats) > 0 && seats[0].Unit != h.units["壶职大"] {
				t.Errorf("on %s the chair does not come first: %+v", c.day, seats[0])
			}
		}
		other := db.In(dbtest.As(t, auth.Actor{ID: "li", Body: "other", Roles: []string{auth.Secretariat}}), "other")
		if seats := must(db.View(other, h.DB, func(tx *db.Tx) ([]member.Seat, error) { return member.RollAt(tx, "2025-01-01") }))(t); len(seats) != 0 {
			t.Errorf("another body's roll holds %d of ours", len(seats))
		}
	})
}
