package matching

import (
	"context"
	"math/bits"
)

// WeightOptions of [MaxWeight]. The zero value asks for the exact optimum.
type WeightOptions struct {
	// Gap is how far below the best possible total the result may be, as a share
	// of it; 1e-6 saves a good part of the time at national size. 0 is exact.
	Gap float64
}

// WeightCertificate proves how good an assignment is. Whatever the prices, no
// assignment can weigh more than Σ cap·price over positions and nodes plus, over
// candidates, the most that is left of a choice's weight after the prices on the
// way up from its position. Prices are in units of 1/Scale.
type WeightCertificate struct {
	Total     int64   `json:"total"` // weight of the assignment
	Bound     int64   `json:"bound"` // no assignment weighs more
	Scale     int64   `json:"scale"`
	Positions []int64 `json:"-"` // price of a place at each position
	Nodes     []int64 `json:"-"` // price of a place under each node
}

// Exact tells whether the certificate proves that nothing weighs more.
func (c *WeightCertificate) Exact() bool { return c.Total == c.Bound }

// MaxWeight finds the assignment of the largest total weight that keeps the
// capacities and the caps of nodes; candidates may stay out, minima and keys
// count for nothing. The result is in general neither stable nor safe against
// untrue lists: [VerifyWeight] tells how many blocking pairs it leaves.
//
// Where only capacities bind it is an auction with falling ε and a reverse phase
// (Bertsekas and Castañon), which takes a million candidates; where caps above
// positions bind it is successive shortest paths, for tens of thousands.
func MaxWeight(ctx context.Context, m *Market, opt WeightOptions) (*Outcome, *WeightCertificate, error) {
	r := Rule{Method: Heaviest}.Complete()
	if err := fit(m, r); err != nil {
		return nil, nil, err
	}
	n := renumber(m)
	of, cert, err := heaviest(ctx, n.m, r, opt)
	if err != nil {
		return nil, nil, err
	}
	out := &Outcome{Rule: r, m: m, Of: n.back(of), Stats: Stats{Runs: 1}}
	cert = n.backPrices(cert)
	for _, e := range out.Of {
		if e != NoEdge {
			cert.Total += m.Weight(e)
		}
	}
	cert.Bound = dualBound(m, cert)
	return out, cert, nil
}

// heaviest picks the method by whether caps above positions can bind.
func heaviest(ctx context.Context, m *Market, r Rule, opt WeightOptions) ([]EdgeID, *WeightCertificate, error) {
	cert := &WeightCertificate{Scale: 1, Positions: make([]int64, m.Positions()), Nodes: make([]int64, m.Nodes())}
	pr := newProblem(m, r, nil)
	if len(pr.cap) > 0 {
		f := newFlow(ctx, pr)
		if err := f.run(); err != nil {
			return nil, nil, err
		}
		f.pricesInto(cert)
		return f.of(), cert, nil
	}
	a := newAuction(ctx, m, opt)
	if err := a.run(); err != nil {
		return nil, nil, err
	}
	cert.Scale, cert.Positions = a.scale, a.price
	return a.of, cert, nil
}

// dualBound computes what a certificate's prices prove, rounded down to whole
// units of weight.
func dualBound(m *Market, c *WeightCertificate) int64 {
	way := make([]int64, m.Positions()) // what a place costs in all
	var hi, lo uint64
	add := func(count, price int64) {
		h, l := bits.Mul64(uint64(count), uint64(price))
		var carry uint64
		lo, carry = bits.Add64(lo, l, 0)
		hi, _ = bits.Add64(hi, h, carry)
	}
	for p := range way {
		way[p] = c.Positions[p]
		add(int64(m.capacity[p]), c.Positions[p])
		for k := m.under[p]; k >= 0; k = m.nodeParent[k] {
			way[p] += c.Nodes[k]
		}
	}
	for k, price := range c.Nodes {
		if price > 0 && m.nodeCap[k] >= 0 {
			add(int64(m.nodeCap[k]), price)
		}
	}
	for cand := range m.Candidates() {
		best := int64(0)
		for e := m.off[cand]; e < m.off[cand+1]; e++ {
			best = max(best, m.Weight(EdgeID(e))*c.Scale-way[m.edge[e]>>32])
		}
		add(1, best)
	}
	whole, _ := bits.Div64(hi%uint64(c.Scale), lo, uint64(c.Scale))
	return int64(whole)
}
