package intake

import (
	"slices"

	"guildhall/internal/auth"
	"guildhall/internal/db"
)

// Waiting gives the imports that the actor may see and that wait for somebody to
// decide and commit them, newest first. Each has a file.
func (in *Intake) Waiting(tx *db.Tx) ([]*Job, error) {
	w := visible(auth.From(tx.Context()))
	w.And("j.state = ?", Ready)
	jobs, err := listJobs(tx, w, 10)
	return slices.DeleteFunc(jobs, func(j *Job) bool { return len(j.Files) == 0 }), err
}
