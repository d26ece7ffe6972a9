package survey

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"guildhall/internal/codes"
)

// Enterprise is one that belongs to the body.
type Enterprise struct {
	ID    string
	Hired int64 // in the last four quarters that are known
}

// Known is what an enterprise told of one quarter and kind of work.
type Known struct {
	Position, Quarter string
	Hired, Planned    *int64 // nil where nothing was told
}

// Wanted is a running demand line for people.
type Wanted struct {
	ID, Name, Position string
	Open               int // of what was wanted, still to be filled
}

// Planned is a plan as the forecast reads it.
type Planned struct {
	Unit, Position, Quarter string
	People                  int64
	Confidence, On          string
}

// Offer is one kind of work of a form as it is filled in before the enterprise
// sees it, with what it was filled in from.
type Offer struct {
	Line
	Before  []*int64 `json:"before"`  // hired in the same quarters a year ago, nil where not told
	Wanted  int      `json:"wanted"`  // open in running demand lines
	Demands []string `json:"demands"` // their numbers
	Kept    float64  `json:"kept"`    // of what was planned before, the share that was hired; −1 where not known
	From    string   `json:"from"`    // plan, year, demand, answer: what the figures are

	meant []int64 // planned for the same quarters a year ago
}

// offer fills a form in from what is known: the plan that was told before, else as
// many as a year ago, or as were planned then where that is not told yet, and at least
// what running demand lines ask for.
func offer(quarters []string, known []Known, wanted []Wanted) []Offer {
	by := map[string]*Offer{}
	of := func(position string) *Offer {
		if by[position] == nil {
			by[position] = &Offer{Line: Line{Position: position, Planned: make([]int64, len(quarters))}, Before: make([]*int64, len(quarters)), Kept: -1, meant: make([]int64, len(quarters))}
		}
		return by[position]
	}
	type worth struct{ planned, hired int64 }
	came, planned := map[string]worth{}, map[string][]*int64{}
	for _, k := range known {
		if k.Hired != nil && k.Planned != nil {
			w := came[k.Position]
			came[k.Position] = worth{w.planned + *k.Planned, w.hired + *k.Hired}
		}
		for i, q := range quarters {
			if k.Quarter == later(q, -4) && k.Hired != nil {
				of(k.Position).Before[i] = k.Hired
			}
			if k.Quarter == later(q, -4) && k.Planned != nil {
				of(k.Position).meant[i] = *k.Planned
			}
			if k.Quarter == q && k.Planned != nil {
				if planned[k.Position] == nil {
					planned[k.Position] = make([]*int64, len(quarters))
				}
				planned[k.Position][i] = k.Planned
				of(k.Position)
			}
		}
	}
	for _, w := range wanted {
		if w.Position != "" && w.Open > 0 {
			o := of(w.Position)
			o.Wanted += w.Open
			o.Demands = append(o.Demands, w.Name)
		}
	}
	for position, o := range by {
		o.fill(planned[position])
		if w := came[position]; w.planned > 0 {
			o.Kept = share(w.hired, w.planned)
		}
	}
	return inOrder(by)
}

// fill writes the figures that the enterprise finds in its form.
func (o *Offer) fill(planned []*int64) {
	o.From = "year"
	for i := range o.Line.Planned {
		switch {
		case planned != nil && planned[i] != nil:
			o.Line.Planned[i], o.From = *planned[i], "plan"
		case o.Before[i] != nil:
			o.Line.Planned[i] = *o.Before[i]
		default:
			o.Line.Planned[i] = o.meant[i]
		}
	}
	if more := int64(o.Wanted) - o.Line.Sum(); more > 0 && len(o.Line.Planned) > 0 {
		o.Line.Planned[0] += more
		o.From = "demand"
	}
}

// inOrder puts the kinds of work with the most people first.
func inOrder(by map[string]*Offer) (list []Offer) {
	for _, o := range by {
		list = append(list, *o)
	}
	slices.SortFunc(list, func(a, b Offer) int {
		return cmp.Or(cmp.Compare(b.Sum(), a.Sum()), cmp.Compare(a.Position, b.Position))
	})
	return list
}

// overlay shows an answer in place of what was filled in.
func overlay(offers []Offer, lines []Line) []Offer {
	by := map[string]*Offer{}
	for _, o := range offers {
		by[o.Position] = &o
	}
	list := make([]Offer, 0, len(lines))
	for _, l := range lines {
		o := Offer{Line: l, Before: make([]*int64, len(l.Planned)), Kept: -1}
		if was := by[l.Position]; was != nil {
			o.Before, o.Wanted, o.Demands, o.Kept = was.Before, was.Wanted, was.Demands, was.Kept
		}
		o.From = "answer"
		list = append(list, o)
	}
	return list
}

// Doubt is something in an answer that looks like a slip: a person looks into it
// before the plans are taken.
type Doubt struct {
	Position string `json:"position"`
	Word     string `json:"word"` // more, none, demand, dropped
	Told     int64  `json:"told"`
	Against  int64  `json:"against"`
}

// doubts sets an answer against what is known. The bounds are wide: the forecast
// weighs plans by how earlier ones came true; this is to find a slipped digit.
func doubts(lines []Line, offers []Offer) (list []Doubt) {
	told := map[string]int64{}
	for _, l := range lines {
		told[l.Position] = l.Sum()
	}
	for _, o := range offers {
		var before int64
		for _, b := range o.Before {
			if b != nil {
				before += *b
			}
		}
		n, ok := told[o.Position]
		delete(told, o.Position)
		switch {
		case !ok && before >= 10:
			list = append(list, Doubt{o.Position, "dropped", 0, before})
		case ok && n > 3*before && n > before+20:
			list = append(list, Doubt{o.Position, "more", n, before})
		case ok && n == 0 && before >= 10:
			list = append(list, Doubt{o.Position, "none", 0, before})
		}
		if ok && n < int64(o.Wanted) {
			list = append(list, Doubt{o.Position, "demand", n, int64(o.Wanted)})
		}
	}
	for _, position := range slices.Sorted(maps.Keys(told)) {
		if told[position] > 50 {
			list = append(list, Doubt{position, "more", told[position], 0})
		}
	}
	return list
}

// plans gives what the forecast reads of an answer: nothing of an enterprise that
// hires nobody but zeros for what it was asked about.
func plans(r *Round, f *Form) (list []Planned) {
	on := ""
	if f.AnsweredAt != nil {
		on = f.AnsweredAt.Format("2006-01-02")
	}
	for _, l := range f.Lines {
		for i, q := range r.quarters() {
			n := int64(0)
			if i < len(l.Planned) && !f.Nothing {
				n = l.Planned[i]
			}
			list = append(list, Planned{Unit: f.Unit, Position: l.Position, Quarter: q, People: n, Confidence: l.Confidence, On: on})
		}
	}
	return list
}

func place(line int, field string) string { return strconv.Itoa(line) + "." + field }

// kindName gives the code of a kind of work with its names.
func kindName(code string) codes.Code {
	c, ok := codes.Shipped().Get("position", code)
	if !ok {
		return codes.Code{Code: code, Name: code, NameEN: code}
	}
	return c
}
