package main

import (
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"guildhall/forecast"
	"guildhall/forecast/hier"
)

// parse reads the flags and tells everything that is wrong with them.
func (j *forecastJob) parse(args []string) (code int, ok bool) {
	f := flag.NewFlagSet("guildhall forecast", flag.ContinueOnError)
	f.SetOutput(j.streams.err)
	f.StringVar(&j.in, "in", "", "table unique_id,ds,y as .csv or .csv.gz; - is standard input (required)")
	f.StringVar(&j.out, "out", "", "file to write the forecasts to; - is standard output (required)")
	f.IntVar(&j.horizon, "horizon", 0, "number of periods to forecast (required)")
	f.IntVar(&j.season, "season", 0, "periods in a season (default: as the times say, 4 for quarters, 12 for months)")
	level := f.String("level", "", "levels of the intervals in percent, such as 80,95")
	f.StringVar(&j.method, "method", "auto", "auto, or one of "+strings.Join(forecast.ModelNames(), ", "))
	f.StringVar(&j.kind, "kind", "auto", "what the values are: auto, amount, count or level")
	f.StringVar(&j.hierarchy, "hierarchy", "", "table unique_id and one column per kind of group: forecast the sums too, so that all add up")
	f.StringVar(&j.reconcile, "reconcile", string(hier.Tempered), "how sums and parts are brought together: bottom-up, top-down, ols, wls, mint, half or tempered")
	f.BoolVar(&j.backtest, "backtest", false, "also forecast the past and print how good that was")
	f.IntVar(&j.workers, "workers", 0, "number of processors to use (default: all); changes nothing but the time")
	f.BoolVar(&j.quiet, "quiet", false, "show no progress")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitOK, false
	} else if err != nil {
		return exitUsage, false
	}
	if faults := j.check(*level, f.NArg()); len(faults) > 0 {
		for _, x := range faults {
			fmt.Fprintf(j.streams.err, "guildhall forecast: %s\n", x)
		}
		return exitUsage, false
	}
	return exitOK, true
}

// check lists everything that is wrong with the flags.
func (j *forecastJob) check(level string, rest int) (faults []string) {
	bad := func(format string, a ...any) { faults = append(faults, fmt.Sprintf(format, a...)) }
	if j.in == "" || j.out == "" {
		bad("needs --in FILE and --out FILE")
	}
	if rest > 0 {
		bad("there is something behind the flags")
	}
	if j.horizon < 1 || j.horizon > 10000 {
		bad("--horizon %d is not between 1 and 10000", j.horizon)
	}
	if j.season < 0 || j.season > 10000 {
		bad("--season %d is not between 1 and 10000", j.season)
	}
	for _, l := range strings.FieldsFunc(level, func(r rune) bool { return r == ',' || r == ' ' }) {
		v, err := strconv.ParseFloat(l, 64)
		if err != nil || !(v > 0 && v < 100) {
			bad("--level %q is not between 0 and 100", l)
			continue
		}
		j.levels = append(j.levels, v/100)
	}
	if _, ok := forecast.ModelNamed(j.method); !ok && j.method != "auto" {
		bad("there is no method %q: auto, %s", j.method, strings.Join(forecast.ModelNames(), ", "))
	}
	var k forecast.Kind
	if j.kind != "auto" && k.UnmarshalText([]byte(j.kind)) != nil {
		bad("--kind %q is not auto, amount, count or level", j.kind)
	}
	switch hier.Method(j.reconcile) {
	case hier.BottomUp, hier.TopDown, hier.OLS, hier.WLS, hier.MinT, hier.Half, hier.Tempered:
	default:
		bad("--reconcile %q is not bottom-up, top-down, ols, wls, mint, half or tempered", j.reconcile)
	}
	return faults
}
