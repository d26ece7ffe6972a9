package exchange

import (
	"context"
	"testing"
)

// FuzzRead reads whatever files say. Read must tell faults or give a round that
// is decided, written, read again and verified.
func FuzzRead(f *testing.F) {
	s := small()
	f.Add(s[Candidates].Data, s[Positions].Data, s[Reserves].Data, s[Nodes].Data, s[Choices].Data, s[Priorities].Data, s[RuleFile].Data)
	f.Add([]byte("\ufeffcandidate_id\r\n\"a,\"\"b\"\r\n"), []byte("position_id,enterprise_id,capacity\np,,1\n"), []byte(""), []byte(""),
		[]byte("candidate_id,position_id,rank\n\"a,\"\"b\",p,1"), []byte("key,candidate_id,position_id\n-3,\"a,\"\"b\",p"), []byte("{}"))
	f.Fuzz(func(t *testing.T, cands, pos, reserves, nodes, choices, priorities, rule []byte) {
		in := of(Candidates, string(cands), Positions, string(pos), Choices, string(choices), Priorities, string(priorities))
		for name, data := range map[string][]byte{Reserves: reserves, Nodes: nodes, RuleFile: rule} {
			if len(data) > 0 {
				in[name] = of(name, string(data))[name]
			}
		}
		r, err := Read(context.Background(), in, Options{MaxFaults: 3})
		if err != nil {
			return
		}
		if r.Market.Candidates() > 20 || r.Market.Positions() > 20 {
			return
		}
		d, err := r.Solve(context.Background())
		if err != nil {
			return
		}
		to := files{}
		if _, err := r.Write(to, d, r.Verify(d)); err != nil {
			t.Fatal(err)
		}
		rep, err := Verify(context.Background(), to, Options{})
		if err != nil || !rep.OK {
			t.Fatalf("%v %+v\n%s%s%s%s%s", err, rep, to[Candidates].Data, to[Positions].Data, to[Choices].Data, to[Priorities].Data, to[Assignment].Data)
		}
	})
}
