package app

import (
	"context"

	"guildhall/internal/chain"
)

// demoChain adds courses and a base to the demo's chain, confirms an edge, and lets
// one code lead to another.
func (h *House) demoChain(ctx context.Context) error {
	for _, f := range []chain.EdgeForm{
		{From: "programme:460702", To: "course:KC001", Name: "新能源汽车动力电池及管理系统检修", NameEN: "Traction batteries and their management systems", Source: "人才培养方案（示例）", Dated: "2026-03"},
		{From: "programme:460702", To: "course:KC002", Name: "新能源汽车电气技术", NameEN: "Electrics of new-energy vehicles", Source: "人才培养方案（示例）", Dated: "2026-03"},
		{From: "course:KC001", To: "base:JD01", Name: "动力电池实训基地（示例）", NameEN: "Battery training base (example)", Source: "基地开放目录（示例）", Dated: "2026-05"},
		{From: "course:KC002", To: "base:JD01", Source: "基地开放目录（示例）", Dated: "2026-05"},
	} {
		if _, err := h.Chain.Join(ctx, f); err != nil {
			return err
		}
	}
	return h.demoLinks(ctx)
}

// demoLinks lets a firm stand for what programmes lead to which work: one edge of
// each of the first thirty programmes.
func (h *House) demoLinks(ctx context.Context) error {
	firm, err := h.demoUnits(ctx, "M00011")
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for page := 1; page > 0; {
		p, err := h.Chain.Edges(ctx, chain.EdgeSearch{From: chain.KindPosition, To: chain.KindProgramme, Page: page})
		if err != nil {
			return err
		}
		for _, e := range p.Edges {
			if seen[e.B.Code] || len(seen) >= 30 {
				continue
			}
			seen[e.B.Code] = true
			if _, err := h.Chain.Confirm(demoFor(ctx, firm[0]), e.A.Ref.String(), e.B.Ref.String()); err != nil {
				return err
			}
		}
		if page = p.Next; len(seen) >= 30 {
			break
		}
	}
	return nil
}
