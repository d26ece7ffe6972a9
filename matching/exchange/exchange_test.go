package exchange

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"guildhall/matching"
)

// files is a target and a file system in memory.
type files fstest.MapFS

type memFile struct {
	bytes.Buffer
	fs   files
	name string
}

func (f files) Create(name string) (io.WriteCloser, error) { return &memFile{fs: f, name: name}, nil }
func (f *memFile) Close() error {
	f.fs[f.name] = &fstest.MapFile{Data: bytes.Clone(f.Bytes())}
	return nil
}
func (f files) Open(name string) (fs.File, error) { return fstest.MapFS(f).Open(name) }

// of makes files of texts, name after name.
func of(texts ...string) files {
	f := files{}
	for i := 0; i < len(texts); i += 2 {
		f[texts[i]] = &fstest.MapFile{Data: []byte(texts[i+1])}
	}
	return f
}

func small() files {
	return of(
		Candidates, "candidate_id,type\nli,\nwang,veteran\nzhang,\n",
		Positions, "position_id,enterprise_id,capacity,minimum\nwelder,acme,1,\nfitter,acme,2,\n",
		Reserves, "position_id,type,seats\nfitter,veteran,1\n",
		Nodes, "node_id,parent_id,cap\nacme,north,2\nnorth,,\n",
		Choices, "candidate_id,position_id,rank\nli,welder,1\nli,fitter,2\nwang,welder,1\nwang,fitter,2\nzhang,fitter,1\nzhang,welder,1\n",
		Priorities, "position_id,candidate_id,key\nwelder,li,5\nwelder,wang,1\nfitter,wang,9\nfitter,li,2\nfitter,zhang,3\n",
		RuleFile, `{"seed":"2026"}`,
	)
}

