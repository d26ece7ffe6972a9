package ledger

import (
	"context"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// Book shows the ledger.
type Book struct {
	DB *db.DB
	// Names gives the names of units, Chinese and English, by id; nil shows ids.
	Names func(tx *db.Tx) (map[string][2]string, error)
}

func (b *Book) names(tx *db.Tx) (map[string][2]string, error) {
	if b.Names == nil {
		return nil, nil
	}
	return b.Names(tx)
}

// AccountSearch asks for a part of the accounts.
type AccountSearch struct {
	Kind   string `json:"kind"`
	Unit   string `json:"unit"`
	Format string `json:"format"` // xlsx or csv
}

// AccountList is the accounts that the actor may look at; a body has some hundred.
type AccountList struct {
	Accounts []Account `json:"accounts"`
	Debit    int64     `json:"debit_fen"`  // of balances above zero
	Credit   int64     `json:"credit_fen"` // of those below, told above zero
	Entries  int64     `json:"entries,omitempty"`
	Whole    bool      `json:"whole"` // every account of the body, whose balances sum to zero

	unbalanced int64
	names      map[string][2]string
}

// Accounts lists the accounts with their balances.
func (b *Book) Accounts(ctx context.Context, s AccountSearch) (*AccountList, error) {
	return db.View(ctx, b.DB, func(tx *db.Tx) (*AccountList, error) {
		if err := allow(ctx, "ledger.account.read", nil); err != nil {
			return nil, err
		}
		a := auth.From(ctx)
		w := visible(a)
		w.And("a.body = ?", tx.Body)
		if s.Kind != "" {
			w.And("a.kind = ?", s.Kind)
		}
		if s.Unit != "" {
			w.And("a.unit_id = ?", s.Unit)
		}
		list := &AccountList{Whole: a.Runs() && s.Kind == "" && s.Unit == ""}
		var err error
		if list.Accounts, err = listAccounts(tx, w); err != nil {
			return nil, err
		}
		for _, x := range list.Accounts {
			if x.Balance > 0 {
				list.Debit += x.Balance
			} else {
				list.Credit -= x.Balance
			}
		}
		if list.Whole {
			if list.Entries, list.unbalanced, err = CountUnbalanced(tx); err != nil {
				return nil, err
			}
		}
		list.names, err = b.names(tx)
		return list, err
	})
}

// StatementSearch asks for a part of an account's lines, by the days on which they were posted.
type StatementSearch struct {
	From   time.Time `json:"from"`  // the first day
	To     time.Time `json:"to"`    // the last day
	After  int64     `json:"after"` // lines older than this one
	Format string    `json:"format"`
}

// period is the days in the zone of the body.
func (s StatementSearch) period(ctx context.Context) (p Period) {
	day := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, i18n.Zone(ctx))
	}
	if !s.From.IsZero() {
		p.From = day(s.From)
	}
	if !s.To.IsZero() {
		p.Until = day(s.To.AddDate(0, 0, 1))
	}
	return p
}

// Statement is an account (对账单): where it stood, what moved it, where it stands then.
type Statement struct {
	Account
	Opening int64  `json:"opening_fen"`
	Debit   int64  `json:"debit_fen"`
	Credit  int64  `json:"credit_fen"`
	Closing int64  `json:"closing_fen"`
	Count   int64  `json:"count"` // lines within the period
	Moves   []Move `json:"moves"` // newest first
	Next    int64  `json:"next,omitempty"`

	names map[string][2]string
}

// Statement gives a page of an account's lines.
func (b *Book) Statement(ctx context.Context, id string, s StatementSearch, size int) (*Statement, error) {
	return db.View(ctx, b.DB, func(tx *db.Tx) (*Statement, error) {
		if err := allow(ctx, "ledger.account.read", nil); err != nil {
			return nil, err
		}
		list, err := accounts(tx, "a.id = ?", id)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			return nil, fault.NotFound.New("fault.not_found")
		}
		if err := allow(ctx, "ledger.account.read", &list[0]); err != nil {
			return nil, err
		}
		st, p := &Statement{Account: list[0]}, s.period(ctx)
		if !p.From.IsZero() {
			if st.Opening, err = BalanceAt(tx, id, p.From); err != nil {
				return nil, err
			}
		}
		if st.Closing, err = BalanceAt(tx, id, p.Until); err != nil {
			return nil, err
		}
		if st.Debit, st.Credit, st.Count, err = turnover(tx, id, p); err != nil {
			return nil, err
		}
		if st.Moves, err = moves(tx, id, p, s.After, size+1); err != nil {
			return nil, err
		}
		if len(st.Moves) > size {
			st.Moves = st.Moves[:size]
			st.Next = st.Moves[size-1].Seq
		}
		for i := range st.Moves {
			narrow(ctx, &st.Moves[i].Entry)
		}
		st.names, err = b.names(tx)
		return st, err
	})
}

// narrow leaves out who posted an entry, but for the secretariat.
func narrow(ctx context.Context, e *Entry) {
	if !auth.From(ctx).Runs() {
		e.Actor = ""
	}
}

// Shown is an entry with the accounts of the lines that the actor may look at.
type Shown struct {
	Entry
	Accounts map[string]*Account `json:"accounts"`
	Hidden   int                 `json:"hidden,omitempty"` // lines of accounts that are not theirs

	names map[string][2]string
}

// Entry gives one entry to whoever may look at one of its accounts.
func (b *Book) Entry(ctx context.Context, id string) (*Shown, error) {
	return db.View(ctx, b.DB, func(tx *db.Tx) (*Shown, error) {
		if err := allow(ctx, "ledger.entry.read", nil); err != nil {
			return nil, err
		}
		e, err := findEntry(tx, id)
		if err != nil {
			return nil, err
		}
		named, err := accountsOf(tx, e.Lines)
		if err != nil {
			return nil, err
		}
		s := &Shown{Entry: *e, Accounts: map[string]*Account{}}
		s.Lines = nil
		for _, l := range e.Lines {
			if a := named[l.Account]; policy.Can(ctx, "ledger.entry.read", a) {
				s.Lines, s.Accounts[l.Account] = append(s.Lines, l), a
			} else {
				s.Hidden++
			}
		}
		if len(s.Lines) == 0 {
			return nil, fault.NotFound.New("fault.not_found")
		}
		narrow(ctx, &s.Entry)
		s.names, err = b.names(tx)
		return s, err
	})
}
