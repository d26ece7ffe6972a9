package app_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"guildhall/internal/app"
)

// rosterHead is what the school's own sheet has over its columns.
var rosterHead = []string{"学号", "姓名", "性别", "身份证号", "出生日期", "班级", "入学日期", "联系电话"}

// roster makes a school's sheet of 3,000 students whom nobody knows yet, and puts
// twelve faults into it that no program can put right. It gives the rows with faults
// by their number in the sheet, the head being row 1.
func roster() (rows [][]string, faulty map[int]bool) {
	family, given := []rune("王李张刘陈杨黄赵吴周"), []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平")
	for i := range 3000 {
		day := fmt.Sprintf("%04d-%02d-%02d", 2006+i/336%3, 1+i/28%12, 1+i%28)
		id := checked("458000" + strings.ReplaceAll(day, "-", "") + strconv.Itoa(100+i%900))
		rows = append(rows, []string{fmt.Sprintf("J11%05d", i+1), string(family[i%10]) + string(given[i/10%20]) + string(given[i/200%20]),
			[]string{"女", "男"}[id[16]%2], id, day, fmt.Sprintf("26级智能制造%d班", 1+i/50), "2026-09-01", strconv.Itoa(14170000000 + i)})
	}
	for _, i := range []int{100, 900, 1700} { // a wrong check character
		rows[i][3] = rows[i][3][:17] + map[bool]string{true: "1", false: "0"}[rows[i][3][17] == '0']
	}
	rows[250][4], rows[1250][4] = "2008-02-30", "2007-13-01"
	rows[333][1], rows[2333][1], rows[444][1] = "", "", "#REF!"
	rows[555][3], rows[666][6], rows[2888][2] = "4.58E+17", "二〇二六", "X"
	rows[2777][0] = rows[2776][0] // somebody else under the number of the row before
	faulty = map[int]bool{}
	for _, i := range []int{100, 900, 1700, 250, 1250, 333, 2333, 444, 555, 666, 2888, 2777} {
		faulty[i+2] = true
	}
	return rows, faulty
}

// checked puts the check character of GB 11643 behind seventeen digits.
func checked(digits string) string {
	sum := 0
	for i, weight := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(digits[i]-'0') * weight
	}
	return digits + "10X98765432"[sum%11:sum%11+1]
}

// importedTwice sends a school's sheet of 3,000 rows with twelve faults, twice: what is
// good is written once, nothing doubles, and what is faulty comes back in the same
// sheet with a column of reasons.
func importedTwice(t *testing.T, v *visitor) {
	rows, faulty := roster()
	path := filepath.Join(t.TempDir(), "智能制造学院_学生信息表.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := csv.NewWriter(f)
	if err := w.WriteAll(append([][]string{rosterHead}, rows...)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	v.signIn("school", app.DemoPassword)
	for round, words := range []string{"新增 2,988", "不动 2,988"} {
		v.goTo("/imports")
		v.do(chromedp.SetUploadFiles(chromedp.CSS("#files"), []string{path}))
		v.click("form[action='/imports'] button.primary")
		v.until("#decide button.primary")
		v.sees("3,000", words, "身份证号校验不符")
		v.fits()
		v.click("button.primary[formaction$='/commit']")
		v.until("main .head a[href$='/rejected']")
		v.sees("已写入")
		v.fits()
		back := workbook(t, v, ask[string](v, `document.querySelector("a[href*='/rejected']").href`))
		returned(t, back, rows, faulty)
		known := download(t, v.url+"/candidates?q=J11&format=csv", v.cookie())
		if n := bytes.Count(known, []byte("\nJ11")) + bytes.Count(known, []byte("\n,J11")); n != 2988 {
			t.Errorf("after import %d there are %d students of the sheet, want 2988", round+1, n)
		}
	}
}

// returned looks at the sheet of rows that came back: the same columns with one of
// reasons, just the rows with faults, each cell as it was sent.
func returned(t *testing.T, back, sent [][]string, faulty map[int]bool) {
	t.Helper()
	head := back[0]
	at := make([]int, len(rosterHead))
	for i, name := range rosterHead {
		if at[i] = slices.Index(head, name); at[i] < 0 {
			t.Fatalf("the sheet that came back has no %s: %v", name, head)
		}
	}
	want := map[string]bool{}
	for n := range faulty {
		want[strings.Join(sent[n-2], "|")] = true
	}
	for _, row := range back[1:] {
		for len(row) < len(head) {
			row = append(row, "")
		}
		cells := make([]string, len(at))
		for i, k := range at {
			cells[i] = row[k]
		}
		if key := strings.Join(cells, "|"); !want[key] {
			t.Errorf("a row came back that was good, or was not sent so: %v", cells)
		} else {
			delete(want, key)
		}
		if strings.TrimSpace(row[len(row)-1]) == "" {
			t.Errorf("no reason beside %v", cells)
		}
	}
	for key := range want {
		t.Errorf("a faulty row did not come back: %s", key)
	}
}
