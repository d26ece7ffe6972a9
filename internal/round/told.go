package round

import (
	"strconv"
	"strings"
)

// Told is a choice with what became of it.
type Told struct {
	Seq   int    `json:"seq"`             // number of the position within the round
	Merit int    `json:"merit"`           // the candidate's there
	Code  string `json:"code,omitempty"`  // why, as matching names it; empty where it did not come to that
	Place int    `json:"place,omitempty"` // in the line of those who had the place or would rather have had it, from 1
	Last  int    `json:"last,omitempty"`  // the lowest merit that got in, under the cap that counted; 0: no merit decided
	Need  int    `json:"need,omitempty"`  // the merit that would have been enough; 0: none
	More  int    `json:"more,omitempty"`  // by the reason: number of the cap that was full, or how many would have come
}

// packChoices keeps a list with its reasons in one column, as
// seq:merit:reason:place:last:need:more, best choice first; what stands on the
// list behind the place that was got has no reason.
func packChoices(list []Told) string {
	var b strings.Builder
	for i, c := range list {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(strconv.Itoa(c.Seq) + ":" + strconv.Itoa(c.Merit))
		if c.Code != "" {
			b.WriteString(":" + c.Code)
			for _, n := range []int{c.Place, c.Last, c.Need, c.More} {
				b.WriteString(":" + strconv.Itoa(n))
			}
		}
	}
	return b.String()
}

func parseChoices(packed string) []Told {
	if packed == "" {
		return nil
	}
	list := make([]Told, 0, strings.Count(packed, ";")+1)
	for part := range strings.SplitSeq(packed, ";") {
		var f [7]string
		i := 0
		for field := range strings.SplitSeq(part, ":") {
			if i < len(f) {
				f[i] = field
			}
			i++
		}
		n := func(i int) int { v, _ := strconv.Atoi(f[i]); return v }
		list = append(list, Told{Seq: n(0), Merit: n(1), Code: f[2], Place: n(3), Last: n(4), Need: n(5), More: n(6)})
	}
	return list
}
