package app

import (
	"context"
	"errors"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/privacy"
)

// demoPrivacy lets a student of the demo ask for a correction, and for a review of how
// they came out of the last round: their school and the secretariat find both waiting.
func (h *House) demoPrivacy(ctx context.Context, round string) error {
	me, err := db.View(db.In(ctx, db.House), h.DB, func(tx *db.Tx) (auth.Actor, error) {
		a, err := directory.ActorOf(tx, demoStudents[0])
		return a, err
	})
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	ctx = directory.As(ctx, me)
	if _, err := h.Privacy.AskCorrection(ctx, "", privacy.Asked{Words: "班级已调整为 2 班，请更正。"}); err != nil {
		return err
	}
	_, err = h.Privacy.AskReview(ctx, "", privacy.Asked{Round: round, Words: "第一志愿没有录取，请复核技能等级是否算对。"})
	if errors.Is(err, fault.NotFound) {
		return nil // they took no part
	}
	return err
}
