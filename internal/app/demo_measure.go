package app

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"guildhall/internal/i18n"
	"guildhall/internal/measure"
)

// demoMeasure loads the working draft of the standard, watches it, and makes two
// reports: one of the twelve months up to today, which is frozen, and the year's,
// which is live.
func (h *House) demoMeasure(ctx context.Context) error {
	s, err := h.Measure.LoadStandard(ctx, measure.Loading{Name: "市域产教联合体建设标准（工作草案，非官方）", Edition: "2026 草案",
		Source: "平台随附的工作草案；正式文本由运营方另行载入"}, measure.Draft)
	if err != nil {
		return fmt.Errorf("standard: %w", err)
	}
	if _, err := h.Measure.Watch(ctx, s.ID, true); err != nil {
		return err
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
	whole, err := h.Measure.Begin(ctx, measure.Beginning{Standard: s.ID, Name: year + " 年度考核（示例）", From: year + "-01-01", To: year + "-12-31"})
	if err != nil {
		return err
	}
	_, err = h.Measure.State(ctx, whole.ID, "WRK-B07", "", "公共实训基地为实体化运行载体，场所固定（示例）")
	return err
}
