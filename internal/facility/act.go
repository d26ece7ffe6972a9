package facility

import (
	"time"

	"guildhall/internal/act"
)

// finished is the act of having used a piece.
const finished = "facility.use.finished"

// What the register of equipment tells of that may be counted.
var _ = act.Declare(
	act.Kind{Name: "facility.equipment.shared", ZH: "设备共享", EN: "Equipment shared",
		MeansZH: "成员单位把一台设备或一处工位登记为可供联合体共用。",
		MeansEN: "A member has put a piece of equipment, or a place to work, at the body's disposal.",
		Path:    "/equipment/{subject}",
		Amounts: []act.Amount{{Name: "value", Unit: act.Fen, ZH: "原值", EN: "cost"}, {Name: "capacity", Unit: act.Place, ZH: "工位", EN: "places"}},
	},
	act.Kind{Name: "facility.equipment.withdrawn", ZH: "设备退出共享", EN: "Equipment withdrawn",
		MeansZH: "一台已共享的设备停止使用，退出共享。",
		MeansEN: "A piece of shared equipment has been taken out of use.",
		Path:    "/equipment/{subject}",
	},
	act.Kind{Name: finished, ZH: "设备使用", EN: "Equipment used",
		MeansZH: "预约的共享设备已经用过，设备管理员登记了实际机时。",
		MeansEN: "A piece of shared equipment that was booked has been used, and its keeper has noted for how long.",
		Path:    "/bookings/{subject}",
		Amounts: []act.Amount{{Name: "minutes", Unit: act.Minute, ZH: "机时", EN: "time"}, {Name: "heads", Unit: act.Person, ZH: "人次", EN: "persons who came"}},
		Marks:   []string{"whose"}, // own: the piece is the unit's; other: it is another unit's
	},
)

// shared is the act of putting a piece at the body's disposal.
func shared(e *Equipment) act.Act {
	a := act.Act{Kind: "facility.equipment.shared", Unit: e.Owner, Subject: e.ID, Title: e.Name, Amounts: map[string]int64{}}
	if e.Value != nil {
		a.Amounts["value"] = *e.Value
	}
	if e.Capacity != nil {
		a.Amounts["capacity"] = *e.Capacity
	}
	return a
}

// acts gives what a change of a piece's status is: had is the status before it,
// empty where the piece is new.
func acts(e *Equipment, had Status) []act.Act {
	switch in, was := e.Status != Retired, had != "" && had != Retired; {
	case in && !was:
		return []act.Act{shared(e)}
	case !in && was:
		return []act.Act{{Kind: "facility.equipment.withdrawn", Unit: e.Owner, Subject: e.ID, Title: e.Name}}
	}
	return nil
}

// acts gives what a booking that was just noted as used tells.
func (b *Booking) acts(now time.Time) []act.Act {
	if b.State != Used {
		return nil
	}
	whose, at := "other", b.To
	if b.Unit == b.Owner {
		whose = "own"
	}
	if at.After(now) {
		at = now
	}
	a := act.Act{Kind: finished, At: at, Unit: b.Unit, Units: []string{b.Owner}, Subject: b.ID, Title: b.Name,
		Amounts: map[string]int64{"minutes": *b.Minutes, "heads": b.Heads}, Marks: map[string]string{"whose": whose}}
	if b.Person != "" {
		a.Persons = []string{b.Person}
	}
	return []act.Act{a}
}
