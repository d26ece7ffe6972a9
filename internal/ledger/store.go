package ledger

import (
	"errors"
	"slices"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/fault"
)

// The last line of an account bears how many lines it has, and its balance.
const (
	accountColumns = `a.id, a.kind, a.owner, a.unit_id, a.title, a.currency, a.opened_at, coalesce(l.seq, 0), coalesce(l.balance, 0)`
	accountTables  = `ledger_account a LEFT JOIN ledger_line l ON l.account_id = a.id
		AND l.seq = (SELECT max(m.seq) FROM ledger_line m WHERE m.account_id = a.id)`
)

func scanAccount(row db.Row) (a Account, err error) {
	return a, row.Scan(&a.ID, &a.Kind, &a.Owner, &a.Unit, &a.Title, &a.Currency, &a.OpenedAt, &a.Lines, &a.Balance)
}

// accounts gives the body's accounts of which a term holds, in the order of their kinds.
func accounts(tx *db.Tx, term string, args ...any) ([]Account, error) {
	var w db.Where
	w.And("a.body = ?", tx.Body)
	w.And(term, args...)
	return listAccounts(tx, w)
}

func listAccounts(tx *db.Tx, w db.Where) ([]Account, error) {
	return db.All(tx, scanAccount, `SELECT `+accountColumns+` FROM `+accountTables+w.String()+` ORDER BY a.kind, a.title, a.id`, w.Args...)
}

// accountsOf gives the body's accounts that lines name, by their ids.
func accountsOf(tx *db.Tx, lines []Line) (map[string]*Account, error) {
	var ids []string
	for _, l := range lines {
		ids = append(ids, l.Account)
	}
	var w db.Where
	w.And("a.body = ?", tx.Body)
	w.In("a.id", ids)
	list, err := listAccounts(tx, w)
	named := map[string]*Account{}
	for i := range list {
		named[list[i].ID] = &list[i]
	}
	return named, err
}

func saveAccount(tx *db.Tx, a Account) error {
	_, err := tx.Exec(`INSERT INTO ledger_account (id, body, kind, owner, unit_id, title, currency, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, tx.Body, a.Kind, a.Owner, a.Unit, a.Title, a.Currency, a.OpenedAt)
	return err
}

const entryColumns = `e.id, e.number, e.at, e.day, e.reason, e.words, e.rule_id, e.subject, e.title, e.path, e.actor, e.journal_id, coalesce(e.reverses, ''),
	coalesce((SELECT r.id FROM ledger_entry r WHERE r.reverses = e.id), '')`

func scanEntry(row db.Row) (e Entry, err error) {
	err = row.Scan(&e.ID, &e.Number, &e.At, &e.Day, &e.Reason, &e.Words, &e.Rule, &e.Subject, &e.Title, &e.Path, &e.Actor, &e.Journal, &e.Reverses, &e.ReversedBy)
	e.At = e.At.UTC()
	return e, err
}

// entries gives the body's entries of which a term holds, with their lines, oldest first:
// at most limit of them; 0 gives all.
func entries(tx *db.Tx, limit int, term string, args ...any) ([]Entry, error) {
	var w db.Where
	w.And("e.body = ?", tx.Body)
	w.And(term, args...)
	query := `SELECT ` + entryColumns + ` FROM ledger_entry e` + w.String() + ` ORDER BY e.number`
	if limit > 0 {
		query += ` LIMIT ` + w.Next(limit)
	}
	list, err := db.All(tx, scanEntry, query, w.Args...)
	if err != nil {
		return nil, err
	}
	return list, fill(tx, list)
}

// fill adds the lines of entries, some hundred at a time.
func fill(tx *db.Tx, list []Entry) error {
	for part := range slices.Chunk(list, 400) {
		at := map[string]*Entry{}
		var ids []string
		for i := range part {
			at[part[i].ID], ids = &part[i], append(ids, part[i].ID)
		}
		var w db.Where
		w.In("l.entry_id", ids)
		type placed struct {
			entry string
			Line
		}
		lines, err := db.All(tx, func(row db.Row) (l placed, err error) {
			return l, row.Scan(&l.entry, &l.Account, &l.Fen, &l.Balance, &l.seq, &l.was, &l.kind, &l.owner)
		}, `SELECT l.entry_id, l.account_id, l.fen, l.balance, l.seq, l.was, a.kind, a.owner
			FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id`+w.String()+` ORDER BY l.entry_id, l.place`, w.Args...)
		if err != nil {
			return err
		}
		for _, l := range lines {
			at[l.entry].Lines = append(at[l.entry].Lines, l.Line)
		}
	}
	return nil
}

func findEntry(tx *db.Tx, id string) (*Entry, error) {
	list, err := entries(tx, 1, "e.id = ?", id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault.NotFound.New("fault.not_found")
	}
	return &list[0], nil
}

// lastEntry gives the number and time of the body's newest entry, or none.
func lastEntry(tx *db.Tx) (e Entry, err error) {
	e, err = db.One(tx, func(row db.Row) (e Entry, err error) { return e, row.Scan(&e.Number, &e.At) },
		`SELECT e.number, e.at FROM ledger_entry e WHERE e.body = $1 ORDER BY e.number DESC LIMIT 1`, tx.Body)
	if errors.Is(err, fault.NotFound) {
		return Entry{}, nil
	}
	return e, err
}

func saveEntry(tx *db.Tx, e *Entry) error {
	sort, reverses, of := "entry", any(nil), any(nil)
	if e.Reverses != "" {
		sort, reverses, of = "reversal", e.Reverses, "entry"
	}
	_, err := tx.Exec(`INSERT INTO ledger_entry (id, body, number, at, day, reason, words, rule_id, subject, title, path, actor, journal_id, sort, reverses, reverses_sort)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		e.ID, tx.Body, e.Number, e.At, e.Day, e.Reason, e.Words, e.Rule, e.Subject, e.Title, e.Path, e.Actor, e.Journal, sort, reverses, of)
	if err != nil {
		return err
	}
	var rows [][]any
	for i, l := range e.Lines {
		prior := any(nil)
		if l.seq > 1 {
			prior = l.seq - 1
		}
		rows = append(rows, []any{tx.Body, e.ID, i + 1, l.Account, l.seq, prior, l.was, l.Fen, l.Balance})
	}
	return db.Insert(tx, "ledger_line", []string{"body", "entry_id", "place", "account_id", "seq", "prior", "was", "fen", "balance"}, "", rows)
}

