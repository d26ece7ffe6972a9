package app_test

import (
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"

	"guildhall/internal/app"
)

// aMinorIsPlaced: a 17-year-old's placement is refused with three reasons and their
// articles; the school mends two, the guardian signs on a phone without an account,
// and it starts.
func aMinorIsPlaced(t *testing.T, address string, width int, scripts bool, number string) {
	school := visit(t, address, width, scripts)
	school.signIn("school2", app.DemoPassword)
	school.goTo("/placements?q=" + number)
	school.fits()
	school.click("main tbody th a")
	school.sees("未通过：3 项原因", "监护人尚未签署知情同意", "第九条", "未配备指导人员：企业", "第八条", "未投保实习责任保险", "关于投保实习责任保险的规定")
	school.fits()
	school.shot("refused")
	school.click("main a[href$='/terms']")
	school.fits()
	school.do(chromedp.SetValue(chromedp.CSS("#insurance"), "实习责任险 2026-001"), chromedp.SetValue(chromedp.CSS("#firm_mentor"), "覃师傅"))
	school.click("main form[action$='/terms'] button.primary")
	school.sees("待签署：1 项原因", "第九条")
	school.click("main form[action$='/links'] button[value='guardian']")
	school.shot("link")
	link, err := url.Parse(ask[string](school, `document.querySelector(".receipt a").getAttribute("href")`))
	if err != nil {
		t.Fatal(err)
	}
	guardian := visit(t, address, 360, scripts)
	guardian.goTo(link.Path)
	guardian.sees("监护人", "报酬及支付 / Pay", "yuan a month", "以中文为准")
	guardian.fits()
	if scripts { // axe is one itself
		guardian.accessible()
	}
	guardian.shot("guardian")
	guardian.do(chromedp.SetValue(chromedp.CSS("#name"), "李四"), chromedp.Click(chromedp.CSS("input[name='agree']")))
	guardian.click("main form.form button.primary")
	guardian.sees("与协议所载姓名不一致")
	guardian.do(chromedp.SetValue(chromedp.CSS("#name"), "韦示例"))
	guardian.click("main form.form button.primary")
	guardian.sees("签署完成")
	school.goTo("/placements?q=" + number)
	school.click("main tbody th a")
	school.sees("可开始：全部规则已符合，可以开始")
	school.click("main form[action$='/start'] button")
	school.sees("进行中")
	school.shot("started")
}
