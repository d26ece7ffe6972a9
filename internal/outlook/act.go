package outlook

import (
	"strconv"

	"guildhall/internal/act"
	"guildhall/internal/db"
)

// What the outlook tells that may be counted.
var _ = act.Declare(act.Kind{Name: "outlook.release.published", ZH: "供需预测发布", EN: "Forecast published", Path: "/releases/{subject}",
	MeansZH: "一期人才需求预测与供需公报经复核后发布，方法与样本公开。", MeansEN: "A forecast of demand and supply was reviewed and published with its bulletin, its method and its sample.",
	Amounts: []act.Amount{{Name: "enterprises", Unit: act.Unit, ZH: "覆盖企业", EN: "enterprises covered"}, {Name: "programmes", Unit: act.Piece, ZH: "覆盖专业点", EN: "programme points covered"}},
})

// notePublished notes that a release was published.
func notePublished(tx *db.Tx, r *Release) error {
	return act.Note(tx, act.Act{Kind: "outlook.release.published", Subject: r.ID, Title: r.AsOf + " 第 " + strconv.Itoa(r.Number) + " 期",
		Amounts: map[string]int64{"enterprises": int64(r.Summary.Enterprises), "programmes": int64(r.Summary.Programmes)}})
}
