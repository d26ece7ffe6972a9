package intake

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guildhall/internal/codes"
	"guildhall/internal/sheet"
)

var aCleaner = sync.OnceValue(func() *cleaner { return newCleaner(codes.Shipped(), &head{kind: &Kind{}}, Sink{}) })

// one reads a text as a cell of a kind and gives what is kept and the faults.
func one(field Field, raw sheet.Cell) (kept string, faults string) {
	cl := aCleaner()
	c := cell{raw: raw, field: &field, col: &column{}}
	cl.read(&c)
	var names []string
	for _, w := range c.flaws {
		names = append(names, string(w.action)+" "+w.fault)
	}
	return c.show(), strings.Join(names, ", ")
}

func TestCells(t *testing.T) {
	date, count, money, pay, wan := Field{Cell: Date}, Field{Cell: Count}, Field{Cell: Money}, Field{Cell: PayRange}, Field{Cell: Wan}
	phone, id, uscc, name, text := Field{Cell: Phone}, Field{Cell: IDNumber}, Field{Cell: Credit}, Field{Cell: Name}, Field{Cell: Text}
	skills, region := Field{Cell: Skills}, Field{Cell: Code, List: "region"}
	occupation := Field{Cell: Code, List: "occupation"}
	for _, c := range []struct {
		field        Field
		in           any
		kept, faults string
	}{
		{date, "2026-09-01", "2026-09-01", ""},
		{date, "2026/9/1", "2026-09-01", "fix date_slash"},
		{date, "2026.09.1", "2026-09-01", "fix date_dot"},
		{date, "2026年9月1日", "2026-09-01", "fix date_chinese"},
		{date, "二〇二六年十一月二十日", "2026-11-20", "fix date_chinese"},
		{date, "二〇二六年十月十日", "2026-10-10", "fix date_chinese"},
		{date, "二〇二六年三月三十一日", "2026-03-31", "fix date_chinese"},
		{date, "20260901", "2026-09-01", "fix date_compact"},
		{date, "46266", "2026-09-01", "fix date_serial"},
		{date, sheet.Cell{Text: "46266", Kind: sheet.Date}, "2026-09-01", "fix date_serial"},
		{date, sheet.Cell{Text: "46266.5", Kind: sheet.Date}, "2026-09-01", "fix date_serial"},
		{date, "2026-9-1", "2026-09-01", "fix date_unpadded"},
		{date, "2026-09-01 00:00:00", "2026-09-01", "fix date_time"},
		{date, "2026-09-01T08:30:00", "2026-09-01", "fix date_time"},
		{date, "２０２６－０９－０１", "2026-09-01", "fix fullwidth"},
		{date, "25/12/2026", "2026-12-25", "fix date_day_first"},
		{date, "Sep 1, 2026", "2026-09-01", "fix date_words"},
		{date, "2024-02-29", "2024-02-29", ""},
		{date, "2026-02-30", "", "flag date_impossible"},
		{date, "2025-02-29", "", "flag date_impossible"},
		{date, "2026/13/1", "", "flag date_impossible"},
		{date, "2026-09", "", "flag date_month_only"},
		{date, "2026年9月", "", "flag date_month_only"},
		{date, "202609", "", "flag date_month_only"},
		{date, "2026", "", "flag date_month_only"},
		{date, "26.9.1", "", "flag date_short_year"},
		{date, "9/10/2026", "", "flag date_ambiguous"},
		{date, "长期", "", "flag date_unreadable"},
		{date, "12", "", "flag date_unreadable"},
		{date, "#N/A", "", "flag formula_error"},
		{count, "1,234", "1234", "fix number_thousands"},
		{count, "—", "0", "fix number_dash"},
		{count, "5人", "5", "fix count_with_unit"},
		{count, "5.0", "5", ""},
		{count, "5.5", "", "flag number_unreadable"},
		{count, "约5", "", "flag number_about"},
		{count, "5以上", "", "flag number_about"},
		{count, "-5", "", "flag number_negative"},
		{count, "若干", "", "flag count_vague"},
		{count, "12,34", "", "flag number_unreadable"},
		{money, "5000", "5000", ""},
		{money, "5000元/月", "5000", "fix pay_unit"},
		{money, "5.5k", "5500", "fix pay_k"},
		{money, "0.55万", "5500", "fix pay_wan"},
		{money, "￥1,200", "1200", "fix number_thousands"},
		{money, "12.34", "12.34", ""},
		{money, "12.345", "", "flag number_unreadable"},
		{money, "面议", "", "flag pay_open"},
		{pay, "5000-7000", "5000-7000", ""},
		{pay, "5000～7000元/月", "5000-7000", "fix pay_unit"},
		{pay, "5-7K", "5000-7000", "fix pay_k"},
		{pay, "0.5-0.7万/月", "5000-7000", "fix pay_wan"},
		{pay, "8千-1.2万", "8000-12000", "fix pay_wan"},
		{pay, "6-12万/年", "5000-10000", "fix pay_wan, fix pay_year"},
		{pay, "7000-5000", "", "flag pay_reversed"},
		{pay, "20元/小时", "", "flag pay_period"},
		{pay, "5000以上", "", "flag number_about"},
		{pay, "1-2-3", "", "flag pay_unreadable"},
		{wan, "38万元", "38", "fix value_unit"},
		{wan, "385000元", "38.5", "fix value_in_yuan"},
		{wan, "38", "38", ""},
		{phone, "141 0000 0017", "14100000017", "fix phone_spaces"},
		{phone, "141-0000-0017", "14100000017", "fix phone_dashes"},
		{phone, "+8614100000017", "14100000017", "fix phone_plus86"},
		{phone, "0772-1234567", "0772-1234567", ""},
		{phone, "(0772)1234567转12", "0772-1234567-12", ""},
		{phone, "1.41000E+10", "", "flag phone_scientific"},
		{phone, "1410000001", "", "flag phone_short"},
		{phone, "无此人", "", "flag phone_wrong"},
		{id, "45800020110720003x", "45800020110720003X", "fix id_lowercase_x"},
		{id, "'458000200807152097", "458000200807152097", "fix id_quote_prefix"},
		{id, "458000200807152098", "", "flag id_bad_check"},
		{id, "4.58000E+17", "", "flag id_scientific"},
		{id, sheet.Cell{Text: "458000200807152000", Kind: sheet.Number}, "", "flag id_precision_lost"},
		{uscc, "11450203max0000158", "11450203MAX0000158", "fix uscc_lowercase"},
		{uscc, "11450203MAX0000159", "", "flag uscc_bad_check"},
		{name, "蒙　远", "蒙远", "fix name_inner_space"},
		{name, "John  Smith", "John Smith", "fix name_inner_space"},
		{name, " 蒙远\u00a0", "蒙远", "fix leading_space, fix nonbreaking_space"},
		{text, "２６级（一）班", "26级（一）班", "fix fullwidth"},
		{text, "（示例）", "（示例）", ""},
		{text, "ＺＣ２０２２１１－０００２", "ZC202211-0002", "fix fullwidth"},
		{text, "'=1+1", "=1+1", ""},
		{skills, "高压安全操作、C/C++程序设计", "高压安全操作、C/C++程序设计", ""},
		{skills, "高压安全操作/C/C++程序设计", "高压安全操作、C/C++程序设计", "fix list_separator"},
		{skills, "高压安全操作，吃苦耐劳", "高压安全操作", "fix list_separator, flag skill_unknown"},
		{skills, "SAF01:3;SAF02", "SAF01:3;SAF02", ""},
		{skills, "高压安全操作（3级）、上锁挂牌与能量隔离4", "高压安全操作、上锁挂牌与能量隔离", ""},
		{region, "450203", "450203", ""},
		{region, "鱼峰区", "450203", "fix code_by_name"},
		{region, "459999", "", "flag code_wrong"},
		{occupation, "6220201", "6-22-02-01", "fix code_no_hyphen"},
		{occupation, "9-22-02-01", "", "flag code_wrong"},
		{Field{Cell: Education}, "大专及以上", "高职", "fix education_variant"},
		{Field{Cell: Quarter}, "2026年第三季度", "2026Q3", "fix quarter_form"},
		{Field{Cell: YesNo}, "是", "yes", ""},
		{Field{Cell: Gender}, "女性", "女", "fix gender_variant"},
	} {
		raw, ok := c.in.(sheet.Cell)
		if !ok {
			raw = sheet.Cell{Text: c.in.(string)}
		}
		kept, faults := one(c.field, raw)
		if kept != c.kept || faults != c.faults {
			t.Errorf("%q as %d: kept %q, %s; should be %q, %s", raw.Text, c.field.Cell, kept, faults, c.kept, c.faults)
		}
	}
}

