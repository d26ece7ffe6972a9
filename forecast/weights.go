package forecast

import "math"

// stack finds the weights that would have been best for the whole cell: least
// squares of scaled errors over weights that add up to one, drawn to the weights
// given by as much as stackPrior errors count and a share of all of them.
const stackPrior, stackShare = 100, 0.04

func stack(ms []*member, w []float64) {
	k := len(w)
	a, b := make([]float64, k*k), make([]float64, k)
	e := make([]float64, k)
	for _, m := range ms {
		for _, t := range m.trials {
			for h, y := range t.actual {
				for i := range k {
					e[i] = clamp((float64(t.f[i][h])-y)/t.scale, -6, 6)
				}
				for i := range k {
					for j := range k {
						a[i*k+j] += e[i] * e[j]
					}
				}
			}
		}
	}
	var top float64
	for i := range k {
		top += a[i*k+i] / float64(k)
	}
	n := 0
	for _, m := range ms {
		for _, t := range m.trials {
			n += len(t.actual)
		}
	}
	if n == 0 {
		return
	}
	pull := (stackPrior/float64(n) + stackShare) * top
	for i := range k {
		a[i*k+i] += pull
		b[i] += pull * w[i]
	}
	simplexWeights(a, b, w, 400)
}

// How far weights move. A cell of many series moves them by its pooled log errors
// times cellPull, as far as these differ by more than three standard errors; a series
// by its own record times ownPull. Half of either is reached at cellHalf series and
// at ownHalf observations.
const (
	cellPull, cellHalf = 15, 100
	ownPull, ownHalf   = 1, 60
	certain            = 3
)

// weighRegular lets the weights move: from the prior to what the cell as a whole
// shows, by as many series as it has, and from there to what the series' own record
// shows, by as much record as there is.
func weighRegular(ms []*member, w []float64) {
	k := len(w)
	logs := make([][]float64, len(ms))
	pooled := make([]float64, k)
	n := 0.0
	for i, m := range ms {
		logs[i] = m.logLoss()
		if logs[i] == nil {
			continue
		}
		n++
		for j, v := range logs[i] {
			pooled[j] += v
		}
	}
	for j := range pooled {
		if n > 0 {
			pooled[j] /= n
		}
	}
	softmax(w, sure(pooled, logs), cellPull*n/(n+cellHalf))
	for i, m := range ms {
		m.weight = append([]float64(nil), w...)
		if logs[i] == nil {
			continue
		}
		for j := range logs[i] {
			logs[i][j] -= pooled[j]
		}
		l := float64(len(m.y))
		softmax(m.weight, logs[i], ownPull*l/(l+ownHalf))
	}
}

// sure is by how much each candidate is worse than the best one for certain.
func sure(pooled []float64, logs [][]float64) []float64 {
	best := 0
	for j, v := range pooled {
		if v < pooled[best] {
			best = j
		}
	}
	out := make([]float64, len(pooled))
	for j := range pooled {
		var s, q, n float64
		for _, l := range logs {
			if l != nil {
				d := l[j] - l[best]
				s += d
				q += d * d
				n++
			}
		}
		if n < 2 {
			continue
		}
		mu := s / n
		se := math.Sqrt(math.Max(0, q/n-mu*mu) / (n - 1))
		out[j] = math.Max(0, mu-certain*se)
	}
	return out
}

// softmax multiplies w by exp(-g loss) and makes it add up to one again.
func softmax(w, loss []float64, g float64) {
	low := math.Inf(1)
	for _, v := range loss {
		low = math.Min(low, v)
	}
	sum := 0.0
	for j := range w {
		w[j] *= math.Exp(-g * (loss[j] - low))
		sum += w[j]
	}
	for j := range w {
		w[j] /= sum
	}
}

// logLoss is the logarithm of each candidate's mean absolute scaled error in the
// trials, nil without trials.
func (m *member) logLoss() []float64 {
	if len(m.trials) == 0 {
		return nil
	}
	out := make([]float64, len(m.names))
	n := 0.0
	for _, t := range m.trials {
		for h, y := range t.actual {
			n++
			for k := range out {
				out[k] += math.Min(20, math.Abs(float64(t.f[k][h])-y)/t.scale)
			}
		}
	}
	for k := range out {
		out[k] = math.Log(out[k]/n + 0.05)
	}
	return out
}
