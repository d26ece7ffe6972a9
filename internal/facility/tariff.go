package facility

import (
	"math/bits"

	"guildhall/internal/fault"
	"guildhall/internal/rule"
)

// Tariff is the body's rule of what members pay for each other's equipment.
type Tariff struct {
	Own    int64 `json:"own_percent"`    // of the price, by the unit whose it is
	Member int64 `json:"member_percent"` // by any other
	Missed int64 `json:"missed_percent"` // of what the period would have cost, where nobody came
}

// Check tells what cannot be.
func (t Tariff) Check() error {
	var wrong fault.List
	for place, n := range map[string]int64{"own_percent": t.Own, "member_percent": t.Member, "missed_percent": t.Missed} {
		if n < 0 || n > mostPercent {
			wrong.Add(place, "facility.tariff.percent", mostPercent)
		}
	}
	return wrong.Err()
}

const mostPercent = 1000

var _ = rule.Declare("facility.tariff", Tariff{Own: 0, Member: 100, Missed: 0})

// percent is what a unit pays of the price.
func (t Tariff) percent(own bool) int64 {
	if own {
		return t.Own
	}
	return t.Member
}

// cost gives what minutes come to at a price of an hour, in whole fen, half a fen up:
// it is divided once, at the end. Nobody knows what costs something that was not
// told; nothing of it is nothing all the same.
func cost(hourly *int64, minutes, percent int64) *int64 {
	if percent == 0 {
		return new(int64)
	}
	if hourly == nil {
		return nil
	}
	return share(*hourly, minutes*percent, 60*100)
}

// part gives so many per cent of a sum.
func part(fen *int64, percent int64) *int64 {
	if percent == 0 {
		return new(int64)
	}
	if fen == nil {
		return nil
	}
	return share(*fen, percent, 100)
}

// share gives n · times ÷ by, half up, of what is not below zero. What does not fit is
// the most that there is.
func share(n, times, by int64) *int64 {
	const most = 1<<63 - 1
	hi, lo := bits.Mul64(uint64(n), uint64(times))
	lo, carry := bits.Add64(lo, uint64(by/2), 0)
	hi += carry
	v := int64(most)
	if hi < uint64(by) {
		if q, _ := bits.Div64(hi, lo, uint64(by)); q <= most {
			v = int64(q)
		}
	}
	return &v
}