// What was cleaned is clean: read again as it is kept, it stays and nothing is
// found.
func TestCleaningTwice(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("0123456789.-/年月日元万kK人约+, 　'，、～男女ABC１２x\u00a0#高压安全操作")
	for range 10_000 {
		in := make([]rune, 1+r.IntN(12))
		for i := range in {
			in[i] = alphabet[r.IntN(len(alphabet))]
		}
		f := Field{Cell: []Cell{Text, Name, Gender, IDNumber, Credit, Phone, Date, Quarter, Count, Decimal, Money, Wan, PayRange, Skills, Education, YesNo}[r.IntN(16)]}
		kept, _ := one(f, sheet.Cell{Text: string(in)})
		if kept == "" {
			continue
		}
		again, faults := one(f, sheet.Cell{Text: kept})
		if again != kept || faults != "" && f.Cell != Text && f.Cell != Name {
			t.Fatalf("%q as %d is kept as %q, which is then read as %q, %s", string(in), f.Cell, kept, again, faults)
		}
	}
}

// Every day in every form is read as that day.
func TestEveryDay(t *testing.T) {
	forms := []string{"2006-01-02", "2006/1/2", "2006.1.2", "2006年1月2日", "20060102", "2006-1-2", "2006.01.02"}
	for d := time.Date(1949, 12, 30, 0, 0, 0, 0, time.UTC); d.Year() < 2051; d = d.AddDate(0, 0, 41) {
		texts := []string{fmt.Sprint(int(d.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24))}
		for _, f := range forms {
			texts = append(texts, d.Format(f))
		}
		for _, text := range texts {
			if kept, _ := one(Field{Cell: Date}, sheet.Cell{Text: text}); kept != d.Format(day) {
				t.Fatalf("%s is read as %q", text, kept)
			}
		}
	}
}

