package app_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"guildhall/internal/app"
)

// TestJourneys walks the README's first ten minutes in a browser, over the demo
// as the program serves it: at a desk's width and at a phone's, with scripts and
// without.
func TestJourneys(t *testing.T) {
	chromium(t)
	data := filepath.Join(t.TempDir(), "data")
	p := start(t, "demo", "--data", data, "--addr", "127.0.0.1:0")
	over := overCopy(t, data)
	for _, c := range []struct {
		name    string
		width   int
		scripts bool
	}{{"desk", 1280, true}, {"phone", 360, true}, {"desk without scripts", 1280, false}} {
		t.Run(c.name, func(t *testing.T) {
			t.Run("secretariat", func(t *testing.T) { secretary(t, visit(t, p.URL, c.width, c.scripts)) })
			t.Run("student", func(t *testing.T) { pupil(t, visit(t, p.URL, c.width, c.scripts)) })
			t.Run("import", func(t *testing.T) { importing(t, visit(t, p.URL, c.width, c.scripts)) })
			if c.width == 360 {
				t.Run("yearly report", func(t *testing.T) { yearlyReport(t, visit(t, p.URL, c.width, c.scripts)) })
			}
		})
	}
	t.Run("a minor is placed, desk", func(t *testing.T) { aMinorIsPlaced(t, p.URL, 1280, true, "1") })
	t.Run("a minor is placed, phone without scripts", func(t *testing.T) { aMinorIsPlaced(t, p.URL, 360, false, "2") })
	t.Run("a roster imported twice", func(t *testing.T) { importedTwice(t, visit(t, p.URL, 1280, true)) })
	// These change much of the body, so they come last.
	t.Run("a demand is met", func(t *testing.T) { aDemandIsMet(t, p.URL) })
	t.Run("a delegate changes job", func(t *testing.T) { aDelegateChangesJob(t, p.URL) })
	t.Run("the council decides", func(t *testing.T) { theCouncilDecides(t, p.URL) })
	t.Run("a firm leaves", func(t *testing.T) { aFirmLeaves(t, p.URL) })
	over(t)
}

// secretary signs in, finds the gap table by the menu, and opens the round's result.
func secretary(t *testing.T, v *visitor) {
	v.signIn("secretariat", app.DemoPassword)
	v.sees("等您处理")
	if v.width < 860 {
		v.do(chromedp.Click(chromedp.CSS("details.drawer > summary")))
		v.click("details.drawer a[href='/gaps']")
	} else {
		v.click("aside.rail a[href='/gaps']")
	}
	v.sees("人才供需缺口", "缺口明细", "电控工程师")
	v.fits()
	v.goTo("/rounds")
	v.click("main tbody th a")
	v.sees("2026 年秋季实习就业对接", "已公布")
	v.fits()
	v.click("main a[href$='/results']")
	v.fits()
}

// pupil signs in and reads what they got and why.
func pupil(t *testing.T, v *visitor) {
	v.signIn("student1", app.DemoPassword)
	v.goTo("/my")
	v.sees("志愿录取", "每个志愿的结果和原因", "怎样会不一样", "guildhall verify")
	v.fits()
	v.goTo("/my/recommendations")
	v.sees("我的推荐岗位", "最适合的岗位", "看中之处", "学什么课程，多匹配多少岗位", "可多匹配")
	v.fits()
}

// importing sends a faulty spreadsheet, sees its faults, writes the good rows, and
// gets the refused ones back with reasons.
func importing(t *testing.T, v *visitor) {
	const name = "students/龙城生态学院_学生信息表.csv"
	v.signIn("secretariat", app.DemoPassword)
	v.goTo("/imports")
	v.do(chromedp.SetUploadFiles(chromedp.CSS("#files"), []string{faulty(t, name)}))
	v.click("form[action='/imports'] button.primary")
	v.until("#decide button.primary")
	v.sees("退回", "龙城生态学院")
	v.fits()
	v.click("button.primary[formaction$='/commit']")
	v.until("main .head a[href$='/rejected']")
	v.sees("已写入")
	link := ask[string](v, `document.querySelector("a[href*='/rejected']").href`)
	rows := workbook(t, v, link)
	reasons := 0
	for _, row := range rows[1:] {
		if len(row) == len(rows[0]) && strings.TrimSpace(row[len(row)-1]) != "" {
			reasons++
		}
	}
	if reasons == 0 || reasons != len(rows)-1 {
		t.Errorf("%d of %d refused rows bear a reason:\n%v", reasons, len(rows)-1, rows)
	}
}

// until loads the page again until it holds what a CSS selector finds.
func (v *visitor) until(selector string) {
	v.t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		if ask[bool](v, "document.querySelector("+strconv.Quote(selector)+") !== null") {
			return
		}
		v.do(chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("#main")))
	}
	v.shot("waiting")
	v.t.Fatalf("the page never has %s:\n%s", selector, v.text())
}

// faulty unpacks one of the demo's faulty spreadsheets.
func faulty(t *testing.T, name string) string {
	t.Helper()
	archive, err := zip.OpenReader("demo/demo.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	f, err := archive.Open("faulty/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), filepath.Base(name))
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// workbook downloads a sheet as the visitor and gives its rows.
func workbook(t *testing.T, v *visitor, link string) [][]string {
	t.Helper()
	content := download(t, link, v.cookie())
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetList()[0])
	if err != nil || len(rows) < 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	return rows
}
