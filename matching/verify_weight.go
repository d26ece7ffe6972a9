package matching

import "math/big"

// WeightReport is what the verifier finds about the weight of an assignment.
type WeightReport struct {
	Total int64 `json:"total"` // of the assignment
	Bound int64 `json:"bound"` // what the certificate proves to be the most possible
	Gap   int64 `json:"gap"`
}

// VerifyWeight checks an assignment of the method of the largest weight: the caps,
// that the certificate's prices are prices, and the bound that they prove,
// computed anew. Blocking pairs are counted as information. With a nil
// certificate nothing is said about the weight but its total.
func VerifyWeight(m *Market, r Rule, of []EdgeID, cert *WeightCertificate) *Report {
	r.Method = Heaviest
	rep := Verify(m, r, of)
	if len(of) != m.Candidates() || rep.Counts[BadChoice] > 0 {
		return rep
	}
	w := &WeightReport{}
	rep.Weight = w
	for _, e := range of {
		if e != NoEdge {
			w.Total += m.Weight(e)
		}
	}
	if cert == nil {
		return rep
	}
	if len(cert.Positions) != m.Positions() || len(cert.Nodes) != m.Nodes() || cert.Scale < 1 || cert.Scale > int64(m.Candidates())+1 {
		rep.Add(Violation{Kind: BadWeight})
		return rep
	}
	const most = 1 << 60
	for p, price := range cert.Positions {
		if price < 0 || price > most {
			rep.Add(Violation{Kind: BadWeight, Position: m.PositionName(PositionID(p)), Have: price})
		}
	}
	for k, price := range cert.Nodes {
		if price < 0 || price > most || price > 0 && m.nodeCap[k] < 0 {
			rep.Add(Violation{Kind: BadWeight, Node: m.NodeName(NodeID(k)), Have: price})
		}
	}
	if rep.Counts[BadWeight] > 0 {
		return rep
	}
	w.Bound = proven(m, cert)
	w.Gap = w.Bound - w.Total
	if w.Gap < 0 || cert.Total != w.Total || cert.Bound != w.Bound {
		rep.Add(Violation{Kind: BadWeight, Have: w.Total, Limit: w.Bound})
	}
	return rep
}

// proven is what prices prove: places at their prices, and for every candidate
// the most that is left of a choice after its prices; whole units, rounded down.
func proven(m *Market, cert *WeightCertificate) int64 {
	var sum big.Int
	for p, price := range cert.Positions {
		sum.Add(&sum, new(big.Int).Mul(big.NewInt(price), big.NewInt(int64(m.capacity[p]))))
	}
	for k, price := range cert.Nodes {
		if price > 0 {
			sum.Add(&sum, new(big.Int).Mul(big.NewInt(price), big.NewInt(int64(m.nodeCap[k]))))
		}
	}
	toll := append([]int64(nil), cert.Positions...)
	for p := range toll {
		for k := m.under[p]; k >= 0; k = m.nodeParent[k] {
			toll[p] = min(toll[p]+cert.Nodes[k], 1<<61)
		}
	}
	var whole, part int64
	for c := range m.Candidates() {
		var left int64
		for e := m.off[c]; e < m.off[c+1]; e++ {
			left = max(left, m.Weight(EdgeID(e))*cert.Scale-toll[m.PositionOf(EdgeID(e))])
		}
		whole, part = whole+left/cert.Scale, part+left%cert.Scale
	}
	sum.Add(&sum, new(big.Int).Mul(big.NewInt(whole), big.NewInt(cert.Scale)))
	sum.Add(&sum, big.NewInt(part))
	if sum.Quo(&sum, big.NewInt(cert.Scale)); !sum.IsInt64() {
		return 1<<63 - 1
	}
	return sum.Int64()
}