// A sheet without faults is read without findings, in Chinese and in English.
func TestCleanSheets(t *testing.T) {
	for name, text := range map[string]string{
		"students": "student_id,student_no,name,gender,id_no,birth,phone,school_id,programme_id,programme_code,class,entry_date,want_positions,want_regions,want_pay,accept_shift\r\n" +
			"S0000001,20260000100001,傅林,M,458000201105310016,2011-05-31,14100000017,M00068,P000001,660701,26级汽车制造与检测1班,2026-09-01,P035;P036,450203;450105,5100,yes\r\n",
		"positions": "企业名称,岗位名称,职业代码,招聘人数,学历要求,月薪,发布日期,岗位编号,企业编号,岗位类别,月薪下限,月薪上限,班制,外派,状态\r\n" +
			"五星,工业工程师（柳东基地）,2-02-30-01,9,本科,7200-12200,2026-06-29,J000001,M00011,P085,7200,12200,day,no,closed\r\n",
		"hiring": "quarter,enterprise_id,position_code,occupation_code,segment_code,planned,applied,hired,left\r\n2022Q3,M00009,P006,6-22-02-01,M13,8,8,8,4\r\n",
	} {
		p, err := parseBytes(name+".csv", []byte(text))
		if err != nil {
			t.Fatal(name, err)
		}
		if p.tables[0].Kind.Name != name || len(p.notes) > 0 || len(p.rows) != 1 {
			t.Errorf("%s is read as %s with %v", name, p.tables[0].Kind.Name, p.notes)
		}
	}
}

