package ledger

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// longest is how much can be written beside an entry.
const longest = 500

// check tells all that is wrong with an entry; named are the accounts of its lines, as the
// body has them.
func (e *Entry) check(named map[string]*Account) (wrong fault.List) {
	e.Words = strings.TrimSpace(e.Words)
	if !i18n.Has(e.Reason) {
		wrong.Add("reason", "ledger.wrong.reason")
	}
	if e.Reverses != "" && e.Words == "" {
		wrong.Add("words", "ledger.wrong.words")
	}
	if utf8.RuneCountInString(e.Words) > longest {
		wrong.Add("words", "ledger.wrong.long", longest)
	}
	if e.Subject == "" || e.Title == "" {
		wrong.Add("subject", "ledger.wrong.subject")
	}
	if _, err := time.Parse(time.DateOnly, e.Day); err != nil {
		wrong.Add("day", "fault.date", e.Day)
	}
	if len(e.Lines) < 2 {
		wrong.Add("lines", "ledger.wrong.lines")
	}
	sum, seen := new(big.Int), map[string]bool{}
	for i, l := range e.Lines {
		at := "lines." + strconv.Itoa(i+1)
		a := named[l.Account]
		switch {
		case a == nil:
			wrong.Add(at, "ledger.wrong.account")
		case seen[l.Account]:
			wrong.Add(at, "ledger.wrong.twice")
		case l.Fen == 0:
			wrong.Add(at, "ledger.wrong.zero")
		default:
			if _, ok := plus(a.Balance, l.Fen); !ok {
				wrong.Add(at, "ledger.wrong.large")
			}
		}
		seen[l.Account] = true
		sum.Add(sum, big.NewInt(l.Fen))
	}
	if sum.Sign() != 0 {
		wrong.Add("lines", "ledger.wrong.sum", sum.String())
	}
	return wrong
}

// plus adds two amounts, or tells that the sum is none that an account can hold. The
// least of all numbers is none either: it has no opposite.
func plus(a, b int64) (int64, bool) {
	if b == math.MinInt64 || b > 0 && a > math.MaxInt64-b || b < 0 && a < -math.MaxInt64-b {
		return 0, false
	}
	return a + b, true
}
