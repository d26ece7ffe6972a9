package app_test

import (
	"archive/zip"
	"bytes"
	"strconv"
	"strings"
	"testing"
)

// yearlyReport is journey 9: the report of the year is opened, nearly every row is
// filled from acts and leads to its records, what was stated by hand is marked, a
// row that must not be hit has warned when it was, and the frozen report before it
// is compared and handed over.
func yearlyReport(t *testing.T, v *visitor) {
	v.signIn("secretariat", "guildhall-demo")
	v.goTo("/reports")
	v.sees("年度考核", "中期自查", "实时", "定稿")
	frozen := ask[string](v, `[...document.querySelectorAll("main .items a")].find(a => a.textContent.includes("中期自查")).getAttribute("href")`)
	live := ask[string](v, `[...document.querySelectorAll("main .items a")].find(a => a.textContent.includes("年度考核")).getAttribute("href")`)
	v.goTo(live)
	v.sees("自动计数", "自评", "触发")
	v.fits()
	if n, _ := strconv.Atoi(strings.TrimSpace(ask[string](v, `document.querySelector("#counted").textContent`))); n < 25 {
		t.Errorf("%d rows are counted from acts, want 25:\n%s", n, v.text())
	}
	withRecords := 0
	for _, path := range ask[[]string](v, `[...document.querySelectorAll("tr[data-counted=true] th a")].map(a => a.getAttribute("href"))`) {
		if page := string(download(t, v.url+path, v.cookie())); strings.Contains(page, `scope="row" role="rowheader"`) {
			withRecords++
		}
	}
	if withRecords < 25 {
		t.Errorf("%d rows lead to records, want 25", withRecords)
	}
	v.goTo(live + "/rows/WRK-B11")
	v.sees("兑现", "佐证记录", "实训设备共享补助")
	v.goTo(ask[string](v, `[...document.querySelectorAll("main table tbody th a")].find(a => !a.getAttribute("href").startsWith("/reports")).getAttribute("href")`))
	v.sees("尚不符合条件", "申请与兑现")
	v.goTo("/warnings")
	v.sees("逾期未整改", "预警，尚未解除")
	v.fits()
	v.goTo("/dashboard?view=decide")
	v.sees("处理预警：逾期未整改", "不整改将影响考核结论")
	v.fits()
	if poor := ask[string](v, `[...document.querySelectorAll("main .items li")].filter(l => !l.querySelector(".why") || !l.querySelector(".foot")).map(l => l.textContent.trim()).join(" | ")`); poor != "" {
		t.Errorf("what needs a decision is not told in three lines: %s", poor)
	}
	v.goTo(live + "?with=" + strings.TrimPrefix(frozen, "/reports/"))
	v.sees("变化")
	v.goTo(live + "/comparison")
	v.sees("两期对比", "判定转好", "百分比指标两期对照", "年度考核")
	v.fits()
	if pdf := download(t, v.url+frozen+"?format=pdf", v.cookie()); !bytes.HasPrefix(pdf, []byte("%PDF")) {
		t.Errorf("the printed report begins with %.20q", pdf)
	}
	v.goTo(frozen)
	content := download(t, v.url+frozen+"/binder", v.cookie())
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil || len(archive.File) < 20 {
		t.Errorf("the binder holds %v, %v", archive, err)
	}
}
