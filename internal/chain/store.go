package chain

import (
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/journal"
)

const columns = `e.id, e.a_kind, e.a_code, e.b_kind, e.b_code, e.version, e.action, e.ended, e.role, e.level, e.share, e.source, e.dated, e.note,
	e.confirmer, e.confirmer_unit, e.confirmed_at, e.by_person, e.by_unit, e.made_at`

func scan(row db.Row) (*Version, error) {
	v := new(Version)
	err := row.Scan(&v.id, &v.A.Kind, &v.A.Code, &v.B.Kind, &v.B.Code, &v.Number, &v.Action, &v.Ended, &v.Role, &v.Level, &v.Share, &v.Source, &v.Dated, &v.Note,
		&v.Confirmer, &v.ConfirmerUnit, &v.ConfirmedAt, &v.By, &v.ByUnit, &v.At)
	return v, err
}

// newest gives the newest version of each edge that the body wrote down.
func newest(tx *db.Tx) ([]*Version, error) {
	return db.All(tx, scan, `SELECT `+columns+` FROM chain_edge e JOIN (
			SELECT a_kind, a_code, b_kind, b_code, max(version) AS version FROM chain_edge WHERE body = $1 GROUP BY a_kind, a_code, b_kind, b_code
		) n ON n.a_kind = e.a_kind AND n.a_code = e.a_code AND n.b_kind = e.b_kind AND n.b_code = e.b_code AND n.version = e.version
		WHERE e.body = $1 ORDER BY e.id`, tx.Body)
}

// history gives all versions of an edge, the newest first.
func history(tx *db.Tx, a, b Ref) ([]*Version, error) {
	return db.All(tx, scan, `SELECT `+columns+` FROM chain_edge e
		WHERE e.body = $1 AND e.a_kind = $2 AND e.a_code = $3 AND e.b_kind = $4 AND e.b_code = $5 ORDER BY e.version DESC`, tx.Body, a.Kind, a.Code, b.Kind, b.Code)
}

// keep writes down the next version of each edge and lets the journal tell of it.
func keep(tx *db.Tx, versions ...*Version) error {
	actor := auth.From(tx.Context())
	rows := make([][]any, len(versions))
	for i, v := range versions {
		v.id, v.Number, v.By, v.ByUnit, v.At = db.NewID(), v.Number+1, actor.ID, actor.Unit, tx.Now
		rows[i] = []any{v.id, tx.Body, v.A.Kind, v.A.Code, v.B.Kind, v.B.Code, v.Number, v.Action, v.Ended, v.Role, v.Level, v.Share, v.Source, v.Dated, v.Note,
			v.Confirmer, v.ConfirmerUnit, v.ConfirmedAt, v.By, v.ByUnit, v.At}
		if err := journal.Record(tx, v.Action, v.A.String()+"/"+v.B.String(), v); err != nil {
			return err
		}
	}
	if err := db.Insert(tx, "chain_edge", []string{"id", "body", "a_kind", "a_code", "b_kind", "b_code", "version", "action", "ended", "role", "level", "share", "source", "dated", "note",
		"confirmer", "confirmer_unit", "confirmed_at", "by_person", "by_unit", "made_at"}, "", rows); err != nil {
		return err
	}
	return noteLinks(tx, versions)
}

func ownNodes(tx *db.Tx) ([]Node, error) {
	return db.All(tx, func(row db.Row) (n Node, err error) {
		return n, row.Scan(&n.Kind, &n.Code, &n.Name, &n.NameEN)
	}, `SELECT kind, code, name, name_en FROM chain_node WHERE body = $1 ORDER BY kind, code`, tx.Body)
}

func saveNode(tx *db.Tx, n *Node) error {
	if n == nil {
		return nil
	}
	_, err := tx.Exec(`INSERT INTO chain_node (body, kind, code, name, name_en, made_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (body, kind, code) DO NOTHING`, tx.Body, n.Kind, n.Code, n.Name, n.NameEN, tx.Now)
	return err
}

// Redirect says that one code took the place of another.
type Redirect struct {
	Kind      string    `json:"kind"`
	Code      string    `json:"code"`
	Successor string    `json:"successor"`
	Reason    string    `json:"reason"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
}

func redirects(tx *db.Tx) ([]Redirect, error) {
	return db.All(tx, func(row db.Row) (r Redirect, err error) {
		return r, row.Scan(&r.Kind, &r.Code, &r.Successor, &r.Reason, &r.By, &r.At)
	}, `SELECT kind, code, successor, reason, by_person, made_at FROM chain_redirect WHERE body = $1 ORDER BY made_at, kind, code`, tx.Body)
}

func saveRedirect(tx *db.Tx, r *Redirect) error {
	r.By, r.At = auth.From(tx.Context()).ID, tx.Now
	if _, err := tx.Exec(`INSERT INTO chain_redirect (body, kind, code, successor, reason, by_person, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tx.Body, r.Kind, r.Code, r.Successor, r.Reason, r.By, r.At); err != nil {
		return err
	}
	return journal.Record(tx, "chain.code.redirect", r.Kind+":"+r.Code, r)
}

// stamp grows with every change that a body makes to its chain: rows are only added.
func stamp(tx *db.Tx) (int, error) {
	return db.One(tx, db.Value[int], `SELECT (SELECT count(*) FROM chain_edge WHERE body = $1) + (SELECT count(*) FROM chain_redirect WHERE body = $1)`, tx.Body)
}
