package outlook

import "math"

// space is all that follows from sums of lines that are shown: the linear space
// that they span, over the places at which a kind of work meets a segment. Lines at
// the same place are always told together.
type space struct {
	at    []int       // place of each line
	size  int         // how many places there are
	basis [][]float64 // each with a one at its lead, where all others have zero
	leads []int
}

func newSpace(lines []*Line) *space {
	s, places := &space{}, map[[2]string]int{}
	for _, l := range lines {
		key := [2]string{l.Position, l.Segment}
		if _, ok := places[key]; !ok {
			places[key] = len(places)
		}
		s.at = append(s.at, places[key])
	}
	s.size = len(places)
	return s
}

// tiny is what rounding leaves of zero.
const tiny = 1e-9

// add adds a sum that is shown.
func (s *space) add(lines []int) {
	v := s.rest(lines)
	lead := -1
	for i, x := range v {
		if math.Abs(x) > tiny && (lead < 0 || math.Abs(x) > math.Abs(v[lead])) {
			lead = i
		}
	}
	if lead < 0 {
		return
	}
	scale := v[lead]
	for i := range v {
		v[i] /= scale
	}
	for _, b := range s.basis {
		minus(b, v, b[lead])
	}
	s.basis, s.leads = append(s.basis, v), append(s.leads, lead)
}

// follows tells whether a sum of lines can be found from those that are shown.
func (s *space) follows(lines []int) bool {
	for _, x := range s.rest(lines) {
		if math.Abs(x) > tiny {
			return false
		}
	}
	return true
}

// rest is what of a sum does not follow from those that are shown.
func (s *space) rest(lines []int) []float64 {
	v := make([]float64, s.size)
	for _, i := range lines {
		v[s.at[i]] = 1
	}
	for k, b := range s.basis {
		minus(v, b, v[s.leads[k]])
	}
	return v
}

// minus takes so many times b from a.
func minus(a, b []float64, times float64) {
	if times == 0 {
		return
	}
	for i := range a {
		a[i] -= times * b[i]
	}
}
