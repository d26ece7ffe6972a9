package hier

import "math"

// projector solves, for one column, the smallest change that makes all sums right:
// with C the constraints (sum minus its leaves), y - W C' (C W C')^-1 C y. W is
// diagonal plus, for MinT, the outer product of the scaled errors.
type projector struct {
	h      *Hierarchy
	active []int       // sums that have a forecast
	diag   []float64   // diagonal part of W by node
	errs   [][]float64 // scaled errors by time and node, nil without correlations
	pre    []float64   // Jacobi preconditioner
	x      []float64   // multipliers; kept from column to column as a start
	fixed  []bool      // leaves held at zero
	// scratch by node and by active sum
	v, wv      []float64
	r, z, p, q []float64
}

func (h *Hierarchy) newProjector(base [][]float64, m Method, errs [][]float64, r *Report) (*projector, error) {
	p := &projector{h: h, diag: make([]float64, len(h.nodes)), fixed: make([]bool, len(h.leaves))}
	for s, n := range h.sums {
		if complete(base[n]) {
			p.active = append(p.active, s)
		} else {
			r.Missing++
		}
	}
	if m == OLS {
		for i := range p.diag {
			p.diag[i] = 1
		}
	} else if err := p.weigh(m, errs, r); err != nil {
		return nil, err
	}
	n, k := len(h.nodes), len(p.active)
	p.v, p.wv = make([]float64, n), make([]float64, n)
	p.x, p.r, p.z, p.p, p.q = make([]float64, k), make([]float64, k), make([]float64, k), make([]float64, k), make([]float64, k)
	return p, nil
}

func complete(row []float64) bool {
	for _, v := range row {
		if math.IsNaN(v) {
			return false
		}
	}
	return row != nil
}

// column solves one column and gives the leaves. Leaves that come out negative are
// held at zero and the rest is solved again, ten times at most.
func (p *projector) column(base [][]float64, c int, nonNegative bool, r *Report) []float64 {
	h := p.h
	clear(p.fixed)
	out := make([]float64, len(h.leaves))
	for round := 0; ; round++ {
		p.precondition()
		p.solveColumn(base, c, r)
		// change = W C' x
		p.spread(p.x)
		p.weight()
		again := false
		for l, n := range h.leaves {
			out[l] = base[n][c] - p.wv[n]
			if p.fixed[l] {
				out[l] = 0
			} else if nonNegative && out[l] < 0 && round < 10 {
				p.fixed[l], again = true, true
				r.Clipped++
			}
		}
		if !again {
			r.Residual = math.Max(r.Residual, p.incoherence(base, c, out))
			return out
		}
	}
}

// incoherence is the largest difference between a sum and its leaves, relative to
// the largest sum.
func (p *projector) incoherence(base [][]float64, c int, leaves []float64) float64 {
	worst, top := 0.0, 1e-300
	for _, s := range p.active {
		n := p.h.sums[s]
		d := base[n][c] - p.wv[n]
		top = math.Max(top, math.Abs(d))
		for _, l := range p.h.rows[s] {
			d -= leaves[l]
		}
		worst = math.Max(worst, math.Abs(d))
	}
	return worst / top
}

// spread sets v = C' x by node.
func (p *projector) spread(x []float64) {
	clear(p.v)
	for k, s := range p.active {
		p.v[p.h.sums[s]] = x[k]
		for _, l := range p.h.rows[s] {
			p.v[p.h.leaves[l]] -= x[k]
		}
	}
	for l, f := range p.fixed {
		if f {
			p.v[p.h.leaves[l]] = 0
		}
	}
}

// weight sets wv = W v.
func (p *projector) weight() {
	for i, v := range p.v {
		p.wv[i] = p.diag[i] * v
	}
	for _, e := range p.errs {
		s := 0.0
		for i, v := range p.v {
			s += e[i] * v
		}
		for i := range p.wv {
			p.wv[i] += s * e[i]
		}
	}
}

// gather sets out = C wv, without the leaves that are held.
func (p *projector) gather(out []float64) {
	for l, f := range p.fixed {
		if f {
			p.wv[p.h.leaves[l]] = 0
		}
	}
	for k, s := range p.active {
		d := p.wv[p.h.sums[s]]
		for _, l := range p.h.rows[s] {
			d -= p.wv[p.h.leaves[l]]
		}
		out[k] = d
	}
}

// precondition finds the diagonal of C W C'.
func (p *projector) precondition() {
	p.pre = make([]float64, len(p.active))
	for k, s := range p.active {
		n := p.h.sums[s]
		d := p.diag[n]
		for _, l := range p.h.rows[s] {
			if !p.fixed[l] {
				d += p.diag[p.h.leaves[l]]
			}
		}
		for _, e := range p.errs {
			v := e[n]
			for _, l := range p.h.rows[s] {
				if !p.fixed[l] {
					v -= e[p.h.leaves[l]]
				}
			}
			d += v * v
		}
		p.pre[k] = d
	}
}

// tolerance is how far the conjugate gradients reduce the incoherence; the final
// sum removes the rest.
const tolerance = 1e-8

// solveColumn solves C W C' x = C y by preconditioned conjugate gradients, from the
// solution of the column before.
func (p *projector) solveColumn(base [][]float64, c int, r *Report) {
	for i := range p.wv {
		if base[i] != nil {
			p.wv[i] = base[i][c]
		}
	}
	p.gather(p.r)
	size := dot(p.r, p.r)
	if size == 0 {
		clear(p.x)
		return
	}
	p.spread(p.x)
	p.weight()
	p.gather(p.q)
	for k := range p.r {
		p.r[k] -= p.q[k]
		p.z[k] = p.r[k] / p.pre[k]
		p.p[k] = p.z[k]
	}
	rz := dot(p.r, p.z)
	for it := 0; it < 10*len(p.active)+50 && dot(p.r, p.r) > tolerance*tolerance*size; it++ {
		p.spread(p.p)
		p.weight()
		p.gather(p.q)
		a := rz / dot(p.p, p.q)
		if math.IsNaN(a) || math.IsInf(a, 0) {
			return
		}
		for k := range p.x {
			p.x[k] += a * p.p[k]
			p.r[k] -= a * p.q[k]
			p.z[k] = p.r[k] / p.pre[k]
		}
		next := dot(p.r, p.z)
		for k := range p.p {
			p.p[k] = p.z[k] + next/rz*p.p[k]
		}
		rz = next
		r.Iterations++
	}
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i, v := range a {
		s += v * b[i]
	}
	return s
}
