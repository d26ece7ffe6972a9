package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"guildhall/forecast"
	"guildhall/forecast/backtest"
	"guildhall/forecast/longform"
)

// fill puts a forecast, or the reason for having none, into its row.
func (j *forecastJob) fill(row *longform.Row, it *longform.Item, f *forecast.Forecast) {
	if f.Refused() {
		var reasons []string
		for i := range f.Faults {
			x := &f.Faults[i]
			s := string(x.Reason)
			if x.Index >= 0 {
				s = it.Label(x.Index) + ": " + s
			}
			reasons = append(reasons, s)
			j.tell("line %d: series %q: %s", it.Line(x.Index), row.Key, s)
		}
		row.Method = strings.Join(reasons[:min(3, len(reasons))], "; ")
		return
	}
	end := len(it.Y)
	for _, n := range f.Notes {
		if n.Code == forecast.Stale {
			end = n.Index
		}
		where := ""
		if n.Index >= 0 {
			where = it.Label(n.Index) + ": "
		}
		j.tell("line %d: series %q: %s%s", it.Line(n.Index), row.Key, where, n.Text)
	}
	row.Forecast = f
	row.Label = func(i int) string { return it.Label(end + i) }
	row.Method = methodOf(f, j.method)
}

// methodOf says in a word how a forecast was made.
func methodOf(f *forecast.Forecast, asked string) string {
	switch f.Route.Class {
	case forecast.Chosen:
		if len(f.Route.Weights) == 1 {
			return f.Route.Weights[0].Model // what applied where the asked one did not
		}
		return asked
	case forecast.Regular:
		return "combination"
	case forecast.Short, forecast.Tiny:
		return "pooled"
	}
	return string(f.Route.Class)
}

func (j *forecastJob) tell(format string, a ...any) {
	if j.told++; j.told > mostTold {
		j.hidden++
		return
	}
	fmt.Fprintf(j.streams.err, format+"\n", a...)
}

func (j *forecastJob) tellFaults(f []longform.Fault) {
	for _, x := range f {
		j.tell("%v", x)
	}
}

func (j *forecastJob) tellRest() {
	if j.hidden > 0 {
		fmt.Fprintf(j.streams.err, "and %d more remarks\n", j.hidden)
	}
}

// score repeats the past and prints how good that was.
func (j *forecastJob) score(ctx context.Context, s []forecast.Series, o forecast.Options) error {
	o.Progress = nil
	r, err := backtest.Run(ctx, s, backtest.Protocol{Options: o, Gap: j.horizon})
	if err != nil {
		return err
	}
	w := j.streams.out
	if j.out == "-" {
		w = j.streams.err
	}
	fmt.Fprintf(w, "backtest: %d origins, %d errors, everything learnt anew at each origin\n", r.Origins, r.Overall.N)
	fmt.Fprintf(w, "%-8s %9s %9s %9s %9s", "horizon", "sMAPE", "MASE", "RMSSE", "naive")
	for _, l := range j.levels {
		fmt.Fprintf(w, " %8s%% %9s", strconv.FormatFloat(100*l, 'f', -1, 64), "MSIS")
	}
	fmt.Fprintln(w)
	for h := range r.ByHorizon {
		scoreLine(w, strconv.Itoa(h+1), &r.ByHorizon[h])
	}
	scoreLine(w, "all", &r.Overall)
	fmt.Fprintf(w, "OWA %s; skill against the same period last year %s; series too short for it: %d\n", shown(r.OWA), shown(r.Skill), len(r.Skipped))
	return nil
}

func scoreLine(w io.Writer, name string, s *forecast.Score) {
	fmt.Fprintf(w, "%-8s %9s %9s %9s %9s", name, shown(s.SMAPE), shown(s.MASE), shown(s.RMSSE), shown(s.NaiveMASE))
	for l := range s.Coverage {
		fmt.Fprintf(w, " %9s %9s", shown(s.Coverage[l]), shown(s.MSIS[l]))
	}
	fmt.Fprintln(w)
}

func shown(f forecast.Figure) string {
	if !f.Known() {
		return "-"
	}
	return strconv.FormatFloat(float64(f), 'f', 3, 64)
}
