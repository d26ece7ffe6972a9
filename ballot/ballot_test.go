package ballot_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"guildhall/ballot"
)

var motion = []ballot.Choice{{Code: ballot.Yes, Name: "赞成"}, {Code: ballot.No, Name: "反对"}, {Code: ballot.Abstain, Name: "弃权"}}

func half(base string) ballot.Majority {
	return ballot.Majority{Base: base, Fraction: ballot.Fraction{Num: 1, Den: 2, More: true}}
}

func votes(yes, no, abstain, invalid int) (list []string) {
	for vote, n := range map[string]int{ballot.Yes: yes, ballot.No: no, ballot.Abstain: abstain, ballot.Invalid: invalid} {
		for range n {
			list = append(list, vote)
		}
	}
	return list
}

func TestMotion(t *testing.T) {
	twoThirds := func(base string) ballot.Majority {
		return ballot.Majority{Base: base, Fraction: ballot.Fraction{Num: 2, Den: 3}}
	}
	for _, c := range []struct {
		name               string
		majority           ballot.Majority
		ties               string
		all, present       int64
		yes, no, abst, bad int
		need               int64
		carried, tied      bool
	}{
		{"two thirds of all, the last vote makes it", twoThirds(ballot.All), ballot.Fails, 84, 56, 56, 0, 0, 0, 56, true, false},
		{"two thirds of all, one short", twoThirds(ballot.All), ballot.Fails, 84, 56, 55, 1, 0, 0, 56, false, false},
		{"two thirds of 85 is 57, not 56.67", twoThirds(ballot.All), ballot.Fails, 85, 60, 56, 0, 0, 0, 57, false, false},
		{"more than half of those present: half is not enough", half(ballot.Present), ballot.Fails, 84, 56, 28, 20, 8, 0, 29, false, false},
		{"more than half of those present", half(ballot.Present), ballot.Fails, 84, 55, 28, 20, 7, 0, 28, true, false},
		{"of the valid, invalid papers do not weigh", half(ballot.Valid), ballot.Fails, 10, 10, 4, 3, 0, 3, 4, true, false},
		{"of those cast, they do", half(ballot.Cast), ballot.Fails, 10, 10, 4, 3, 0, 3, 6, false, false},
		{"a tie that the chair decides", half(ballot.Cast), ballot.Chair, 10, 10, 5, 5, 0, 0, 6, false, true},
		{"a tie that fails", half(ballot.Cast), ballot.Fails, 10, 10, 5, 5, 0, 0, 6, false, false},
		{"nobody voted", half(ballot.Cast), ballot.Chair, 10, 10, 0, 0, 0, 0, 1, false, false},
	} {
		q := ballot.Question{Kind: ballot.Motion, Choices: motion, Majority: c.majority, Ties: c.ties, All: c.all, Present: c.present}
		r, err := q.Count(votes(c.yes, c.no, c.abst, c.bad))
		if err != nil || r.Need != c.need || r.Carried != c.carried || r.Tied != c.tied {
			t.Errorf("%s: %+v, %v; want need %d, carried %v, tied %v", c.name, r, err, c.need, c.carried, c.tied)
		}
	}
}

func TestElection(t *testing.T) {
	q := ballot.Question{Kind: ballot.Election, Seats: 2, RunOff: true, Majority: half(ballot.Cast), All: 9, Present: 9}
	for _, code := range []string{"a", "b", "c", "d"} {
		q.Choices = append(q.Choices, ballot.Choice{Code: code, Name: code})
	}
	for _, c := range []struct{ name, votes, elected, runOff string }{
		{"two reach the majority", "a+b a+b a+b a b b c", "b,a", ""},
		{"three reach it, two more votes than the third", "a+b a+b a+c b+c b+c a+b", "b,a", ""},
		{"two claim the last seat with equal votes", "a+b a+c a+b a+c a+b a+c b+c", "a", "b,c"},
		{"one seat is left: the next two run off", "a+b a+b a a a+c c b d", "a", "b,c"},
		{"equals of the last run off too", "a+b a a a a c d", "a", "b,c,d"},
		{"blank papers weigh as cast", "a+b a+b blank blank blank", "", "a,b,c,d"},
	} {
		r, err := q.Count(strings.Fields(c.votes))
		if err != nil || strings.Join(r.Elected, ",") != c.elected || strings.Join(r.RunOff, ",") != c.runOff {
			t.Errorf("%s: %+v, %v; want %s elected, %s to run off", c.name, r, err, c.elected, c.runOff)
		}
	}
	for _, bad := range []string{"", "x", "b+a", "a+a", "a+b+c", "yes", "a+"} {
		if q.Check(bad) == nil {
			t.Errorf("%q is taken for a vote", bad)
		}
	}
}

