package matching

import (
	"context"
	"errors"
	"testing"
)

// FuzzBuild puts together whatever the bytes say. Build must tell faults or give
// a market that can be solved and verified.
func FuzzBuild(f *testing.F) {
	f.Add([]byte{1, 2, 3, 0, 2, 1, 1, 1, 4, 9, 2, 2, 0, 0, 1})
	f.Add([]byte{0, 0, 1, 255, 1, 1, 3, 3, 3, 2, 2, 1, 0, 9, 9, 9})
	f.Fuzz(func(t *testing.T, data []byte) {
		next := func() int {
			if len(data) == 0 {
				return 0
			}
			b := data[0]
			data = data[1:]
			return int(b)
		}
		b := NewBuilder(Options{MaxFaults: 5})
		for len(data) > 0 {
			switch next() % 8 {
			case 0:
				b.Node(string(rune('a'+next()%9)), next()%7-1, NodeID(next()%6-1))
			case 1:
				b.Position(NodeID(next()%6-1), next()%6-1, next()%4, Reserve{Type(next() % 3), next() % 4})
			case 2:
				b.Position(NodeID(next()%6-1), next()%6, next()%3)
			case 3:
				b.Candidate([]byte{byte(next())}, Type(next()%3))
			case 4, 5:
				b.Choice(CandidateID(next()%9-1), PositionID(next()%9-1), next()%5, int64(next()%9-4), int64(next()%9-1))
			case 6:
				b.Under(NodeID(next()%6-1), NodeID(next()%6-1))
				b.FixedOpen(PositionID(next()%9 - 1))
			case 7:
				b.Type(string(rune('x' + next()%2)))
				b.Label(PositionID(next()%9-1), string(rune('p'+next()%9)))
				b.Scale(NodeID(next()%6-1), string(rune('0'+next()%2)))
				b.Target(PositionID(next()%9-1), next()%4)
			}
		}
		m, err := b.Build()
		var faults *Faults
		if err != nil {
			if !errors.As(err, &faults) || len(faults.List) == 0 || len(faults.List) > 5 {
				t.Fatalf("Build fails with %v", err)
			}
			return
		}
		for _, r := range []Rule{{}, {Ties: RejectTie}, {Ties: AdmitTie}, {Ties: MaxSize}, {Regions: Flexible}, {Reserves: OpenFirst},
			{Reserves: CallOrder}, {Method: Heaviest}, {Closing: AllShort}, {Closing: Exact}} {
			if r.Closing == Exact && m.closable() > 6 {
				continue // it tries every set
			}
			out, err := Solve(context.Background(), m, r)
			if err != nil {
				if !errors.As(err, &faults) {
					t.Fatalf("%+v: %v", r, err)
				}
				continue
			}
			if rep := Verify(m, r, out.Of); !rep.OK {
				t.Fatalf("%+v: %v\n%s", r, rep.Violations, dump(m, out.Of))
			}
			x := NewExplainer(m, r, out)
			x.Summary()
			x.Staff()
			for c := range m.Candidates() {
				x.List(CandidateID(c))
			}
		}
	})
}

// FuzzFromCSR must refuse arrays that do not fit together.
func FuzzFromCSR(f *testing.F) {
	f.Add([]byte{2, 1, 1}, []byte{0, 1, 0, 2}, []byte{1, 1}, []byte{0, 0})
	f.Fuzz(func(t *testing.T, off, edge, capacity, under []byte) {
		a := CSR{}
		for _, b := range off {
			a.Off = append(a.Off, uint32(b))
		}
		for i := 0; i+1 < len(edge); i += 2 {
			a.Edge = append(a.Edge, uint64(edge[i])<<32|uint64(edge[i+1]))
		}
		for _, b := range capacity {
			a.Capacity = append(a.Capacity, int32(int8(b)))
		}
		for _, b := range under {
			a.Under = append(a.Under, int32(int8(b)))
			a.NodeCap = append(a.NodeCap, int32(b))
			a.NodeParent = append(a.NodeParent, int32(int8(b))-3)
		}
		m, err := FromCSR(a)
		if err != nil {
			return
		}
		out, err := Solve(context.Background(), m, Rule{})
		if err != nil {
			t.Fatal(err)
		}
		if rep := Verify(m, Rule{}, out.Of); !rep.OK {
			t.Fatal(rep.Violations)
		}
	})
}
