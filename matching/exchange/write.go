package exchange

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"slices"
	"strconv"

	"guildhall/matching"
)

// Target is where a round is written: a directory, an archive, a test's map.
type Target interface {
	Create(name string) (io.WriteCloser, error)
}

// Zip makes a ZIP archive a target. The caller closes the archive.
func Zip(z *zip.Writer) Target { return zipTarget{z} }

type zipTarget struct{ z *zip.Writer }

func (t zipTarget) Create(name string) (io.WriteCloser, error) {
	w, err := t.z.Create(name)
	return zipFile{w}, err
}

type zipFile struct{ io.Writer }

func (zipFile) Close() error { return nil }

// Result is report.json: what a round decided, and over what.
type Result struct {
	Rule          matching.Rule         `json:"rule"`
	Summary       matching.Summary      `json:"summary"`
	Closed        []string              `json:"closed,omitempty"`
	Claims        []matching.NamedClaim `json:"claims,omitempty"`
	Caps          []NamedCap            `json:"caps,omitempty"`
	OnlyCandidate int                   `json:"pairs_only_the_candidate_lists"`
	OnlyPosition  int                   `json:"pairs_only_the_position_lists"`
	TotalWeight   *int64                `json:"total_weight,omitempty"`
	WeightBound   *int64                `json:"weight_bound,omitempty"`
	BlockingPairs int                   `json:"blocking_pairs"`
	Verified      bool                  `json:"verified"`
	Fingerprint   string                `json:"fingerprint"`
	Inputs        map[string]string     `json:"inputs_sha256"` // by file, as written beside this one
}

// weigh tells the weight and what bounds it.
func (res *Result) weigh(c *matching.WeightCertificate) {
	if c != nil {
		res.TotalWeight, res.WeightBound = &c.Total, &c.Bound
	}
}

// NamedCap is a [matching.CapUse] by its outside name.
type NamedCap struct {
	Node       string `json:"node"`
	Cap        int    `json:"cap"`
	Placed     int    `json:"placed"`
	TurnedAway int    `json:"turned_away"`
}

// Write writes inputs and result of a round to a target and returns what it put
// into report.json. The report (nil: none was made) is the verifier's.
func (r *Round) Write(to Target, d *Decision, rep *matching.Report) (*Result, error) {
	out := d.Outcome
	res := r.result(out, rep)
	res.weigh(d.Certificate)
	for _, f := range []struct {
		name  string
		write func(*lineWriter)
		when  bool
	}{
		{Candidates, r.writeCandidates, true},
		{Positions, r.writePositions, true},
		{Reserves, r.writeReserves, r.hasReserves()},
		{Nodes, r.writeNodes, r.Market.Nodes() > 0},
		{Choices, r.writeChoices, true},
		{Priorities, r.writePriorities, true},
		{RuleFile, r.writeRule, true},
	} {
		if !f.when {
			continue
		}
		sum, err := create(to, f.name, f.write)
		if err != nil {
			return nil, err
		}
		res.Inputs[f.name] = sum
	}
	if _, err := create(to, Assignment, func(w *lineWriter) { writeAssignment(w, r.Market, out.Of) }); err != nil {
		return nil, err
	}
	if _, err := create(to, CutOffs, func(w *lineWriter) { writeCutOffs(w, r.Market, out) }); err != nil {
		return nil, err
	}
	if d.Certificate != nil {
		if _, err := create(to, Prices, func(w *lineWriter) { writePrices(w, r.Market, d.Certificate) }); err != nil {
			return nil, err
		}
	}
	_, err := create(to, ReportFile, func(w *lineWriter) { w.json(res) })
	return res, err
}

