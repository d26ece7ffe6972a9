package matching

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
)

// Draw is the candidate's number in the lottery of a round: the first eight
// bytes, big end first, of SHA-256 over the seed, a zero byte and the
// candidate's id. The lower number wins. Anybody can check it:
//
//	printf '%s\0%s' SEED ID | sha256sum | cut -c1-16
func Draw(seed string, id []byte) uint64 { return drawOf(seed, nil, id) }

// DrawAt is the number for one position, under LotteryPerPosition: as Draw, with
// the position's name and a zero byte between the two.
func DrawAt(seed, position string, id []byte) uint64 { return drawOf(seed, &position, id) }

func drawOf(seed string, position *string, id []byte) uint64 {
	buf := make([]byte, 0, 96)
	buf = append(append(buf, seed...), 0)
	if position != nil {
		buf = append(append(buf, *position...), 0)
	}
	sum := sha256.Sum256(append(buf, id...))
	return binary.BigEndian.Uint64(sum[:8])
}

// lots decides between equal keys during a run. Numbers are drawn when first
// asked for, since many rounds have few ties.
type lots struct {
	m           *Market
	seed        string
	perPosition bool
	ahead       []uint8  // candidates who win ties before the lottery: lower first; nil: none
	drawn       []uint64 // 0: not yet
}

func newLots(m *Market, r Rule) *lots {
	return &lots{m: m, seed: r.Seed, perPosition: r.Ties == LotteryPerPosition}
}

// loses tells whether candidate a at position p comes after candidate b at
// position q when their keys are equal. Positions are the market's own.
func (l *lots) loses(a uint32, p int32, b uint32, q int32) bool {
	if l.ahead != nil && l.ahead[a] != l.ahead[b] {
		return l.ahead[a] > l.ahead[b]
	}
	x, y := l.number(a, p), l.number(b, q)
	if x != y {
		return x > y
	}
	return bytes.Compare(l.m.candNames.at(int(a)), l.m.candNames.at(int(b))) > 0
}

func (l *lots) number(c uint32, p int32) uint64 {
	id := l.m.candNames.at(int(c))
	if l.perPosition {
		return DrawAt(l.seed, l.m.PositionName(PositionID(p)), id)
	}
	if l.drawn == nil {
		l.drawn = make([]uint64, l.m.Candidates())
	}
	if l.drawn[c] == 0 {
		l.drawn[c] = Draw(l.seed, id)
	}
	return l.drawn[c]
}
