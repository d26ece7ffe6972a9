package paper_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guildhall/internal/chart"
	"guildhall/internal/fault"
	"guildhall/internal/paper"
)

// sample has one of each part, and characters that are known to get lost.
func sample() paper.Doc {
	rows := [][]string{}
	for range 60 {
		rows = append(rows, []string{"电池包测试员（6-31-03-02）", "30", "动力电池与储能系统，含“三电”装调：绝缘、气密、充放电测试。", "5,200–7,000"})
	}
	long := "经会议审议，同意联合体2027年度订单班设置方案：动力电池方向30人、智能网联方向24人；" +
		"企业方承诺月薪5200元以上，并按《职业学校学生实习管理规定》第十四条签订三方协议。表决结果：赞成21票、反对0票、弃权1票。"
	return paper.Doc{Title: "柳州市新能源汽车产教联合体人才供需公报（2027届）", Subtitle: "公报第 2026-2 号 · 2026年11月28日",
		Author: "联合体秘书处", At: time.Date(2026, 11, 28, 1, 2, 3, 0, time.UTC), Parts: []paper.Part{
			paper.Heading{Level: 1, Text: "一、总体情况"}, paper.Text{Text: strings.Repeat(long, 3)},
			paper.Text{Text: "Whole words stay whole: guildhall verify --certificate round-2026-2.json checks it offline."},
			paper.List{Items: []string{"增设动力电池方向。", "压缩汽车营销方向。"}},
			paper.Line{Caption: "需求与供给", Line: chart.Line{Title: "t", Unit: "人", Labels: []string{"2023", "2024", "2025", "2026", "2027"}, Known: 3, Boundary: "预测",
				Traces: []chart.Trace{{Name: "需求", Kind: chart.Demand, Y: []float64{900, 1010, 1100, 1180, 1260}, Bands: []chart.Band{{Lo: []float64{0, 0, 1100, 1100, 1150}, Hi: []float64{0, 0, 1100, 1280, 1400}}}},
					{Name: "供给", Kind: chart.Supply, Y: []float64{800, 820, 870, 900, 980}}}}},
			paper.Pairs{Caption: "各工种供需", Supply: "供给", Demand: "需求", Pairs: chart.Pairs{Head: "工种", Tail: "缺口", Rows: []chart.Pair{{Label: "电池测试员", Demand: 300, Supply: 120, Text: "缺 180"}, {Label: "汽车营销员", Demand: 60, Supply: 140, Text: "余 80"}}}},
			paper.Bars{Caption: "各环节缺口", Bars: chart.Bars{Rows: []chart.Bar{{Label: "电池", Value: 180, Text: "缺 180", More: "求人倍率 2.50"}, {Label: "销售", Value: -80, Text: "余 80"}}}},
			paper.Table{Caption: "表 1 各工种", Head: []string{"工种", "人数", "说明", "月薪（元）"}, Right: []bool{false, true, false, true}, Rows: rows},
			paper.Text{Text: "生僻字也要留下：王㛃、李䶮；没有字形的：\U0002A6D6。"},
			paper.Sign{Places: []string{"理事长（签字）：", "记录人（签字）："}, Date: "日期：", Seal: "盖章处"},
		}}
}

func fonts(t testing.TB) paper.Fonts {
	f, err := paper.Find("")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Chinese TrueType font is installed: scripts/prepare")
		}
		t.Skip("left out: no Chinese TrueType font is installed (scripts/prepare)")
	}
	return f
}

func printed(t testing.TB, d paper.Doc) []byte {
	var b bytes.Buffer
	if err := paper.WritePDF(t.Context(), &b, d, fonts(t)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// extracted gives the text of a PDF as another program reads it.
func extracted(t testing.TB, pdf []byte) string {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("left out: pdftotext is not installed (scripts/prepare)")
	}
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// bare is a text without its blanks, for a PDF keeps lines and not paragraphs.
func bare(s string) string { return strings.Join(strings.Fields(s), "") }

func TestPrintsEveryCharacter(t *testing.T) {
	d := sample()
	pdf := printed(t, d)
	if file := os.Getenv("PAPER_SAMPLE"); file != "" { // to be looked at
		os.WriteFile(file, pdf, 0o600)
	}
	text := bare(extracted(t, pdf))
	for _, want := range []string{d.Title, d.Subtitle, d.Author, "1/5", "5/5", "guildhallverify--certificateround-2026-2.json",
		"2.压缩汽车营销方向。", "缺180", "求人倍率2.50", "预测", "理事长（签字）：", "盖章处", "王㛃、李䶮", "U+2A6D6"} {
		if !strings.Contains(text, bare(want)) {
			t.Errorf("the PDF does not say %q", want)
		}
	}
	for _, part := range d.Parts {
		if p, ok := part.(paper.Text); ok && !strings.Contains(p.Text, "\U0002A6D6") && !strings.Contains(text, bare(p.Text)) {
			t.Errorf("the PDF lost something of %q", p.Text)
		}
	}
	if n := strings.Count(text, "月薪（元）"); n < 3 {
		t.Errorf("the head of the table stands on %d pages, which should be each it is on", n)
	}
	if n := strings.Count(text, "5,200–7,000"); n != 60 {
		t.Errorf("%d of 60 rows are there whole", n)
	}
}

func TestSameDocumentSameBytes(t *testing.T) {
	if !bytes.Equal(printed(t, sample()), printed(t, sample())) {
		t.Error("the same document printed twice differs")
	}
	var a, b bytes.Buffer
	paper.WriteWord(&a, sample())
	paper.WriteWord(&b, sample())
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same Word file made twice differs")
	}
}

func TestWordSaysAllOfIt(t *testing.T) {
	var b bytes.Buffer
	if err := paper.WriteWord(&b, sample()); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	data, _ := io.ReadAll(f)
	for _, want := range []string{"人才供需公报", "w:tblHeader", "王㛃、李䶮", "理事长（签字）：", "缺 180", "求人倍率 2.50", "1260"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the Word file does not say %q", want)
		}
	}
}

func TestWithoutFontItSaysWhatToInstall(t *testing.T) {
	if _, err := paper.Find(t.TempDir()); !errors.Is(err, fault.Away) || fault.Of(err).Key != "paper.no_font" {
		t.Errorf("an empty folder gives %v", err)
	}
	file := filepath.Join(t.TempDir(), "a.ttc")
	os.WriteFile(file, []byte("ttcf"), 0o600)
	if _, err := paper.Find(file); fault.Of(err).Key != "paper.unusable_font" {
		t.Errorf("a collection gives %v", err)
	}
}

func ExampleWriteWord() {
	minutes := paper.Doc{Title: "理事会会议纪要", Parts: []paper.Part{
		paper.Heading{Level: 1, Text: "一、出席"},
		paper.Table{Head: []string{"单位", "代表"}, Rows: [][]string{{"职业学院", "甲"}}},
		paper.Sign{Places: []string{"主持人："}, Date: "日期：", Seal: "盖章处"},
	}}
	paper.WriteWord(io.Discard, minutes) // or WritePDF(ctx, w, minutes, fonts) with the fonts of Find
	// Output:
}