// slow is the count written a second time, by somebody who trusts fractions of
// any size more than whole numbers, and goes through the votes for each question.
func slow(q *ballot.Question, list []string) (carried, tied bool, elected []string) {
	of := func(code string) int64 {
		n := int64(0)
		for _, v := range list {
			if slices.Contains(strings.Split(v, "+"), code) {
				n++
			}
		}
		return n
	}
	base := map[string]int64{ballot.All: q.All, ballot.Present: q.Present, ballot.Cast: int64(len(list)), ballot.Valid: int64(len(list)) - of(ballot.Invalid)}[q.Majority.Base]
	enough := func(n int64) bool {
		if base == 0 {
			return false
		}
		share, need := big.NewRat(n, base), big.NewRat(q.Majority.Num, q.Majority.Den)
		return share.Cmp(need) > 0 || share.Cmp(need) == 0 && !q.Majority.More
	}
	if f := q.Quorum; f.Den > 0 {
		if q.All == 0 {
			return false, false, nil
		}
		if c := big.NewRat(q.Present, q.All).Cmp(big.NewRat(f.Num, f.Den)); c < 0 || c == 0 && f.More {
			return false, false, nil
		}
	}
	if q.Kind == ballot.Motion {
		yes, no := of(ballot.Yes), of(ballot.No)
		return enough(yes), !enough(yes) && yes == no && yes > 0 && q.Ties != ballot.Fails, nil
	}
	// Somebody is elected who has enough and of whom fewer than the seats have as
	// many votes or more, counting themselves and all equals in.
	for _, c := range q.Choices {
		good := enough(of(c.Code))
		if q.Plurality {
			good = of(c.Code) > 0
		}
		rivals := 0
		for _, o := range q.Choices {
			if of(o.Code) >= of(c.Code) {
				rivals++
			}
		}
		if good && rivals <= q.Seats {
			elected = append(elected, c.Code)
		}
	}
	return len(elected) == q.Seats, false, elected
}

// No roll, rule and set of votes has been found for which the two counts differ.
func TestCountAgreesWithASecondCount(t *testing.T) {
	for seed := range uint64(20000) {
		r := rand.New(rand.NewPCG(seed, 7))
		den := 1 + r.Int64N(7)
		q := &ballot.Question{Kind: ballot.Motion, Choices: motion, Ties: ballot.Ties[r.IntN(3)], RunOff: r.IntN(2) == 0, Plurality: r.IntN(4) == 0,
			Majority: ballot.Majority{Base: ballot.Bases[r.IntN(4)], Fraction: ballot.Fraction{Num: r.Int64N(den + 1), Den: den, More: r.IntN(2) == 0}}}
		q.All = r.Int64N(40)
		q.Present = r.Int64N(q.All + 1)
		if r.IntN(3) == 0 {
			q.Quorum = ballot.Fraction{Num: r.Int64N(4), Den: 3, More: r.IntN(2) == 0}
		}
		if r.IntN(2) == 0 {
			q.Kind, q.Seats, q.Choices = ballot.Election, 1+r.IntN(4), nil
			for i := range q.Seats + r.IntN(4) {
				q.Choices = append(q.Choices, ballot.Choice{Code: fmt.Sprint(i + 1), Name: "x"})
			}
		}
		var list []string
		for range r.Int64N(q.Present + 1) {
			list = append(list, vote(q, r))
		}
		got, err := q.Count(list)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		carried, tied, elected := slow(q, list)
		if q.Majority.Num == 0 && !q.Majority.More { // nought is always enough: the need is then one for both
			continue
		}
		sorted := slices.Sorted(slices.Values(got.Elected))
		if got.Carried != carried || got.Tied != tied || !slices.Equal(sorted, slices.Sorted(slices.Values(elected))) {
			t.Fatalf("seed %d: %+v\n%v\ncounts to %+v, and again to carried %v, tied %v, elected %v", seed, q, list, got, carried, tied, elected)
		}
		if yes := got.Counts[0]; q.Kind == ballot.Motion && got.Base > 0 && got.Quorate && got.Carried != (yes >= got.Need) && got.Need > 1 {
			t.Fatalf("seed %d: %d of the %d needed, carried %v", seed, yes, got.Need, got.Carried)
		}
	}
}