// Whatever stands where, a head is known by its words.
func TestHeads(t *testing.T) {
	for _, c := range []struct{ name, text, kind, fields string }{
		{"two lines whose upper names the year", "岗位,2025年,,2026年,\n,一季度,二季度,一季度,二季度\n冲压操作工,1,2,3,4\n", "hiring", "position 2025Q1 2025Q2 2026Q1 2026Q2"},
		{"plans by quarters in columns are not history", "岗位,2026Q3计划,2026Q4计划\n冲压操作工,1,2\n", "hiring_plans", "position 2026Q3 2026Q4"},
		{"units in brackets, stars and colons", "*学号：,姓名,班级,期望薪资（千元）\n1,韦一,一班,5\n", "students", "student_no name class want_pay"},
		{"a number that is called one thing or the other", "学生编号,姓名,班级\n1,韦一,一班\n", "students", "student_no name class"},
		{"both numbers", "学生编号,学号,姓名,班级\n1,2,韦一,一班\n", "students", "student_id student_no name class"},
		{"names of work under a head that may mean codes", "岗位类别,2026Q1\n冲压操作工,1\n", "hiring", "position 2026Q1"},
		{"codes of work under it", "岗位类别,2026Q1\nP001,1\n", "hiring", "position_code 2026Q1"},
	} {
		p, err := parseBytes("a.csv", []byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var fields []string
		for _, rows := range p.rows {
			for _, r := range rows {
				for i, v := range r.Values {
					if key := r.Kind.Fields[i].Key; v.Text != "" && key != "quarter" && !slices.Contains(fields, key) {
						fields = append(fields, key)
					}
				}
			}
		}
		if p.tables[0].Kind.Name != c.kind {
			t.Errorf("%s: read as %s", c.name, p.tables[0].Kind.Name)
		}
		got := map[string]bool{}
		for _, rows := range p.rows {
			for _, r := range rows {
				if q := r.Text("quarter"); q != "" {
					got[q] = true
				}
			}
		}
		for _, f := range fields {
			if !slices.Contains([]string{"hired", "planned", "position_code"}, f) || strings.Contains(c.fields, f) {
				got[f] = true
			}
		}
		want := map[string]bool{}
		for f := range strings.FieldsSeq(c.fields) {
			want[f] = true
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: fields %v, should be %s", c.name, slices.Sorted(maps.Keys(got)), c.fields)
		}
	}
}

func FuzzCell(f *testing.F) {
	for _, s := range []string{"2026年9月1日", "5-7K", "1,234", "+86 141", "约5", "高压安全操作、SAF02:3", "4.5E+17", "二〇二六年十月"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for k := Text; k <= Ref; k++ {
			for _, kind := range []sheet.Kind{sheet.Text, sheet.Number, sheet.Date} {
				kept, _ := one(Field{Cell: k, List: "skill"}, sheet.Cell{Text: s, Kind: kind})
				if strings.Contains(kept, "\x00") && !strings.Contains(s, "\x00") {
					t.Errorf("%q gives %q", s, kept)
				}
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("学号,姓名,班级\n1,韦一,一班\n合计,1\n"))
	f.Add([]byte("标题\n,\n岗位,2026Q1,2026Q2\n冲压,1,约2\n小计\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parseBytes("a.csv", data)
		if err == nil && len(p.tables) == 0 {
			t.Error("neither a table nor a fault")
		}
	})
}
