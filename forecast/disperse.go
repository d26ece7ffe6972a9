package forecast

import "math"

// dispersionTrials is how many of the latest origins tell the dispersion of counts:
// earlier ones knew less of each level.
const dispersionTrials = 4

// dispersions are the values that the dispersion of a count is chosen from.
var dispersions = [...]float64{0.005, 0.02, 0.05, 0.1, 0.2, 0.35, 0.6, 1, 1.6, 2.5, 4, 7}

// laterFactor is how much less disperse counts are around today's forecast than
// around those of the trials, which were made from shorter histories. Between 0.4 and
// 0.7 is best by pinball loss on hiring as on car parts.
const laterFactor = 0.55

// disperse finds each member's dispersion by empirical Bayes: how common each value
// is among the members is found by expectation and maximisation, and a member's own
// is the mean of what its errors then leave likely. So two zeros and a ten do not
// make a series wild by themselves.
func disperse(ms []*member) {
	like := make([][len(dispersions)]float64, len(ms))
	for i, m := range ms {
		like[i] = m.countLikelihood()
	}
	var common [len(dispersions)]float64
	for g := range common {
		common[g] = 1.0 / float64(len(common))
	}
	for range 12 {
		var next [len(dispersions)]float64
		for i := range like {
			p := posterior(&like[i], &common)
			for g, v := range p {
				next[g] += v
			}
		}
		for g := range common {
			common[g] = (next[g] + 0.1) / (float64(len(ms)) + 0.1*float64(len(common)))
		}
	}
	for i, m := range ms {
		p := posterior(&like[i], &common)
		m.disp = 0
		for g, v := range p {
			m.disp += v * math.Log(dispersions[g])
		}
		m.disp = laterFactor * math.Exp(m.disp)
	}
}

// posterior is how likely each dispersion is.
func posterior(like, common *[len(dispersions)]float64) (p [len(dispersions)]float64) {
	sum := 0.0
	for g := range p {
		p[g] = like[g] * common[g]
		sum += p[g]
	}
	for g := range p {
		p[g] /= sum
	}
	return p
}

// countLikelihood is how likely what came was under each dispersion, relative to the
// likeliest.
func (m *member) countLikelihood() (like [len(dispersions)]float64) {
	for _, t := range m.trials {
		if len(m.y)-t.origin > dispersionTrials {
			continue
		}
		for h, y := range t.actual {
			mu := math.Max(0.01, t.combined(m.weight, h))
			for g, d := range dispersions {
				like[g] += math.Log(math.Max(Negative{mu, d}.Prob(int(y)), 1e-12))
			}
		}
	}
	best := math.Inf(-1)
	for _, v := range like {
		best = math.Max(best, v)
	}
	for g := range like {
		like[g] = math.Exp(like[g] - best)
	}
	return like
}
