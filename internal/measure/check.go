package measure

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

var checkVerdicts = []string{"agrees", "missing", "contradicts"}

var _ = act.Declare(
	act.Kind{Name: "measure.evidence.checked", ZH: "佐证抽查", EN: "Evidence sampled", Path: "/reports/{subject}", Marks: []string{"verdict"},
		MeansZH: "一条定稿记录与其佐证材料做了核对：相符（agrees）、缺失（missing）或不符（contradicts）。",
		MeansEN: "A frozen record was held against its evidence: it agrees, is missing, or contradicts."},
	act.Kind{Name: "measure.evidence.mended", ZH: "佐证补正", EN: "Evidence mended", Path: "/reports/{subject}",
		MeansZH: "一条抽查不符的记录经复核已经相符。", MeansEN: "A record whose evidence was missing or contradicted was checked again and agrees."},
)

// CheckEvidence notes what came of holding a record of a frozen report against its
// evidence; where evidence is missing, the row on false data is hit at once.
func (m *Measure) CheckEvidence(ctx context.Context, id, code string, in Check) (*Check, error) {
	c, err := db.Update(ctx, m.DB, func(tx *db.Tx) (*Check, error) {
		if err := policy.Allow(ctx, "measure.evidence.check", Thing{}); err != nil {
			return nil, err
		}
		p, err := findPeriod(tx, id)
		if err != nil {
			return nil, err
		}
		if p.FrozenAt == nil {
			return nil, fault.Conflict.New("measure.check.live")
		}
		if err := in.check(); err != nil {
			return nil, err
		}
		had, err := db.All(tx, db.Value[string], `SELECT act_id FROM measure_record WHERE period_id = $1 AND code = $2 AND act_id = $3`, id, code, in.Act)
		if err == nil && len(had) == 0 {
			err = fault.NotFound.New("fault.not_found")
		}
		if err != nil {
			return nil, err
		}
		before, err := checksOf(tx, id, code)
		if err != nil {
			return nil, err
		}
		if err := saveCheck(tx, id, code, &in, auth.From(ctx).ID); err != nil {
			return nil, err
		}
		if err := journal.Record(tx, "measure.evidence.check", id, map[string]any{"code": code, "act": in.Act, "verdict": in.Verdict, "words": in.Words}); err != nil {
			return nil, err
		}
		return &in, act.Note(tx, in.acts(id, code, before[in.Act])...)
	})
	if err == nil {
		_, err = m.LookOnce(ctx)
	}
	return c, err
}

func (c *Check) check() error {
	var wrong fault.List
	if !slices.Contains(checkVerdicts, c.Verdict) {
		wrong.Add("verdict", "measure.wrong.verdict", c.Verdict)
	}
	if c.Words = strings.TrimSpace(c.Words); c.Verdict != "agrees" && c.Words == "" || len([]rune(c.Words)) > 500 {
		wrong.Add("words", "measure.check.words")
	}
	return wrong.Err()
}

// acts gives what a check says of a record, and that it mends what was said before.
func (c *Check) acts(report, code string, before *Check) []act.Act {
	a := act.Act{Kind: "measure.evidence.checked", Subject: report + "/rows/" + url.PathEscape(code) + "#" + c.Act, Title: code, Marks: map[string]string{"verdict": c.Verdict}}
	if before != nil && before.Verdict != "agrees" && c.Verdict == "agrees" {
		return []act.Act{{Kind: "measure.evidence.mended", Subject: a.Subject, Title: code}, a}
	}
	return []act.Act{a}
}