// vote draws any vote that the question allows.
func vote(q *ballot.Question, r *rand.Rand) string {
	if r.IntN(9) == 0 {
		return ballot.Invalid
	}
	if q.Kind == ballot.Motion {
		return q.Choices[r.IntN(3)].Code
	}
	var codes []string
	for _, c := range q.Choices {
		if len(codes) < q.Seats && r.IntN(2) == 0 {
			codes = append(codes, c.Code)
		}
	}
	if len(codes) == 0 {
		return ballot.Blank
	}
	return strings.Join(codes, "+")
}

// eachSuite runs a test with every suite of this program.
func eachSuite(t *testing.T, test func(t *testing.T, s *ballot.Suite)) {
	for _, s := range ballot.Suites() {
		t.Run(s.Name, func(t *testing.T) { test(t, s) })
	}
}

func TestSealedVotes(t *testing.T) {
	eachSuite(t, func(t *testing.T, s *ballot.Suite) {
		key, err := s.NewKey()
		if err != nil {
			t.Fatal(err)
		}
		other, _ := s.NewKey()
		q := &ballot.Question{Kind: ballot.Motion, Choices: motion}
		length, seen := 0, map[string]bool{}
		for _, v := range []string{ballot.Yes, ballot.No, ballot.Abstain, ballot.Yes} {
			sealed, err := s.Seal(q, key.Public, "b1", v)
			if err != nil {
				t.Fatal(err)
			}
			if length == 0 {
				length = len(sealed)
			}
			if len(sealed) != length {
				t.Errorf("%s is %d bytes long, another vote %d: its length tells it", v, len(sealed), length)
			}
			if seen[s.Receipt(sealed)] {
				t.Error("two votes have one receipt")
			}
			seen[s.Receipt(sealed)] = true
			if got, err := s.Open(key.Private, "b1", sealed); got != v || err != nil {
				t.Errorf("%s opens as %q, %v", v, got, err)
			}
			if _, err := s.Open(key.Private, "b2", sealed); err == nil {
				t.Error("a vote opens in another ballot")
			}
			if _, err := s.Open(other.Private, "b1", sealed); err == nil {
				t.Error("a vote opens under another key")
			}
			sealed[len(sealed)-1] ^= 1
			if _, err := s.Open(key.Private, "b1", sealed); err == nil {
				t.Error("a changed vote opens")
			}
		}
		if _, err := s.Seal(q, key.Public, "b1", "maybe"); err == nil {
			t.Error("a vote that the question does not know is sealed")
		}
	})
}