// create writes one file and gives its SHA-256.
func create(to Target, name string, write func(*lineWriter)) (string, error) {
	f, err := to.Create(name)
	if err != nil {
		return "", fmt.Errorf("write %s: %w", name, err)
	}
	h := sha256.New()
	w := &lineWriter{out: bufio.NewWriterSize(io.MultiWriter(f, h), 1<<18), sum: h}
	write(w)
	if err := w.out.Flush(); err != nil && w.err == nil {
		w.err = err
	}
	if err := f.Close(); err != nil && w.err == nil {
		w.err = err
	}
	if w.err != nil {
		return "", fmt.Errorf("write %s: %w", name, w.err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// lineWriter writes CSV lines.
type lineWriter struct {
	out *bufio.Writer
	sum hash.Hash
	buf []byte
	err error
}

func (w *lineWriter) raw(line []byte) {
	if _, err := w.out.Write(line); err != nil && w.err == nil {
		w.err = err
	}
}

func (w *lineWriter) line(fields ...any) {
	w.buf = w.buf[:0]
	for i, f := range fields {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		switch f := f.(type) {
		case string:
			w.buf = appendField(w.buf, []byte(f))
		case []byte:
			w.buf = appendField(w.buf, f)
		case int:
			w.buf = strconv.AppendInt(w.buf, int64(f), 10)
		case int64:
			w.buf = strconv.AppendInt(w.buf, f, 10)
		case uint64:
			w.buf = strconv.AppendUint(w.buf, f, 10)
		}
	}
	w.buf = append(w.buf, '\n')
	w.raw(w.buf)
}

func (w *lineWriter) json(v any) {
	e := json.NewEncoder(w.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil && w.err == nil {
		w.err = err
	}
}

// appendField quotes a field where it must be.
func appendField(b, f []byte) []byte {
	if bytes.IndexByte(f, ',') < 0 && bytes.IndexByte(f, '"') < 0 {
		return append(b, f...)
	}
	b = append(b, '"')
	for _, c := range f {
		if c == '"' {
			b = append(b, '"')
		}
		b = append(b, c)
	}
	return append(b, '"')
}

func choiceLine(c, p []byte, rank, weight int64, weighted bool) []byte {
	b := append(appendField(nil, c), ',')
	b = append(appendField(b, p), ',')
	b = strconv.AppendInt(b, rank, 10)
	if weighted {
		b = strconv.AppendInt(append(b, ','), weight, 10)
	}
	return append(b, '\n')
}

func priorityLine(p, c []byte, key int64) []byte {
	b := append(appendField(nil, p), ',')
	b = append(appendField(b, c), ',')
	return append(strconv.AppendInt(b, key, 10), '\n')
}

func (r *Round) result(out *matching.Outcome, rep *matching.Report) *Result {
	m := r.Market
	x := matching.NewExplainer(m, r.Rule, out)
	res := &Result{Rule: r.Rule.Complete(), Summary: x.Summary(), OnlyCandidate: r.OnlyCandidate, OnlyPosition: r.OnlyPosition,
		Fingerprint: out.Fingerprint(), Inputs: map[string]string{}}
	for _, p := range out.Closed {
		res.Closed = append(res.Closed, m.PositionName(p))
	}
	for _, c := range res.Summary.Claims {
		res.Claims = append(res.Claims, matching.NamedClaim{Position: m.PositionName(c.Position), Minimum: c.Minimum, Willing: c.Willing})
	}
	for _, c := range res.Summary.Caps {
		res.Caps = append(res.Caps, NamedCap{m.NodeName(c.Node), c.Cap, c.Placed, c.TurnedAway})
	}
	slices.SortFunc(res.Caps, func(a, b NamedCap) int { return bytes.Compare([]byte(a.Node), []byte(b.Node)) })
	res.Summary.Caps, res.Summary.Claims = nil, nil // told by name
	if rep != nil {
		res.Verified, res.BlockingPairs = rep.OK, rep.Blocking
	}
	return res
}

// ReadAssignment reads assignment.csv beside a market. What is wrong with the
// result itself comes as violations.
func ReadAssignment(fsys fs.FS, m *matching.Market, opt Options) ([]matching.EdgeID, []matching.Violation, error) {
	limit := opt.MaxFaults
	if limit <= 0 {
		limit = 100
	}
	faults := &Faults{limit: limit}
	t := open(fsys, Assignment, false, faults, column{name: "candidate_id"}, column{name: "position_id"})
	if t == nil {
		return nil, nil, faults.err()
	}
	defer t.close()
	return readAssignment(t, m, faults)
}
