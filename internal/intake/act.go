package intake

import (
	"context"

	"guildhall/internal/act"
	"guildhall/internal/i18n"
)

// What imports tell of that may be counted.
var _ = act.Declare(act.Kind{Name: "intake.sheet.taken", ZH: "数据表导入", EN: "Sheet taken in",
	MeansZH: "一张数据表经核对后写入平台，被退回的行不计。",
	MeansEN: "A sheet was looked over and its good rows were written; refused rows do not count.",
	Path:    "/imports/{subject}",
	Amounts: []act.Amount{{Name: "added", Unit: act.Line, ZH: "新增", EN: "added"}, {Name: "changed", Unit: act.Line, ZH: "变更", EN: "changed"},
		{Name: "left", Unit: act.Line, ZH: "未写入", EN: "left out"}},
	Marks: []string{"kind"},
})

// taken is the act of writing a sheet's rows. It is known by what the sheet
// tells of, for people give files any name.
func taken(j *Job, f *File) act.Act {
	return act.Act{Kind: "intake.sheet.taken", Unit: j.Unit, Subject: j.ID, Title: i18n.T(i18n.With(context.Background(), "zh-CN"), "intake.kind."+f.Kind),
		Amounts: map[string]int64{"added": int64(f.Taken.New), "changed": int64(f.Taken.Changed), "left": int64(f.Left())},
		Marks:   map[string]string{"kind": f.Kind}}
}
