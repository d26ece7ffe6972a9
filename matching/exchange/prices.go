package exchange

import (
	"errors"
	"io/fs"
	"math"

	"guildhall/matching"
)

// writePrices writes the certificate's prices that are not 0. The first line is
// the scale: how many parts of a price make one unit of weight.
func writePrices(w *lineWriter, m *matching.Market, c *matching.WeightCertificate) {
	w.line("kind", "id", "price")
	w.line("scale", "", c.Scale)
	for _, p := range positionsByName(m) {
		if c.Positions[p] != 0 {
			w.line("position", m.PositionName(p), c.Positions[p])
		}
	}
	for _, n := range nodesByName(m) {
		if c.Nodes[n] != 0 {
			w.line("node", m.NodeName(n), c.Nodes[n])
		}
	}
}

// readPrices reads prices.csv; nil if there is none, and then nothing is proved.
func readPrices(fsys fs.FS, m *matching.Market, opt Options) (*matching.WeightCertificate, error) {
	if _, err := fs.Stat(fsys, Prices); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	faults := &Faults{limit: max(opt.MaxFaults, 1)}
	t := open(fsys, Prices, false, faults, column{name: "kind"}, column{name: "id"}, column{name: "price"})
	if t == nil {
		return nil, faults.err()
	}
	defer t.close()
	pos, nodes := newIDs(), newIDs()
	for p := range m.Positions() {
		pos.add([]byte(m.PositionName(matching.PositionID(p))))
	}
	for n := range m.Nodes() {
		nodes.add([]byte(m.NodeName(matching.NodeID(n))))
	}
	c := &matching.WeightCertificate{Positions: make([]int64, m.Positions()), Nodes: make([]int64, m.Nodes())}
	for t.next() {
		v, ok := t.number(2, 0, math.MaxInt64/8)
		if !ok {
			continue
		}
		kind := string(t.field(0))
		p, n := pos.find(t.field(1)), nodes.find(t.field(1))
		switch {
		case kind == "scale":
			c.Scale = v
		case kind == "position" && p >= 0:
			c.Positions[p] = v
		case kind == "node" && n >= 0:
			c.Nodes[n] = v
		default:
			t.faults.add(t.name, t.line, Unknown, "there is no %s %q", clip(t.field(0)), clip(t.field(1)))
		}
	}
	return c, faults.err()
}
