package app_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"guildhall/internal/app"
)

// assembled finds the coming meeting of the demo, with 84 units on its roll.
func assembled(v *visitor) (meeting string) {
	v.signIn("secretariat", app.DemoPassword)
	v.goTo("/meetings?status=notified")
	v.click("main tbody th a")
	v.sees("第一届理事会第三次会议", "修改章程", "上次决议落实情况")
	return v.path()
}

// theCouncilDecides is journey 3: 55 of 84 units are present, so that the charter,
// which asks for two thirds of all, cannot be opened, and the page says why with
// the article. One proxy arrives; it opens, is carried by 56 to 0, is numbered, and
// becomes four tasks.
func theCouncilDecides(t *testing.T, address string) {
	v := visit(t, address, 1280, true)
	meeting := assembled(v)
	v.click("main form[action$='/checking'] button.primary")
	arrive(v, meeting, 55)
	v.goTo(meeting)
	v.click("main form[action$='/opening'] button.primary")
	v.sees("55", "84")
	motion := ask[string](v, `[...document.querySelectorAll(".items a[href^='/motions/']")].find(a => a.textContent.includes("修改章程")).getAttribute("href")`)
	v.goTo(motion)
	v.sees("还差 1 家，不能表决", "须 56 家到会（全体 84），章程第二十一条")
	v.shot("short")
	v.click("main form[action$='/opening'] button.primary")
	v.sees("须 56 家（全体 84），现到 55 家，还差 1 家", "章程第二十一条")
	v.fits()

	v.goTo(meeting + "/proxy")
	absent := ask[string](v, `document.querySelectorAll("#unit option")[84].value`)
	holder := ask[string](v, `document.querySelectorAll("#holder option")[1].value`)
	v.do(chromedp.SetValue(chromedp.CSS("#unit"), absent), chromedp.SetValue(chromedp.CSS("#holder"), holder), chromedp.SetValue(chromedp.CSS("#proof"), "委托书 2026-01"))
	v.click("main form[action$='/proxies'] button.primary")
	v.sees("56")
	v.goTo(motion)
	v.click("main form[action$='/opening'] button.primary")
	v.sees("0 / 56")
	v.fits()
	ask[int](v, `(() => { for (const s of document.querySelectorAll("select[name=calls]")) s.selectedIndex = 1; return 0 })()`)
	v.click("main form[action$='/calls'] button.primary")
	v.sees("56 / 56")
	v.click("main form[action$='/closing'] button.primary")
	v.sees("通过", "赞成 56", "反对 0")
	v.goTo(motion)
	v.sees("通过", "号决议", "56")
	resolution := ask[string](v, `document.querySelector("main a[href^='/resolutions/']").getAttribute("href")`)
	v.goTo(resolution)
	v.sees("修改章程", "正文校验值")
	v.shot("resolution")

	const made = `a[href^='/tasks/']`
	for range 40 {
		v.goTo("/tasks?q=修改章程")
		if ask[int](v, `document.querySelectorAll("main tbody th `+made+`").length`) == 4 {
			break
		}
	}
	v.sees("由秘书处修订全文", "修订委托书式样", "报主管部门备案", "公布新章程")
	v.shot("tasks")
	v.fits()
	if n := ask[int](v, `document.querySelectorAll("main tbody th `+made+`").length`); n != 4 {
		t.Errorf("the resolution became %d tasks, want 4", n)
	}
}

// arrive ticks so many units on the list at the door, page by page.
func arrive(v *visitor, meeting string, n int) {
	for left := n; left > 0; {
		path := meeting + "/attendance?state=absent"
		v.goTo(path)
		ticked := ask[int](v, fmt.Sprintf(`(() => { const all = [...document.querySelectorAll("input[name=units]")].slice(0, %d); all.forEach(x => x.checked = true); return all.length })()`, left))
		if ticked == 0 {
			v.t.Fatalf("nobody is left to come:\n%s", v.text())
		}
		v.click("#many button[value=present]")
		left -= ticked
	}
}