func TestTrusteesHoldTheKeyTogether(t *testing.T) {
	eachSuite(t, func(t *testing.T, s *ballot.Suite) {
		key, _ := s.NewKey()
		shares, err := ballot.Split(key.Private, 5, 3)
		if err != nil {
			t.Fatal(err)
		}
		for range 50 {
			rand.Shuffle(5, func(i, j int) { shares[i], shares[j] = shares[j], shares[i] })
			if got, err := ballot.Join(shares[:3]); err != nil || !bytes.Equal(got, key.Private) {
				t.Fatalf("three of five give %x, %v", got, err)
			}
			if got, _ := ballot.Join(shares[:2]); bytes.Equal(got, key.Private) {
				t.Fatal("two of five are enough")
			}
		}
		code, public, err := s.NewTrustee()
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := s.SealShare(public, "b1", shares[0])
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.OpenShare(strings.ToLower(strings.ReplaceAll(code, " ", "-")), "b1", sealed); err != nil || !bytes.Equal(got, shares[0]) {
			t.Errorf("the trustee's share opens as %x, %v", got, err)
		}
		slip := []byte(code)
		if slip[3]++; slip[3] == 'I' || slip[3] == ':' {
			slip[3] = 'Z'
		}
		if _, err := s.OpenShare(string(slip), "b1", sealed); err == nil {
			t.Error("a code with a slip opens the share")
		}
	})
}

// board gives a board of 40 units.
func board(t testing.TB, s *ballot.Suite, level string) *ballot.Board {
	b := &ballot.Board{Suite: s.Name, ID: "b1", Body: "示例联合体", Title: "章程修正案", Level: level, Article: "第二十一条", Opened: "2026-12-11T02:07:00Z", Closed: "2026-12-11T02:15:00Z",
		Question: ballot.Question{Kind: ballot.Motion, Choices: motion, Majority: half(ballot.Present), Ties: ballot.Fails, All: 39, Present: 36}}
	for i := range 40 {
		v := ballot.Voter{Number: i + 1, Name: fmt.Sprintf("单位 %d", i+1), Class: "enterprise", Here: i < 36, Voted: i < 30, Aside: i == 39}
		if level == ballot.Named && v.Voted {
			v.Vote = motion[i%3].Code
		}
		b.Roll = append(b.Roll, v)
		if v.Voted {
			b.Votes = append(b.Votes, motion[i%3].Code)
			b.Receipts = append(b.Receipts, s.Receipt([]byte{byte(i)}))
		}
	}
	r, err := b.Question.Count(b.Votes)
	if err != nil {
		t.Fatal(err)
	}
	b.Result = r
	return b
}

func written(t testing.TB, b *ballot.Board) fstest.MapFS {
	files, err := b.Files()
	if err != nil {
		t.Fatal(err)
	}
	dir := fstest.MapFS{}
	for _, f := range files {
		dir[f.Name] = &fstest.MapFile{Data: f.Content}
	}
	return dir
}

// holds tells whether a folder passes for a board on which all holds.
func holds(dir fs.FS) bool {
	r, err := ballot.Verify(dir)
	return err == nil && len(r.Wrong) == 0
}

// Whatever single line of a published board is changed, added, removed or
// doubled, in whatever file, it is told.
func TestVerifyTellsEveryChangedLine(t *testing.T) {
	eachSuite(t, func(t *testing.T, s *ballot.Suite) {
		for _, level := range []string{ballot.Named, ballot.Members, ballot.Trustees, ballot.Hands} {
			b := board(t, s, level)
			dir := written(t, b)
			seal, _ := b.Seal()
			if r, err := ballot.Verify(dir); err != nil || len(r.Wrong) > 0 || r.Seal != seal {
				t.Fatalf("%s: an honest board: %v, %+v", level, err, r)
			}
			for name := range dir {
				lines := strings.SplitAfter(string(dir[name].Data), "\n")
				for i, line := range lines {
					for how, with := range map[string]string{"removed": "", "doubled": line + line, "changed": strings.Replace(line, "e", "o", 1) + " ", "added": line + "yes\n"} {
						if with == line {
							continue
						}
						changed := fstest.MapFS{}
						for n, f := range dir {
							changed[n] = f
						}
						changed[name] = &fstest.MapFile{Data: []byte(strings.Join(slices.Concat(lines[:i], []string{with}, lines[i+1:]), ""))}
						if line == "" && how == "removed" {
							continue // nothing stands there
						}
						if holds(changed) {
							t.Errorf("%s: line %d of %s was %s, and nobody tells", level, i+1, name, how)
						}
					}
				}
			}
		}
	})
}

