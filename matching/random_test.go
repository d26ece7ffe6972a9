package matching

import "guildhall/matching/sample"

// Shape and Random are the sample rounds as markets.
type Shape = sample.Shape

func Random(s Shape) *Market {
	a := sample.Market(s)
	m, err := FromCSR(CSR{Off: a.Off, Edge: a.Edge, Weight: a.Weight, Capacity: a.Capacity, Minimum: a.Minimum,
		Under: a.Under, NodeCap: a.NodeCap, NodeParent: a.NodeParent})
	if err != nil {
		panic(err)
	}
	return m
}
