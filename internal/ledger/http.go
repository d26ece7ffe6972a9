package ledger

import (
	"context"
	"io"
	"iter"
	"net/http"
	"slices"
	"strconv"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// Routes adds the routes of the ledger.
func (b *Book) Routes(rs *web.Routes) {
	rs.Add("GET /ledger", "ledger.account.read", b.getAccounts, web.Asks[AccountSearch](), web.Out[AccountList]())
	rs.Add("GET /ledger/accounts/{id}", "ledger.account.read", b.getAccount, web.Asks[StatementSearch](), web.Out[Statement]())
	rs.Add("GET /ledger/entries/{id}", "ledger.entry.read", b.getEntry, web.Out[Shown]())
}

const (
	pageSize   = 50
	exportSize = 100_000
)

func (b *Book) getAccounts(r *http.Request) (web.Reply, error) {
	ctx := r.Context()
	s, err := web.Query[AccountSearch](r)
	if err != nil {
		return web.Reply{}, err
	}
	list, err := b.Accounts(ctx, s)
	if err != nil {
		return web.Reply{}, err
	}
	if s.Format != "" {
		return export(ctx, s.Format, say(ctx, "accounts"), []string{"kind", "account", "unit", "lines", "debit_balance", "credit_balance"}, func(yield func(sheet.Row) bool) {
			for _, a := range list.Accounts {
				if !yield(sheet.Row{kindName(ctx, a.Kind), a.name(ctx, list.names), unitName(ctx, list.names, a.Unit), a.Lines, debit(a.Balance), credit(a.Balance)}) {
					return
				}
			}
		})
	}
	return web.Reply{Data: list, Page: accountsPage(list, s)}, nil
}

func (b *Book) getAccount(r *http.Request) (web.Reply, error) {
	ctx := r.Context()
	s, err := web.Query[StatementSearch](r)
	if err != nil {
		return web.Reply{}, err
	}
	if s.Format == "" {
		st, err := b.Statement(ctx, r.PathValue("id"), s, pageSize)
		if err != nil {
			return web.Reply{}, err
		}
		return web.Reply{Data: st, Page: statementPage(st, s)}, nil
	}
	s.After = 0
	st, err := b.Statement(ctx, r.PathValue("id"), s, exportSize)
	if err != nil {
		return web.Reply{}, err
	}
	return export(ctx, s.Format, st.heading(ctx, st.names), []string{"number", "at", "day", "why", "title", "words", "debit", "credit", "balance"}, func(yield func(sheet.Row) bool) {
		for _, m := range slices.Backward(st.Moves) {
			if !yield(sheet.Row{m.Number, i18n.Time(ctx, m.At), m.Day, i18n.T(ctx, m.Reason), m.Title, m.Words, debit(m.Fen), credit(m.Fen), float64(m.Balance) / 100}) {
				return
			}
		}
	})
}

func (b *Book) getEntry(r *http.Request) (web.Reply, error) {
	e, err := b.Entry(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: e, Page: entryPage(e)}, nil
}

// export gives a table as a file.
func export(ctx context.Context, format, name string, words []string, rows iter.Seq[sheet.Row]) (web.Reply, error) {
	if format != "xlsx" && format != "csv" {
		return web.Reply{}, fault.Invalid.New("ledger.format", format)
	}
	header := make([]string, len(words))
	for i, w := range words {
		header[i] = say(ctx, "column."+w)
	}
	file := &web.File{Name: name + "." + format, Type: "text/csv; charset=utf-8",
		Write: func(w io.Writer) error { return sheet.WriteCSV(w, header, rows) }}
	if format == "xlsx" {
		file.Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		file.Write = func(w io.Writer) error { return sheet.WriteXLSX(w, say(ctx, "ledger"), header, rows) }
	}
	return web.Reply{File: file}, nil
}

// debit and credit are the sides of an amount in yuan, as a sheet shows them: the other
// side is empty.
func debit(fen int64) any {
	if fen > 0 {
		return float64(fen) / 100
	}
	return ""
}

func credit(fen int64) any {
	if fen < 0 {
		return -float64(fen) / 100
	}
	return ""
}

func say(ctx context.Context, word string, args ...any) string {
	return i18n.T(ctx, "ledger."+word, args...)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