// Whoever makes all the hashes anew must still make the figures agree; and then
// the seal is another than the one in the minutes.
func TestVerifyTellsWhatDoesNotAgree(t *testing.T) {
	eachSuite(t, func(t *testing.T, s *ballot.Suite) {
		honest, _ := board(t, s, ballot.Members).Seal()
		for name, spoil := range map[string]func(b *ballot.Board){
			"a vote more":                  func(b *ballot.Board) { b.Votes = append(b.Votes, ballot.Yes) },
			"a vote less":                  func(b *ballot.Board) { b.Votes = b.Votes[1:] },
			"a vote turned":                func(b *ballot.Board) { b.Votes[1] = ballot.Yes },
			"a receipt less":               func(b *ballot.Board) { b.Receipts = b.Receipts[1:] },
			"a receipt twice":              func(b *ballot.Board) { b.Receipts[0] = b.Receipts[1] },
			"a unit that did not vote":     func(b *ballot.Board) { b.Roll[0].Voted = false },
			"a unit twice":                 func(b *ballot.Board) { b.Roll[1].Name = b.Roll[0].Name },
			"a unit that stands aside":     func(b *ballot.Board) { b.Roll[39].Voted, b.Roll[0].Voted = true, false },
			"a unit that takes no part":    func(b *ballot.Board) { b.Roll[0].Here, b.Roll[37].Here = false, true },
			"a unit less":                  func(b *ballot.Board) { b.Roll = b.Roll[:38] },
			"another rule":                 func(b *ballot.Board) { b.Question.Majority.Num = 0 },
			"another result":               func(b *ballot.Board) { b.Result.Carried = true },
			"a vote that is not on offer":  func(b *ballot.Board) { b.Votes[0] = "maybe" },
			"more entitled than there are": func(b *ballot.Board) { b.Question.All = 50 },
		} {
			b := board(t, s, ballot.Members)
			spoil(b)
			r, err := ballot.Verify(written(t, b))
			if err == nil && len(r.Wrong) == 0 {
				t.Errorf("%s: nobody tells", name)
			}
			if seal, _ := b.Seal(); seal == honest {
				t.Errorf("%s: the seal is the same", name)
			}
		}
	})
}

func FuzzVerify(f *testing.F) {
	for _, s := range ballot.Suites() {
		for name, file := range written(f, board(f, s, ballot.Members)) {
			f.Add(s.Name, name, file.Data)
		}
		f.Add(s.Name, s.Seals, []byte("\n"))
	}
	for _, name := range ballot.Seals {
		f.Add(ballot.International, name, []byte("  board\n"))
	}
	f.Fuzz(func(t *testing.T, suite, name string, content []byte) {
		s, err := ballot.SuiteOf(suite)
		if err != nil {
			return
		}
		dir := written(t, board(t, s, ballot.Members))
		old, ok := dir[name]
		if ok && bytes.Equal(old.Data, content) || !ok && !slices.Contains(ballot.Seals, name) {
			return
		}
		dir[name] = &fstest.MapFile{Data: content}
		if holds(dir) {
			t.Errorf("%s was changed, and nobody tells", name)
		}
	})
}

func TestShuffleLeavesEveryPlaceAsLikely(t *testing.T) {
	var at [4]int
	for range 4000 {
		list := []string{"a", "b", "c", "d"}
		if err := ballot.Shuffle(list); err != nil {
			t.Fatal(err)
		}
		at[slices.Index(list, "a")]++
	}
	for place, n := range at {
		if n < 800 || n > 1200 {
			t.Errorf("the first of four lands %d times of 4000 at place %d", n, place)
		}
	}
}
