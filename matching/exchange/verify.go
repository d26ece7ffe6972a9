package exchange

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"slices"

	"guildhall/matching"
)

// Verify reads a round with its result from fsys and checks the result with the
// independent verifier: the assignment against market and rule, cutoffs.csv and
// report.json (where they are there) against the assignment, and the inputs
// against the digests in report.json. A directory that cannot be read is an error;
// what does not hold is in the report.
func Verify(ctx context.Context, fsys fs.FS, opt Options) (*matching.Report, error) {
	r, err := Read(ctx, fsys, opt)
	if err != nil {
		return nil, err
	}
	of, wrong, err := ReadAssignment(fsys, r.Market, opt)
	if err != nil {
		return nil, err
	}
	res, err := readResult(fsys)
	if err != nil {
		return nil, err
	}
	rep, err := r.check(fsys, of, res, opt)
	if err != nil {
		return nil, err
	}
	if res != nil {
		more, err := r.checkResult(fsys, res, rep)
		if err != nil {
			return nil, err
		}
		wrong = append(wrong, more...)
	}
	if len(wrong) == 0 {
		more, err := r.checkCutOffs(fsys, of, rep)
		if err != nil {
			return nil, err
		}
		wrong = append(wrong, more...)
	}
	for _, v := range wrong {
		rep.Add(v)
	}
	return rep, nil
}

// check verifies the assignment, with its prices if it is of the largest weight.
func (r *Round) check(fsys fs.FS, of []matching.EdgeID, res *Result, opt Options) (*matching.Report, error) {
	if r.Rule.Method != matching.Heaviest {
		return matching.Verify(r.Market, r.Rule, of), nil
	}
	cert, err := readPrices(fsys, r.Market, opt)
	if err != nil {
		return nil, err
	}
	if cert != nil && res != nil && res.TotalWeight != nil && res.WeightBound != nil {
		cert.Total, cert.Bound = *res.TotalWeight, *res.WeightBound
	}
	return matching.VerifyWeight(r.Market, r.Rule, of, cert), nil
}

func readResult(fsys fs.FS) (*Result, error) {
	raw, err := fs.ReadFile(fsys, ReportFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &Faults{List: []Fault{{ReportFile, 0, Missing, err.Error()}}}
	}
	var res Result
	if err := json.Unmarshal(raw, &res); err != nil {
		return nil, &Faults{List: []Fault{{ReportFile, 0, Malformed, "the file is no report: " + err.Error()}}}
	}
	return &res, nil
}

// checkResult holds report.json against the assignment and the inputs.
func (r *Round) checkResult(fsys fs.FS, res *Result, rep *matching.Report) ([]matching.Violation, error) {
	var wrong []matching.Violation
	if res.Fingerprint != rep.Print {
		wrong = append(wrong, matching.Violation{Kind: OtherPrint})
	}
	names := make([]string, 0, len(res.Inputs))
	for name := range res.Inputs {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f, err := fsys.Open(name)
		if err != nil {
			wrong = append(wrong, matching.Violation{Kind: OtherInputs, Node: name})
			continue
		}
		h := sha256.New()
		_, err = io.Copy(h, f)
		f.Close()
		if err != nil {
			return nil, err
		}
		if hex.EncodeToString(h.Sum(nil)) != res.Inputs[name] {
			wrong = append(wrong, matching.Violation{Kind: OtherInputs, Node: name})
		}
	}
	return wrong, nil
}

// checkCutOffs writes the cut-offs again and compares.
func (r *Round) checkCutOffs(fsys fs.FS, of []matching.EdgeID, rep *matching.Report) ([]matching.Violation, error) {
	had, err := fs.ReadFile(fsys, CutOffs)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var now memory
	out := matching.OutcomeOf(r.Market, r.Rule, of, rep.Closed)
	if _, err := create(&now, CutOffs, func(w *lineWriter) { writeCutOffs(w, r.Market, out) }); err != nil {
		return nil, err
	}
	if bytes.Equal(had, now.Bytes()) {
		return nil, nil
	}
	return []matching.Violation{{Kind: OtherCutOffs}}, nil
}

// memory is a target for one file.
type memory struct{ bytes.Buffer }

func (m *memory) Create(string) (io.WriteCloser, error) { return m, nil }
func (m *memory) Close() error                          { return nil }
