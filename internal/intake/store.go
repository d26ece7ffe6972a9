package intake

import (
	"encoding/json"
	"strings"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/seal"
)

const jobColumns = `j.id, j.unit_id, j.person_id, j.roles, j.state, j.fault, j.files, j.made_at, j.changed_at, j.beat_at`

func scanJob(row db.Row) (*Job, error) {
	j := new(Job)
	var roles string
	err := row.Scan(&j.ID, &j.Unit, &j.Person, &roles, &j.State, &j.Fault, &j.Sent, &j.MadeAt, &j.ChangedAt, &j.BeatAt)
	if roles != "" {
		j.Roles = strings.Split(roles, ";")
	}
	return j, err
}

// findJob gives an import of this body with its files.
func findJob(tx *db.Tx, id string) (*Job, error) {
	j, err := db.One(tx, scanJob, `SELECT `+jobColumns+` FROM intake_job j WHERE j.id = $1 AND j.body = $2`, id, tx.Body)
	if err != nil {
		return nil, err
	}
	j.Files, err = filesOf(tx, id)
	return j, err
}

// listJobs gives imports of this body without their faults, newest first.
func listJobs(tx *db.Tx, w db.Where, limit int) ([]*Job, error) {
	w.And("j.body = ?", tx.Body)
	where := w.String()
	jobs, err := db.All(tx, scanJob, `SELECT `+jobColumns+` FROM intake_job j`+where+` ORDER BY j.id DESC LIMIT `+w.Next(limit), w.Args...)
	if err != nil {
		return nil, err
	}
	for _, j := range jobs {
		if j.Files, err = filesOf(tx, j.ID); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

func saveJob(tx *db.Tx, j *Job) error {
	j.ChangedAt, j.BeatAt = tx.Now, tx.Now
	_, err := tx.Exec(`
		INSERT INTO intake_job (id, body, unit_id, person_id, roles, state, fault, files, made_at, changed_at, beat_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id) DO UPDATE SET person_id = excluded.person_id, roles = excluded.roles, state = excluded.state, fault = excluded.fault,
			changed_at = excluded.changed_at, beat_at = excluded.beat_at`,
		j.ID, tx.Body, j.Unit, j.Person, strings.Join(j.Roles, ";"), j.State, j.Fault, j.Sent, j.MadeAt, j.ChangedAt, j.BeatAt)
	return err
}

// beat says that somebody works on the import.
func beat(tx *db.Tx, id string) error {
	_, err := tx.Exec(`UPDATE intake_job SET beat_at = $1 WHERE id = $2`, tx.Now, id)
	return err
}

const fileColumns = `f.id, f.job_id, f.number, f.name, f.sheet, f.kind, f.headers, f.owner, f.encoding, f.state, f.fault, f.row_count,
	f.new_rows, f.changed_rows, f.same_rows, f.decision_rows, f.refused_rows, f.taken_new, f.taken_changed, f.chunks, f.next_chunk`

func scanFile(row db.Row) (*File, error) {
	f := new(File)
	var headers, why string
	c := &f.Counts
	err := row.Scan(&f.ID, &f.Job, &f.Number, &f.Name, &f.Sheet, &f.Kind, &headers, &f.Owner, &f.Encoding, &f.State, &why, &f.Rows,
		&c.New, &c.Changed, &c.Same, &c.Decision, &c.Refused, &f.Taken.New, &f.Taken.Changed, &f.Chunks, &f.Next)
	if err == nil {
		err = json.Unmarshal([]byte(headers), &f.Headers)
	}
	if err == nil && why != "" {
		err = json.Unmarshal([]byte(why), &f.Fault)
	}
	return f, err
}

func filesOf(tx *db.Tx, job string) ([]*File, error) {
	return db.All(tx, scanFile, `SELECT `+fileColumns+` FROM intake_file f WHERE f.job_id = $1 AND f.body = $2 ORDER BY f.number`, job, tx.Body)
}

func saveFile(tx *db.Tx, f *File) error {
	headers, err := json.Marshal(f.Headers)
	if err != nil {
		return err
	}
	why := ""
	if f.Fault != nil {
		b, err := json.Marshal(f.Fault)
		if err != nil {
			return err
		}
		why = string(b)
	}
	c := f.Counts
	_, err = tx.Exec(`
		INSERT INTO intake_file (id, body, job_id, number, name, sheet, kind, headers, owner, encoding, state, fault, row_count,
			new_rows, changed_rows, same_rows, decision_rows, refused_rows, taken_new, taken_changed, chunks, next_chunk)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
		ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, state = excluded.state, fault = excluded.fault, row_count = excluded.row_count,
			new_rows = excluded.new_rows, changed_rows = excluded.changed_rows, same_rows = excluded.same_rows,
			decision_rows = excluded.decision_rows, refused_rows = excluded.refused_rows, taken_new = excluded.taken_new,
			taken_changed = excluded.taken_changed, chunks = excluded.chunks, next_chunk = excluded.next_chunk`,
		f.ID, tx.Body, f.Job, f.Number, f.Name, f.Sheet, f.Kind, string(headers), f.Owner, f.Encoding, f.State, why, f.Rows,
		c.New, c.Changed, c.Same, c.Decision, c.Refused, f.Taken.New, f.Taken.Changed, f.Chunks, f.Next)
	return err
}

// chunk is a run of a file's rows.
type chunk struct {
	Number  int
	Counts  Counts
	Content []byte
}

func scanChunk(row db.Row) (c chunk, err error) {
	n := &c.Counts
	return c, row.Scan(&c.Number, &n.New, &n.Changed, &n.Same, &n.Decision, &n.Refused, &c.Content)
}

func saveChunk(tx *db.Tx, file string, c chunk) error {
	n := c.Counts
	_, err := tx.Exec(`
		INSERT INTO intake_chunk (file_id, number, body, content, new_rows, changed_rows, same_rows, decision_rows, refused_rows)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (file_id, number) DO UPDATE SET content = excluded.content, new_rows = excluded.new_rows, changed_rows = excluded.changed_rows,
			same_rows = excluded.same_rows, decision_rows = excluded.decision_rows, refused_rows = excluded.refused_rows`,
		file, c.Number, tx.Body, c.Content, n.New, n.Changed, n.Same, n.Decision, n.Refused)
	return err
}

func findChunk(tx *db.Tx, file string, number int) (chunk, error) {
	return db.One(tx, scanChunk, `SELECT c.number, c.new_rows, c.changed_rows, c.same_rows, c.decision_rows, c.refused_rows, c.content
		FROM intake_chunk c WHERE c.file_id = $1 AND c.number = $2 AND c.body = $3`, file, number, tx.Body)
}

// chunkWith gives the first run at or after a number that has rows with a verdict.
func chunkWith(tx *db.Tx, file string, from int, v Verdict) (chunk, error) {
	column := [...]string{"", "new_rows", "changed_rows", "same_rows", "decision_rows", "refused_rows"}[v]
	return db.One(tx, scanChunk, `SELECT c.number, c.new_rows, c.changed_rows, c.same_rows, c.decision_rows, c.refused_rows, c.content
		FROM intake_chunk c WHERE c.file_id = $1 AND c.number >= $2 AND c.body = $3 AND c.`+column+` > 0 ORDER BY c.number LIMIT 1`, file, from, tx.Body)
}

// clearChunks forgets a file's rows.
func clearChunks(tx *db.Tx, file string) error {
	_, err := tx.Exec(`DELETE FROM intake_chunk WHERE file_id = $1 AND body = $2`, file, tx.Body)
	return err
}

func scanFault(keys *seal.Keys) func(db.Row) (*Faulties, error) {
	return func(row db.Row) (*Faulties, error) {
		k := new(Faulties)
		var sealed []byte
		err := row.Scan(&k.Fault, &k.Field, &k.Action, &k.Grave, &k.Mends, &k.Count, &k.Choice, &sealed)
		if err != nil || len(sealed) == 0 {
			return k, err
		}
		samples, err := keys.OpenBytes(sealed)
		if err != nil {
			return nil, err
		}
		return k, json.Unmarshal(samples, &k.Samples)
	}
}

// faultsOf gives a file's faults by kind: those that a person decides first,
// then those that must be mended in the sheet, then what was put right.
func faultsOf(tx *db.Tx, keys *seal.Keys, file string) ([]*Faulties, error) {
	return db.All(tx, scanFault(keys), `SELECT k.fault, k.field, k.action, k.grave, k.mends, k.count, k.choice, k.samples FROM intake_fault k
		WHERE k.file_id = $1 AND k.body = $2
		ORDER BY CASE k.action WHEN 'flag' THEN 0 WHEN 'fix' THEN 1 ELSE 2 END, k.grave, k.count DESC, k.fault, k.field`, file, tx.Body)
}

func saveFaults(tx *db.Tx, keys *seal.Keys, file string, all []*Faulties) error {
	for _, k := range all {
		samples, err := json.Marshal(k.Samples)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`
			INSERT INTO intake_fault (file_id, body, fault, field, action, grave, mends, count, choice, samples)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			ON CONFLICT (file_id, fault, field, action) DO UPDATE SET choice = excluded.choice`,
			file, tx.Body, k.Fault, k.Field, string(k.Action), k.Grave, k.Mends, k.Count, k.Choice, keys.Bytes(samples)); err != nil {
			return err
		}
	}
	return nil
}

// clearSamples forgets the cells that stand beside a file's faults.
func clearSamples(tx *db.Tx, file string) error {
	_, err := tx.Exec(`UPDATE intake_fault SET samples = NULL WHERE file_id = $1 AND body = $2 AND action <> 'flag'`, file, tx.Body)
	return err
}

// staleJobs gives the imports in a state on which nobody has worked since.
func staleJobs(tx *db.Tx, state string, since time.Time) ([]*Job, error) {
	return db.All(tx, scanJob, `SELECT `+jobColumns+` FROM intake_job j WHERE j.body = $1 AND j.state = $2 AND j.beat_at < $3 ORDER BY j.id`, tx.Body, state, since)
}

// sweep forgets rows and samples of imports that have not changed since, and
// drops those that were never committed.
func sweep(tx *db.Tx, since time.Time) error {
	for _, q := range []string{
		`DELETE FROM intake_chunk WHERE file_id IN (SELECT f.id FROM intake_file f JOIN intake_job j ON j.id = f.job_id WHERE j.body = $1 AND j.changed_at < $2)`,
		`UPDATE intake_fault SET samples = NULL WHERE file_id IN (SELECT f.id FROM intake_file f JOIN intake_job j ON j.id = f.job_id WHERE j.body = $1 AND j.changed_at < $2)`,
		`UPDATE intake_job SET state = 'dropped' WHERE body = $1 AND changed_at < $2 AND state IN ('ready', 'failed')`,
	} {
		if _, err := tx.Exec(q, tx.Body, since); err != nil {
			return err
		}
	}
	return nil
}
