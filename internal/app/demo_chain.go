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
	return nil
}
