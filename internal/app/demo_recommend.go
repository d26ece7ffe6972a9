package app

import (
	"context"
	"fmt"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/recommend"
)

// demoCourses are the courses that the demo's schools and bases offer: who, what,
// how long, for how much, what they lead to.
var demoCourses = []struct {
	unit, name, english string
	hours               int
	yuan                float64
	form, learned       string
	trade, grade        string
}{
	{"M00075", "高压安全操作与个人防护", "High-voltage safety and protective equipment", 40, 0, "onsite", "SAF01:3;SAF03:3;SAF05:2", "", ""},
	{"M00075", "动力电池模组装配与检测", "Battery module assembly and testing", 64, 800, "onsite", "BAT04:3;BAT06:3;SAF01:2", "", ""},
	{"M00075", "三电系统故障诊断", "Fault diagnosis of battery, motor and controller", 80, 1200, "onsite", "BAT08:3;AFT03:3;EDR08:3", "", ""},
	{"M00079", "可编程控制器与电气控制", "PLC programming and electrical control", 72, 900, "mixed", "ROB04:3;ROB13:3", "", ""},
	{"M00079", "工业机器人操作与示教", "Operating and teaching industrial robots", 56, 760, "onsite", "ROB01:3;ROB03:2", "", ""},
	{"M00080", "质量工具五步入门", "Quality tools, a first course", 32, 0, "online", "QUA03:3;QUA05:3;QUA06:2", "", ""},
	{"M00080", "量具使用与三坐标测量", "Gauges and coordinate measuring", 48, 600, "onsite", "QUA01:4;QUA02:3;MEC04:3", "", ""},
	{"M00072", "机械识图与公差配合", "Engineering drawings and tolerances", 40, 0, "mixed", "MEC01:3;MEC04:3", "", ""},
	{"M00072", "焊工（中级）备考班", "Welder, preparing for grade 4", 96, 1500, "onsite", "WEL01:3;WEL02:3;SAF07:3", "6-18-02-04", "L4"},
	{"M00068", "精益生产与现场5S", "Lean production and 5S", 24, 0, "online", "PRO01:3;SAF08:4", "", ""},
	{"M00070", "汽车电气检修", "Vehicle electrical repair", 60, 700, "onsite", "AFT02:3;EDR11:3", "", ""},
	{"M00077", "数控加工与刀具选择", "CNC machining and cutting tools", 80, 1100, "onsite", "CNC02:3;CNC05:3;CNC01:3", "", ""},
	{"M00003", "低压电工作业取证班", "Low-voltage electrician", 48, 680, "onsite", "SAF06:3;SAF02:3;EDR11:2", "", ""},
	{"M00081", "车载软件测试与总线诊断", "Automotive software testing and bus diagnosis", 64, 1600, "mixed", "ICV08:3;EDR08:3;ITC01:2", "", ""},
	{"M00082", "Python 与数据可视化", "Python and data visualisation", 40, 300, "online", "ITC01:3;ITC04:3;ITC03:2", "", ""},
	{"M00079", "印度尼西亚语（职场入门）", "Indonesian for work", 60, 0, "online", "GEN03:2", "", ""},
}

// demoRecommend lets the demo's schools offer courses, so that recommendations can
// tell what each would open.
func (h *House) demoRecommend(ctx context.Context) error {
	for i, c := range demoCourses {
		unit, err := db.View(ctx, h.DB, func(tx *db.Tx) (*directory.Unit, error) { return directory.Resolve(tx, c.unit) })
		if err != nil || unit == nil {
			return fmt.Errorf("%s: %v, %w", c.unit, unit, err)
		}
		f := recommend.CourseForm{Owner: unit.ID, Name: c.name, NameEN: c.english, Hours: c.hours, Fee: c.yuan, Form: c.form, Learned: c.learned,
			Trade: c.trade, Grade: c.grade}
		if i%3 > 0 {
			f.Starts = h.DB.Now().AddDate(0, 0, 10+7*i).Format("2006-01-02")
		}
		if _, err := h.Recommend.Offer(ctx, f); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}