// About gives the entries about a subject, oldest first. Whoever asks settles who may know.
func About(tx *db.Tx, subject string) ([]Entry, error) {
	return entries(tx, 0, "e.subject = ?", subject)
}

// Moved gives, by subject, what entries have moved the accounts of a kind.
func Moved(tx *db.Tx, kind string) (map[string]int64, error) {
	return moved(tx, "a.body = ? AND a.kind = ?", tx.Body, kind)
}

// MovedBy gives what the entries about a subject have moved the accounts of a kind.
func MovedBy(tx *db.Tx, kind, subject string) (int64, error) {
	sums, err := moved(tx, "a.body = ? AND a.kind = ? AND e.subject = ?", tx.Body, kind, subject)
	return sums[subject], err
}

func moved(tx *db.Tx, term string, args ...any) (map[string]int64, error) {
	var w db.Where
	w.And(term, args...)
	list, err := db.All(tx, db.Pair[string, int64], `SELECT e.subject, CAST(sum(l.fen) AS BIGINT)
		FROM ledger_account a JOIN ledger_line l ON l.account_id = a.id JOIN ledger_entry e ON e.id = l.entry_id`+w.String()+` GROUP BY e.subject`, w.Args...)
	sums := map[string]int64{}
	for _, p := range list {
		sums[p.A] = p.B
	}
	return sums, err
}

// Period is a half-open span of the times at which entries were posted: From is the first
// moment of it, Until the one after the last. Zero times bound nothing.
type Period struct{ From, Until time.Time }

func (p Period) and(w *db.Where) {
	if !p.From.IsZero() {
		w.And("e.at >= ?", p.From.UTC())
	}
	if !p.Until.IsZero() {
		w.And("e.at < ?", p.Until.UTC())
	}
}

// BalanceAt gives an account's balance before a moment; at the zero time, as it is now.
func BalanceAt(tx *db.Tx, account string, before time.Time) (int64, error) {
	var w db.Where
	w.And("l.account_id = ? AND l.body = ?", account, tx.Body)
	Period{Until: before}.and(&w)
	fen, err := db.One(tx, db.Value[int64], `SELECT l.balance FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id`+w.String()+` ORDER BY l.seq DESC LIMIT 1`, w.Args...)
	if errors.Is(err, fault.NotFound) {
		return 0, nil
	}
	return fen, err
}

// turnover gives what was moved within a period, debits and credits, both above zero, and
// by how many lines.
func turnover(tx *db.Tx, account string, p Period) (debit, credit, lines int64, err error) {
	var w db.Where
	w.And("l.account_id = ? AND l.body = ?", account, tx.Body)
	p.and(&w)
	type sums struct{ debit, credit, lines int64 }
	s, err := db.One(tx, func(row db.Row) (s sums, err error) { return s, row.Scan(&s.debit, &s.credit, &s.lines) },
		`SELECT CAST(coalesce(sum(l.fen) FILTER (WHERE l.fen > 0), 0) AS BIGINT), CAST(coalesce(-sum(l.fen) FILTER (WHERE l.fen < 0), 0) AS BIGINT), count(*)
		FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id`+w.String(), w.Args...)
	return s.debit, s.credit, s.lines, err
}

// Move is a line of an account with the entry that it is part of.
type Move struct {
	Entry
	Seq     int64 `json:"seq"` // within the account
	Fen     int64 `json:"fen"`
	Balance int64 `json:"balance_fen"` // after it
}

// moves gives the lines of an account within a period, newest first: at most limit of
// them, before the line with the number after; 0 gives all.
func moves(tx *db.Tx, account string, p Period, after int64, limit int) ([]Move, error) {
	var w db.Where
	w.And("l.account_id = ? AND l.body = ?", account, tx.Body)
	p.and(&w)
	if after > 0 {
		w.And("l.seq < ?", after)
	}
	query := `SELECT ` + entryColumns + `, l.seq, l.fen, l.balance FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id` + w.String() + ` ORDER BY l.seq DESC`
	if limit > 0 {
		query += ` LIMIT ` + w.Next(limit)
	}
	return db.All(tx, func(row db.Row) (m Move, err error) {
		err = row.Scan(&m.ID, &m.Number, &m.At, &m.Day, &m.Reason, &m.Words, &m.Rule, &m.Subject, &m.Title, &m.Path, &m.Actor, &m.Journal, &m.Reverses, &m.ReversedBy,
			&m.Seq, &m.Fen, &m.Balance)
		return m, err
	}, query, w.Args...)
}
