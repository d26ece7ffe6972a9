package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"guildhall/internal/app"
)

// data gets what a path gives to programs, as the visitor.
func data[T any](v *visitor, path string) (out T) {
	v.t.Helper()
	r, err := http.NewRequest("GET", v.url+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Cookie", v.cookie())
	r.Header.Set("Accept", "application/json")
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer w.Body.Close()
	content, _ := io.ReadAll(w.Body)
	if err := json.Unmarshal(content, &out); err != nil || w.StatusCode != http.StatusOK {
		v.t.Fatalf("%s: %s, %v: %.300s", path, w.Status, err, content)
	}
	return out
}

// fill puts values into fields of the page, those within closed parts too.
func (v *visitor) fill(values map[string]string) {
	v.t.Helper()
	for field, value := range values {
		if !ask[bool](v, fmt.Sprintf(`(f => { if (!f) return false; f.value = %q; return f.value === %q })(document.querySelector(%q))`, value, value, field)) {
			v.shot("unfilled")
			v.t.Fatalf("%s: no field %s takes %q", v.path(), field, value)
		}
	}
}

// comes opens a path again and again until its page says a word: what hears of
// something does so a moment later.
func (v *visitor) comes(path, word string) {
	v.t.Helper()
	for range 100 {
		v.goTo(path)
		if strings.Contains(v.text(), word) {
			return
		}
		v.do(chromedp.Sleep(200 * time.Millisecond))
	}
	v.sees(word)
}

// aDemandIsMet is journey 1 up to the hires: a firm files that it wants thirty
// battery-pack testers, it shows in the gap, the council's resolution stands behind
// an order class, whose seats fill over two schools; 28 finish, 25 are hired, the
// line closes itself, and the indicators move by 28 and 25.
func aDemandIsMet(t *testing.T, address string) {
	sec := visit(t, address, 1280, true)
	sec.signIn("secretariat", app.DemoPassword)
	live := liveReport(sec)
	finished, hired := counted(sec, live, "WRK-S04", "订单班结业"), counted(sec, live, "WRK-S07", "需求落实用工")

	hr := visit(t, address, 360, true)
	hr.signIn("hr", app.DemoPassword)
	hr.goTo("/demands/new")
	hr.fill(map[string]string{"#title": "动力电池包测试员", "#position": "P010", "#quantity": "30", "#by": time.Now().AddDate(0, 7, 0).Format(time.DateOnly),
		"#pay_low": "5200", "#pay_high": "7000", "#shift": "two_shift", "#region": "450203", "#skills": "个人防护用品使用 1"})
	hr.fits()
	hr.click("form[action='/demands'] button.primary")
	hr.sees("动力电池包测试员", "0 / 30")
	line := hr.path()
	id := strings.TrimPrefix(line, "/demands/")
	hr.click("form[action$='/position'] button")
	position := strings.TrimPrefix(hr.path(), "/positions/")

	openings := func(of string) int {
		return data[struct {
			Gap struct {
				Openings int `json:"openings"`
			} `json:"gap"`
		}](sec, "/gaps/P010"+of).Gap.Openings
	}
	before := openings("")
	sec.goTo("/releases")
	sec.click("form[action='/releases'] button.primary") // counts while the rest goes on
	release := strings.TrimPrefix(sec.path(), "/releases/")

	var schools []*visitor
	for _, login := range []string{"school", "school2"} {
		v := visit(t, address, 360, true)
		v.signIn(login, app.DemoPassword)
		schools = append(schools, v)
	}
	round := anOrderClass(sec, schools, line, position)
	for _, v := range schools { // the teachers note what their students have signed
		v.goTo("/rounds/" + round)
		v.fits()
		v.click("form[action$='/replies'] button")
	}
	sec.goTo("/rounds/" + round)
	sec.click("form[action$='/answers'] button")
	sec.click("form[action$='/clearing'] button")
	sec.sees("动力电池包测试员", "30", "壶职大 15")
	sec.fill(map[string]string{"[id='on-" + position + "']": time.Now().AddDate(0, 0, -1).Format(time.DateOnly), "[id='hours-" + position + "']": "320",
		"[id='dropped-" + position + "']": someNumbers(sec, round, 2)})
	sec.click("form[action$='/classes'] button")
	sec.sees("28 / 30 人")
	sec.fits()
	sec.shot("class")

	hr.comes(line, "结业")
	hr.sees("动力电池订单班")
	hr.fill(map[string]string{"#count": "25", "#source": "订单班结业学员"})
	hr.click("form[action$='/hires'] button")
	hr.sees("25 / 30")
	hr.goTo(line + "/change")
	hr.fill(map[string]string{"#quantity": "25"})
	hr.click("form[action='" + line + "'] button.primary")
	hr.sees("已满足", "25 / 25")
	hr.fits()
	hr.shot("met")

	sec.comes("/acts?kind=talent.demand.ended", "动力电池包测试员")
	if now := counted(sec, live, "WRK-S04", "订单班结业"); now-finished != 28 {
		t.Errorf("order classes: %d, then %d have finished, want 28 more", finished, now)
	}
	if now := counted(sec, live, "WRK-S07", "需求落实用工"); now-hired != 25 {
		t.Errorf("hires for demands: %d, then %d, want 25 more", hired, now)
	}
	for range 300 {
		if data[struct{ State string }](sec, "/releases/"+release).State == "computed" {
			break
		}
		sec.do(chromedp.Sleep(200 * time.Millisecond))
	}
	if after := openings("?release=" + release); after-before != 30 {
		t.Errorf("the gap has %d openings, then %d, want those of line %s more", before, after, id)
	}
}

// anOrderClass opens an order class for a line, with seats for two schools, and
// takes it to its publication.
func anOrderClass(sec *visitor, schools []*visitor, line, position string) (round string) {
	sec.goTo(line)
	sec.fill(map[string]string{"#resolution": strconv.Itoa(time.Now().AddDate(0, 0, -36).Year()) + "-2"})
	sec.click("form[action$='/resolution'] button")
	sec.sees("决议", "订单班")
	sec.click("main a[href*='kind=order_class']")
	ask[bool](sec, `document.querySelectorAll("#statuses input").forEach(i => i.checked = true) || true`)
	sec.fill(map[string]string{"#name": "动力电池订单班", "#seats_by": "school"})
	sec.click("form[action='/rounds'] button.primary")
	round = strings.TrimPrefix(sec.path(), "/rounds/")
	var seats []string
	for _, v := range schools {
		seats = append(seats, data[struct {
			List []struct {
				School string `json:"school"`
			} `json:"list"`
		}](v, "/candidates?limit=1").List[0].School+" 15")
	}
	sec.goTo("/rounds/" + round + "/positions/" + position)
	sec.fill(map[string]string{"#minimum": "20", "#seats": strings.Join(seats, "\n")})
	sec.click("main form[action$='/positions/" + position + "'] button.primary")
	sec.goTo("/rounds/" + round)
	sec.click("form[action$='/opening'] button")
	sec.click("form[action$='/freeze'] button")
	sec.click("form[action$='/computation'] button")
	for range 100 {
		if data[struct{ State string }](sec, "/rounds/"+round).State == "computed" {
			break
		}
		sec.do(chromedp.Sleep(100 * time.Millisecond))
	}
	sec.goTo("/rounds/" + round)
	sec.click("form[action$='/verification'] button")
	sec.click("form[action$='/publication'] button")
	return round
}

// someNumbers gives the numbers of some of those whom a round placed.
func someNumbers(sec *visitor, round string, n int) string {
	var numbers []string
	for _, x := range data[struct {
		List []struct{ Candidate string }
	}](sec, "/rounds/"+round+"/results?placed=yes").List[:n] {
		numbers = append(numbers, data[struct{ Ref string }](sec, "/candidates/"+x.Candidate).Ref)
	}
	return strings.Join(numbers, " ")
}

func liveReport(sec *visitor) string {
	sec.goTo("/reports")
	return ask[string](sec, `[...document.querySelectorAll("main .items a")].find(a => a.textContent.includes("年度考核")).getAttribute("href")`)
}

// counted gives the value of one part of a row of a report.
func counted(sec *visitor, report, row, part string) int {
	sec.goTo(report + "/rows/" + row)
	_, after, _ := strings.Cut(sec.text(), part)
	digits := strings.TrimLeftFunc(after, func(r rune) bool { return r < '0' || r > '9' })
	if i := strings.IndexFunc(digits, func(r rune) bool { return (r < '0' || r > '9') && r != ',' }); i >= 0 {
		digits = digits[:i]
	}
	n, err := strconv.Atoi(strings.ReplaceAll(digits, ",", ""))
	if err != nil {
		sec.t.Fatalf("row %s tells no %s:\n%s", row, part, sec.text())
	}
	return n
}
