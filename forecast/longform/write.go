package longform

import (
	"bufio"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"guildhall/forecast"
)

// Row is one series to be written: its forecast, or why there is none.
type Row struct {
	Key      string
	Label    func(i int) string // time of the i-th period ahead, from 0
	Forecast *forecast.Forecast // nil where refused
	Method   string             // how it was made, or the reason for refusing
}

// Write writes unique_id, ds, forecast, the bounds of each level and method: a row
// for each period ahead, or one row with the reason for a refused series.
func Write(w io.Writer, levels []float64, rows []Row) error {
	b := bufio.NewWriterSize(w, 1<<16)
	c := csv.NewWriter(b)
	head := []string{"unique_id", "ds", "forecast"}
	for _, l := range levels {
		p := strconv.FormatFloat(100*l, 'f', -1, 64)
		head = append(head, "lo-"+p, "hi-"+p)
	}
	if err := c.Write(append(head, "method")); err != nil {
		return err
	}
	rec := make([]string, 0, len(head)+1)
	for i := range rows {
		r := &rows[i]
		if r.Forecast == nil {
			rec = append(rec[:0], r.Key, "", "")
			for range levels {
				rec = append(rec, "", "")
			}
			if err := c.Write(append(rec, "refused: "+r.Method)); err != nil {
				return err
			}
			continue
		}
		for h, v := range r.Forecast.Mean {
			rec = append(rec[:0], r.Key, r.Label(h), figure(v))
			for l := range levels {
				rec = append(rec, figure(r.Forecast.Lo[l][h]), figure(r.Forecast.Hi[l][h]))
			}
			if err := c.Write(append(rec, r.Method)); err != nil {
				return err
			}
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return err
	}
	return b.Flush()
}

// figure writes ten significant digits, which any reader takes.
func figure(v float64) string {
	s := strconv.FormatFloat(v, 'g', 10, 64)
	if strings.ContainsRune(s, 'e') {
		s = strconv.FormatFloat(v, 'f', -1, 64)
		if len(s) > 24 {
			s = strconv.FormatFloat(v, 'g', 10, 64)
		}
	}
	return s
}
