package round

import (
	"archive/zip"
	"context"
	"fmt"
	"io"

	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/matching"
	"guildhall/matching/exchange"
)

// Certificate gives the round as anyone can check it offline, a ZIP of the
// folder that `guildhall verify` reads: lists, scores, caps, rule and result,
// with codes in place of persons. It is made anew from what is kept, and refuses
// to be where that does not give the published result.
func (o *Office) Certificate(ctx context.Context, id string) (name string, write func(io.Writer) error, err error) {
	type made struct {
		round  *exchange.Round
		out    *matching.Outcome
		report *matching.Report
		number int
	}
	m, err := db.View(ctx, o.DB, func(tx *db.Tx) (made, error) {
		r, err := takeRound(tx, "round.round.certificate", id)
		if err != nil {
			return made{}, err
		}
		if r.State != Verified && !r.State.Public() {
			return made{}, fault.Conflict.New("round.round.not_verified", r.Number)
		}
		tb, err := frozen(tx, r)
		if err != nil {
			return made{}, err
		}
		market, _, of, err := o.kept(tx, tb)
		if err != nil {
			return made{}, err
		}
		out, err := matching.Solve(ctx, market, r.MatchingRule())
		if err != nil {
			return made{}, err
		}
		report := matching.Verify(market, r.MatchingRule(), of)
		if out.Fingerprint() != r.Print || report.Print != r.Print {
			return made{}, fmt.Errorf("round %d: what is kept gives %s, what was published %s", r.Number, report.Print, r.Print)
		}
		return made{exchange.Of(market, r.MatchingRule()), out, report, r.Number}, nil
	})
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("round-%d.zip", m.number), func(w io.Writer) error {
		z := zip.NewWriter(w)
		if _, err := m.round.Write(exchange.Zip(z), &exchange.Decision{Outcome: m.out}, m.report); err != nil {
			return err
		}
		return z.Close()
	}, nil
}
