package app

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/measure"
)

// demoMeasure registers what only documents tell, loads the working draft of the
// standard, watches it, and makes three reports: the year before's and one of the
// twelve months up to today, which are frozen, and the year's, which is live.
func (h *House) demoMeasure(ctx context.Context) error {
	s, err := h.Measure.LoadStandard(ctx, measure.Loading{Name: "市域产教联合体建设标准（工作草案，非官方）", Edition: "2026 草案",
		Source: "平台随附的工作草案；正式文本由运营方另行载入"}, measure.Draft)
	if err != nil {
		return fmt.Errorf("standard: %w", err)
	}
	if err := h.demoFacts(ctx); err != nil {
		return fmt.Errorf("facts: %w", err)
	}
	if _, err := h.Measure.Watch(ctx, s.ID, true); err != nil {
		return err
	}
	if err := h.demoYearBefore(ctx, s.ID); err != nil {
		return fmt.Errorf("the year before: %w", err)
	}
	now := h.DB.Now().In(i18n.China)
	year := strconv.Itoa(now.Year())
	first, err := h.Measure.Begin(ctx, measure.Beginning{Standard: s.ID, Name: year + " 年中期自查（示例，近十二个月）", From: now.AddDate(-1, 0, 1).Format(time.DateOnly), To: now.Format(time.DateOnly)})
	if err != nil {
		return err
	}
	if _, err := h.Measure.State(ctx, first.ID, "WRK-B02", "", "园区年产值居全省第三位，见统计公报（示例）"); err != nil {
		return err
	}
	if _, err := h.Measure.Freeze(ctx, first.ID); err != nil {
		return err
	}
	if err := h.demoSamples(ctx, first.ID); err != nil {
		return fmt.Errorf("samples: %w", err)
	}
	whole, err := h.Measure.Begin(ctx, measure.Beginning{Standard: s.ID, Name: year + " 年度考核（示例）", From: year + "-01-01", To: year + "-12-31"})
	if err != nil {
		return err
	}
	_, err = h.Measure.State(ctx, whole.ID, "WRK-B07", "", "公共实训基地为实体化运行载体，场所固定（示例）")
	return err
}

// demoFacts registers the entity and its staff, and an audit's finding that was
// mended.
func (h *House) demoFacts(ctx context.Context) error {
	for _, f := range []measure.FactForm{
		{Kind: "entity", Title: "联合体运营服务中心（民办非企业单位）", Document: "龙民登〔2024〕18 号（示例）", Since: "2024-03-20", Words: "承担秘书处日常工作，场所在公共实训基地三楼。"},
		{Kind: "staff", Title: "秘书处专职岗位（综合、项目、数据）", Document: "编制批复（示例）", Since: "2024-04-01", Persons: 3},
		{Kind: "staff", Title: "企业派驻专职联络岗位", Document: "派驻协议（示例）", Since: "2025-03-01", Persons: 2},
	} {
		if _, err := h.Measure.NoteFact(ctx, f); err != nil {
			return err
		}
	}
	found, err := h.Measure.NoteFact(ctx, measure.FactForm{Kind: "audit", Title: "设备补助台账缺一张验收单", Document: "龙审报〔2026〕7 号（示例）", Since: h.demoDay(-70)})
	if err != nil {
		return err
	}
	_, err = h.Measure.EndFact(ctx, found.ID, h.demoDay(-40), "验收单已补齐，审计部门复核通过")
	return err
}

// demoYearBefore reports on the year before, and freezes the report in its January.
func (h *House) demoYearBefore(ctx context.Context, standard string) error {
	now := h.DB.Now
	defer func() { h.DB.Now = now }()
	year := now().In(i18n.China).Year() - 1
	h.DB.Now = func() time.Time { return time.Date(year+1, time.January, 28, 2, 0, 0, 0, time.UTC) }
	p, err := h.Measure.Begin(ctx, measure.Beginning{Standard: standard, Name: fmt.Sprintf("%d 年度考核（示例）", year), From: fmt.Sprintf("%d-01-01", year), To: fmt.Sprintf("%d-12-31", year)})
	if err != nil {
		return err
	}
	for code, words := range map[string]string{"WRK-B07": "运营服务中心已登记，场所固定（示例）", "WRK-S16": "聘任产业导师二十六人，课时台账齐全（示例）"} {
		if _, err := h.Measure.State(ctx, p.ID, code, "", words); err != nil {
			return err
		}
		if _, err := h.Measure.Review(demoReviewer(ctx), p.ID, code, "met"); err != nil {
			return err
		}
	}
	_, err = h.Measure.Freeze(ctx, p.ID)
	return err
}

// demoReviewer gives the context of somebody else of the secretariat: nobody
// reviews their own words.
func demoReviewer(ctx context.Context) context.Context {
	root := auth.From(ctx)
	return directory.As(ctx, auth.Actor{ID: "demo-review", Name: "演示审核员", Body: root.Body, Roles: []string{auth.Secretariat}})
}

// demoSamples holds some frozen records against their evidence.
func (h *House) demoSamples(ctx context.Context, report string) error {
	for _, code := range []string{"WRK-B06", "WRK-B11", "OFF-C1"} {
		_, _, records, err := h.Measure.Records(ctx, report, code)
		if err != nil {
			return err
		}
		for _, r := range records[:min(2, len(records))] {
			if _, err := h.Measure.CheckEvidence(ctx, report, code, measure.Check{Act: r.ID, Verdict: "agrees"}); err != nil {
				return err
			}
		}
	}
	return nil
}
