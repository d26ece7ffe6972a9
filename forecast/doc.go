// Package forecast (预测) tells how a quantity that was counted in the past is
// likely to go on: how many people an enterprise will hire in each of the next
// quarters, and how sure that is.
//
// It is a public package of values in and values out. It reads no clock, no file
// and no global that changes; the same series and options give the same numbers
// on any machine and with any number of workers.
//
// [Panel] is the normal way in. It takes all series at once, because series help
// each other: a history of six quarters has no season of its own to show, but the
// group it belongs to has, and the errors that were made on other series tell how
// wide an interval must be. [One] forecasts a single series.
//
// What a series is decides its route (see [Route]):
//
//   - short histories (up to three seasons, or twelve observations) borrow the
//     season and the drift of their group;
//   - counts with many zeros get a count model, whose quantiles are whole numbers;
//   - everything else gets a combination of models whose weights start from what
//     the panel as a whole shows and move with the series' own record.
//
// Nothing is repaired in silence. A gap, an outlier, a shift of level, an ended
// series is told in [Forecast.Notes] together with the rule that treated it. A
// series that cannot be forecast is refused with all its faults.
package forecast
