package app

import (
	"guildhall/internal/dashboard"
	"guildhall/internal/db"
)

// dutiesWaiting tells whoever looks after duties of those that wait on somebody
// who has no post any more.
func (h *House) dutiesWaiting(tx *db.Tx) ([]dashboard.Task, error) {
	n, err := h.Directory.IdleDuties(tx)
	if err != nil || n == 0 {
		return nil, err
	}
	return []dashboard.Task{{Word: "app.waiting.duties", Args: []any{n}, Link: "/duties?idle=1"}}, nil
}