// aDelegateChangesJob is journey 8: on Monday the delegate's post ends; on Tuesday
// the dashboard says so, the handover lists 14 duties over all rooms, and once they
// are handed over nothing waits on the old name.
func aDelegateChangesJob(t *testing.T, address string) {
	v := visit(t, address, 1280, true)
	v.signIn("secretariat", app.DemoPassword)
	const school = "龙壶工学院"
	v.goTo("/duties?name=council.delegate&q=" + school)
	old := ask[string](v, `document.querySelector("a[href^='/handovers/']").getAttribute("href")`)
	name := ask[string](v, `document.querySelector("a[href^='/handovers/']").textContent.trim()`)
	v.goTo("/accounts?q=" + name)
	post := ask[string](v, `[...document.querySelectorAll("main tbody tr")].find(r => r.textContent.includes("`+school+`")).querySelector("form[action$='/ending']").getAttribute("action")`)
	v.click("main form[action='" + post + "'] button") // Monday

	v.goTo("/dashboard") // Tuesday
	v.sees("项职责的负责人已不在岗，请办理交接")
	v.click("main a[href='/duties?idle=1']")
	v.sees(school, name, "负责人已不在岗")
	v.click("main a[href='" + old + "']")
	v.sees("已无岗位，仍有 14 项待交接", "理事会表决代表", "联络员", "设备管理员", "代行人", "在办任务", "现场工程师培养方案联合审定", "待答复的会议", "第一届理事会第三次会议")
	v.shot("fourteen")
	v.fits()
	v.accessible()
	heir := ask[string](v, `document.querySelectorAll("#to option")[1].value`)
	v.do(chromedp.SetValue(chromedp.CSS("#to"), heir))
	v.click("main form[action^='/handovers/'] button.primary")
	v.sees("没有任何事项仍挂在", name)
	v.shot("nothing")
	v.goTo("/duties?name=facility.keeper&q=" + school)
	if strings.Contains(v.text(), name) {
		t.Errorf("a duty still names %s:\n%s", name, v.text())
	}
	v.goTo("/handovers/" + heir)
	v.sees("现场工程师培养方案联合审定", "待答复的会议")
	v.goTo("/journal?action=directory.duty.hand")
	v.sees("职责交接")
}

// aFirmLeaves is journey 12: before a firm leaves, the page lists what its people
// still have to come and who must decide; afterwards it still does, nothing is lost,
// and the roll of an earlier day still has it.
func aFirmLeaves(t *testing.T, address string) {
	v := visit(t, address, 1280, true)
	v.signIn("secretariat", app.DemoPassword)
	v.goTo("/meetings?status=open")
	v.click("main tbody th a")
	meeting := v.path()
	vote := ask[string](v, `[...document.querySelectorAll(".items a[href^='/motions/']")].find(a => a.textContent.includes("下年度工作要点")).getAttribute("href")`)
	v.goTo(vote)
	v.click("main form[action$='/opening'] button.primary")

	v.goTo("/members?q=东岭壶城汽车")
	unit := ask[string](v, `document.querySelector("main tbody th a").getAttribute("href")`)
	v.goTo(unit + "/leaving")
	hangs := []string{"账号", "仍在履行的职责", "待召开的会议席位", "正在进行的表决", "下年度工作要点及经费安排", "在办任务", "参与的项目", "在招岗位", "参加的对接场次",
		"实习与就业安置", "生效或待签的协议", "须由秘书处", "须由学校与企业决定", "须由协议各方决定", "须由牵头单位决定"}
	v.sees(hangs...)
	v.sees("参加过的表决", "已兑现的政策", "行为记录", "仅作历史保留")
	v.shot("ties")
	v.fits()
	v.accessible()
	v.do(chromedp.SetValue(chromedp.CSS("#ending"), "left"), chromedp.SetValue(chromedp.CSS("#resolution"), "来函退会，理事会备案"))
	v.click("main form[action$='/leaving'] button.primary")
	v.sees("退会后仍挂在该单位名下", "正在进行的表决", "实习与就业安置", "生效或待签的协议", "参加过的表决")
	if strings.Contains(v.text(), "待召开的会议席位") {
		t.Errorf("it still sits in a meeting to come:\n%s", v.text())
	}
	v.shot("left")
	v.goTo("/members?q=东岭壶城汽车&on=2026-06-01")
	v.sees("东岭壶城汽车")
	v.goTo(meeting)
	v.sees("/83")
}