func TestRoundTrip(t *testing.T) {
	ctx := context.Background()
	r, err := Read(ctx, small(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.OnlyCandidate != 1 || r.OnlyPosition != 0 {
		t.Errorf("one-sided pairs: %d and %d, want 1 and 0", r.OnlyCandidate, r.OnlyPosition)
	}
	out, err := r.Solve(ctx)
	if err != nil {
		t.Fatal(err)
	}
	to := files{}
	if _, err := r.Write(to, out, r.Verify(out)); err != nil {
		t.Fatal(err)
	}
	if got, want := string(to[Assignment].Data), "candidate_id,position_id\nli,fitter\nwang,welder\nzhang,\n"; got != want {
		t.Errorf("assignment:\n%swant\n%s", got, want)
	}
	rep, err := Verify(ctx, to, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !rep.OK {
		t.Errorf("the written round does not verify: %v", rep.Violations)
	}
}

// Written from values in memory, a round reads as the same round.
func TestOfMarketRoundTrip(t *testing.T) {
	b := matching.NewBuilder(matching.Options{})
	firm := b.Node("firm", 1, matching.NoNode)
	p := b.Position(firm, 2, 1)
	b.Label(p, `smith, "first"`)
	b.FixedOpen(p)
	c, d := b.Candidate([]byte("c1")), b.Candidate([]byte("c0"))
	b.Choice(c, p, 1, 10, 0)
	b.Choice(d, p, 1, 10, 0)
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	rule := matching.Rule{Seed: "s"}
	out, err := matching.Solve(context.Background(), m, rule)
	if err != nil {
		t.Fatal(err)
	}
	first := files{}
	if _, err := Of(m, rule).Write(first, &Decision{Outcome: out}, nil); err != nil {
		t.Fatal(err)
	}
	rep, err := Verify(context.Background(), first, Options{})
	if err != nil || !rep.OK {
		t.Fatalf("verify: %v %v", rep, err)
	}
	if rep.Print != out.Fingerprint() {
		t.Errorf("fingerprint %s, want %s", rep.Print, out.Fingerprint())
	}
}

func TestVerifyFindsTampering(t *testing.T) {
	ctx := context.Background()
	write := func() files {
		r, _ := Read(ctx, small(), Options{})
		out, _ := r.Solve(ctx)
		to := files{}
		if _, err := r.Write(to, out, nil); err != nil {
			t.Fatal(err)
		}
		return to
	}
	for _, c := range []struct{ name, file, from, to, want string }{
		{"a place taken away", Assignment, "li,fitter", "li,", matching.Blocking},
		{"two on one place", Assignment, "li,fitter", "li,welder", matching.OverCap},
		{"a place not on the list", Assignment, "zhang,", "zhang,welder", matching.BadChoice},
		{"a candidate twice", Assignment, "li,fitter", "li,fitter\nli,welder", PlacedTwice},
		{"a candidate missing", Assignment, "li,fitter\n", "", NoLine},
		{"a stranger", Assignment, "li,fitter", "li,fitter\nmallory,welder", UnknownCandidate},
		{"a position that is none", Assignment, "li,fitter", "li,queen", UnknownPosition},
		{"another key", Priorities, "welder,wang,1", "welder,wang,0", OtherInputs},
		{"another cut-off", CutOffs, "welder,1,1,1", "welder,1,1,4", OtherCutOffs},
	} {
		to := write()
		data := string(to[c.file].Data)
		if !strings.Contains(data, c.from) {
			t.Fatalf("%s: %s has no %q:\n%s", c.name, c.file, c.from, data)
		}
		to[c.file].Data = []byte(strings.Replace(data, c.from, c.to, 1))
		rep, err := Verify(ctx, to, Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if rep.OK || rep.Counts[c.want] == 0 {
			t.Errorf("%s: found %v, want %s", c.name, rep.Counts, c.want)
		}
	}
}

func TestReadTellsEveryFault(t *testing.T) {
	in := of(
		Candidates, "candidate_id\na\nb\na\n\n",
		Positions, "position_id,enterprise_id,capacity,minimum\np,f,1,2\nq,f,-1,\nr,f,x,\nq,f,1,\n",
		Nodes, "node_id,parent_id,cap\nf,g,1\nf,h,1\ng,,-3\ng,,2\nh,,\n",
		Choices, "candidate_id,position_id,rank,weight\na,p,first,\na,p,1,1\na,p,2,1\nz,p,1,1\na,y,1,1\nb,p,0,-1\n\xff,p,1,1\nb\n",
		Priorities, "position_id,candidate_id,key\np,a,1\np,a,2\np,b,1e3\n",
		RuleFile, `{"ties":"coin"}`,
	)
	_, err := Read(context.Background(), in, Options{})
	var faults *Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{
		"rule.json: rule: \"coin\" is no word",
		"candidates.csv:4: the candidate \"a\" is there twice",
		"positions.csv:2: the minimum 2 is above the capacity 1",
		"positions.csv:3: capacity is -1",
		"positions.csv:4: capacity is \"x\"",
		"positions.csv:5: the position \"q\" is there twice",
		"nodes.csv:3: the node \"f\" is under \"h\" here and under \"g\" on line 2",
		"nodes.csv:4: cap is -3",
		"choices.csv:2: rank is \"first\"",
		"choices.csv:4: the candidate \"a\" lists the position \"p\" a second time (first on line 3)",
		"choices.csv:5: there is no candidate \"z\"",
		"choices.csv:6: there is no position \"y\"",
		"choices.csv:7: rank is 0",
		"choices.csv:7: weight is -1",
		"choices.csv:8: the line is not UTF-8",
		"choices.csv:9: the line has 1 fields",
		"priorities.csv:3: the position \"p\" gives the candidate \"a\" a key a second time",
		"priorities.csv:4: key is \"1e3\"",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not told: %s", want)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestLargestWeightRoundTrip(t *testing.T) {
	ctx := context.Background()
	in := small()
	delete(in, Reserves)
	in[Choices].Data = []byte("candidate_id,position_id,rank,weight\nli,welder,1,4\nli,fitter,2,3\nwang,welder,1,9\nzhang,fitter,1,7\n")
	in[RuleFile].Data = []byte(`{"method":"max_weight"}`)
	r, err := Read(ctx, in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := r.Solve(ctx)
	if err != nil {
		t.Fatal(err)
	}
	to := files{}
	res, err := r.Write(to, d, r.Verify(d))
	if err != nil {
		t.Fatal(err)
	}
	if *res.TotalWeight != 16 || *res.WeightBound != 16 { // wang's 9 and zhang's 7: acme takes two
		t.Errorf("total %d, bound %d, want 16", *res.TotalWeight, *res.WeightBound)
	}
	if rep, err := Verify(ctx, to, Options{}); err != nil || !rep.OK || rep.Weight.Gap != 0 {
		t.Errorf("verify: %v %+v", err, rep)
	}
	to[Prices].Data = bytes.Replace(to[Prices].Data, []byte("scale,,1"), []byte("scale,,2"), 1)
	if rep, err := Verify(ctx, to, Options{}); err != nil || rep.OK {
		t.Errorf("other prices prove the same: %v %+v", err, rep)
	}
}
