package plan

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/ledger"
)

// Money in the ledger. A promise (承诺) is a claim on whoever promised: debit (借) what they
// owe (应收), credit (贷) what the project is to have. A receipt (到账) turns the claim into
// money that is there: debit the project's pot, credit what they owe. What is granted under
// a policy is owed to the unit (应拨付) from then on: debit the policy's support, credit what
// is due to the unit. That it was paid out (拨付) is the issuer's, and is not told here yet.
const (
	owedAccount    = "plan.owed"
	fundAccount    = "plan.fund"
	potAccount     = "plan.pot"
	supportAccount = "plan.support"
	dueAccount     = "plan.due"
)

var _ = ledger.Declare(
	ledger.Kind{Name: owedAccount, ZH: "应收承诺款", EN: "Promised and not in yet", Path: "/members/{owner}",
		MeansZH: "借方余额为一方已承诺、尚未到账的项目经费。", MeansEN: "A debit balance is what somebody has promised to projects and has not come in yet."},
	ledger.Kind{Name: fundAccount, ZH: "项目经费承诺", EN: "Promised to the project", Path: "/projects/{owner}",
		MeansZH: "贷方余额为各方承诺给一个项目的经费合计。", MeansEN: "A credit balance is all that has been promised to a project."},
	ledger.Kind{Name: potAccount, ZH: "项目到账经费", EN: "Received for the project", Path: "/projects/{owner}",
		MeansZH: "借方余额为一个项目已到账的经费。", MeansEN: "A debit balance is what has come in for a project."},
	ledger.Kind{Name: supportAccount, ZH: "政策支持", EN: "Support under the policy", Path: "/policies/{owner}",
		MeansZH: "借方余额为一项政策已批准的支持金额合计。", MeansEN: "A debit balance is all that has been granted under a policy."},
	ledger.Kind{Name: dueAccount, ZH: "应拨付支持款", EN: "Support due to the unit", Path: "/members/{owner}",
		MeansZH: "贷方余额为一家单位按政策获批的支持款；拨付由发文单位办理，此处尚不登记。", MeansEN: "A credit balance is what a unit was granted under policies; that the issuer has paid it is not noted here yet."},
)

// move posts that fen went from one account to another.
func move(tx *db.Tx, e ledger.Entry, debit, credit ledger.Account, fen int64) (*ledger.Entry, error) {
	d, err := ledger.Open(tx, debit)
	if err != nil {
		return nil, err
	}
	c, err := ledger.Open(tx, credit)
	if err != nil {
		return nil, err
	}
	e.Lines = []ledger.Line{{Account: d.ID, Fen: fen}, {Account: c.ID, Fen: -fen}}
	return ledger.Post(tx, e)
}

func (p *Project) pot() ledger.Account {
	return ledger.Account{Kind: potAccount, Owner: p.ID, Unit: p.Owner, Title: p.Name}
}

func (p *Project) fund() ledger.Account {
	return ledger.Account{Kind: fundAccount, Owner: p.ID, Unit: p.Owner, Title: p.Name}
}

// owed is the account of whoever promised; one for all whom nobody named.
func (m *Money) owed() ledger.Account {
	return ledger.Account{Kind: owedAccount, Owner: m.Payer, Unit: m.Payer}
}

// entry is an entry about money of the project.
func (p *Project) entry(m Money, day, reason string) ledger.Entry {
	return ledger.Entry{Day: day, Reason: reason, Subject: m.ID, Title: p.Name, Path: "/projects/" + p.ID}
}

func (p *Project) postPromise(tx *db.Tx, m Money) error {
	_, err := move(tx, p.entry(m, today(tx), "plan.entry.promise"), m.owed(), p.fund(), m.Promised)
	return err
}

func (p *Project) postReceipt(tx *db.Tx, m Money, fen int64, day string) (*ledger.Entry, error) {
	return move(tx, p.entry(m, day, "plan.entry.receive"), p.pot(), m.owed(), fen)
}

func (s *Scheme) postGrant(tx *db.Tx, g *Grant, fen int64, reason string) error {
	_, err := move(tx, ledger.Entry{Day: today(tx), Reason: reason, Subject: g.ID, Title: s.Title, Path: "/policies/" + s.ID},
		ledger.Account{Kind: supportAccount, Owner: s.ID, Title: s.Title}, ledger.Account{Kind: dueAccount, Owner: g.Unit, Unit: g.Unit}, fen)
	return err
}

// settleMoney posts what was noted of money without the ledger, by a program from before
// it: promised and received are what the ledger has of it.
func settleMoney(tx *db.Tx, pr *Project, m Money, promised, received int64) error {
	if fen := m.Promised - promised; fen != 0 {
		if _, err := move(tx, pr.entry(m, today(tx), "plan.entry.opening"), m.owed(), pr.fund(), fen); err != nil {
			return err
		}
	}
	if fen := m.Received - received; fen != 0 {
		day := today(tx)
		if isDay(m.ReceivedOn) {
			day = m.ReceivedOn
		}
		if _, err := move(tx, pr.entry(m, day, "plan.entry.opening"), pr.pot(), m.owed(), fen); err != nil {
			return err
		}
	}
	return nil
}

// settle is settleMoney for one promise, before something is done with it.
func settle(tx *db.Tx, pr *Project, m Money) error {
	promised, err := ledger.MovedBy(tx, fundAccount, m.ID)
	if err != nil {
		return err
	}
	received, err := ledger.MovedBy(tx, potAccount, m.ID)
	if err != nil {
		return err
	}
	return settleMoney(tx, pr, m, -promised, received)
}

// settlesAtOnce is how many promises and grants are settled in one Update.
const settlesAtOnce = 100

// Settle posts all money of the body that was noted without the ledger, and tells of how
// many promises and grants that was. Done again, it does nothing.
func (p *Plan) Settle(ctx context.Context) (n int, err error) {
	for {
		behind, err := db.View(ctx, p.DB, func(tx *db.Tx) (int, error) { return settleSome(tx, false) })
		if err != nil || behind == 0 {
			return n, err
		}
		some, err := db.Update(ctx, p.DB, func(tx *db.Tx) (int, error) { return settleSome(tx, true) })
		if err != nil {
			return n, err
		}
		n += some
	}
}

// settleSome settles some of what is behind, or only counts it.
func settleSome(tx *db.Tx, post bool) (n int, err error) {
	fund, err := ledger.Moved(tx, fundAccount)
	if err != nil {
		return 0, err
	}
	pot, err := ledger.Moved(tx, potAccount)
	if err != nil {
		return 0, err
	}
	projects, err := db.All(tx, scanProject, `SELECT `+projectColumns+` FROM plan_project p WHERE p.body = $1 ORDER BY p.number`, tx.Body)
	if err != nil {
		return 0, err
	}
	behind, err := behindOf(tx, fund, pot)
	if err != nil {
		return 0, err
	}
	for _, pr := range projects {
		if !behind[pr.ID] {
			continue // most are, and this is asked at each start
		}
		if err := fillProject(tx, pr); err != nil {
			return n, err
		}
		for _, m := range pr.Money {
			if m.Promised == -fund[m.ID] && m.Received == pot[m.ID] {
				continue
			}
			if n++; n > settlesAtOnce || !post {
				return n, nil
			}
			if err := settleMoney(tx, pr, m, -fund[m.ID], pot[m.ID]); err != nil {
				return n, err
			}
		}
	}
	return settleGrants(tx, n, post)
}

// behindOf tells of which projects money was noted that the ledger does not have.
func behindOf(tx *db.Tx, fund, pot map[string]int64) (map[string]bool, error) {
	type noted struct {
		project, id        string
		promised, received int64
	}
	all, err := db.All(tx, func(row db.Row) (m noted, err error) {
		return m, row.Scan(&m.project, &m.id, &m.promised, &m.received)
	}, `SELECT m.project_id, m.id, m.promised, m.received FROM plan_money m JOIN plan_project p ON p.id = m.project_id WHERE p.body = $1`, tx.Body)
	behind := map[string]bool{}
	for _, m := range all {
		if m.promised != -fund[m.id] || m.received != pot[m.id] {
			behind[m.project] = true
		}
	}
	return behind, err
}

func settleGrants(tx *db.Tx, n int, post bool) (int, error) {
	support, err := ledger.Moved(tx, supportAccount)
	if err != nil {
		return n, err
	}
	grants, err := db.All(tx, scanGrant, `SELECT `+grantColumns+` FROM plan_grant g WHERE g.body = $1 AND g.state = 'granted' ORDER BY g.id`, tx.Body)
	if err != nil {
		return n, err
	}
	for _, g := range grants {
		if g.Given == support[g.ID] {
			continue
		}
		if n++; n > settlesAtOnce || !post {
			return n, nil
		}
		s, err := findScheme(tx, g.Scheme)
		if err != nil {
			return n, err
		}
		if err := s.postGrant(tx, g, g.Given-support[g.ID], "plan.entry.opening"); err != nil {
			return n, err
		}
	}
	return n, nil
}

// CameIn is money that came in, as the ledger has it.
type CameIn struct {
	Entry     string `json:"entry"`  // of the ledger
	Number    int64  `json:"number"` // of that entry
	Fen       int64  `json:"fen"`
	Day       string `json:"day"`
	Opening   bool   `json:"opening,omitempty"`   // all that was noted before the ledger
	Corrected string `json:"corrected,omitempty"` // the entry that reversed it
}

// fillReceipts adds what came in of each promise, and the project's accounts as far as the
// actor may look at them.
func fillReceipts(tx *db.Tx, p *Project) error {
	pot, err := ledger.Of(tx, potAccount, p.ID)
	if err != nil || len(p.Money) == 0 {
		return err
	}
	for i := range p.Money {
		m := &p.Money[i]
		all, err := ledger.About(tx, m.ID)
		if err != nil {
			return err
		}
		for _, e := range all {
			if e.Reverses != "" || pot == nil {
				continue
			}
			for _, l := range e.Lines {
				if l.Account == pot.ID {
					m.Receipts = append(m.Receipts, CameIn{e.ID, e.Number, l.Fen, e.Day, e.Reason == "plan.entry.opening", e.ReversedBy})
				}
			}
		}
	}
	for _, kind := range []string{potAccount, fundAccount} {
		a, err := ledger.Readable(tx, kind, p.ID)
		if err != nil {
			return err
		}
		if a != nil {
			p.Accounts = append(p.Accounts, *a)
		}
	}
	return nil
}

// lastDay gives the newest day of the receipts that stand, but for one.
func (m *Money) lastDay(but string) (day string) {
	for _, r := range m.Receipts {
		if r.Corrected == "" && r.Entry != but {
			day = max(day, r.Day)
		}
	}
	return day
}

// receipt finds a receipt of the project by its entry in the ledger.
func (p *Project) receipt(entry string) (*Money, *CameIn) {
	for i := range p.Money {
		for j := range p.Money[i].Receipts {
			if p.Money[i].Receipts[j].Entry == entry {
				return &p.Money[i], &p.Money[i].Receipts[j]
			}
		}
	}
	return nil, nil
}

// Correct takes back a receipt that was noted wrongly, with why: an entry of the ledger
// that is its opposite, and the counter-act of its act. The right one is noted anew.
func (p *Plan) Correct(ctx context.Context, id, entry, reason string) (*Project, error) {
	return db.Update(ctx, p.DB, func(tx *db.Tx) (*Project, error) {
		pr, err := findProject(tx, id)
		if err != nil {
			return nil, err
		}
		pr.action = "plan.money.correct"
		if err := policy.Allow(ctx, pr.action, Thing{pr.Owner}); err != nil {
			return nil, err
		}
		if err := fillReceipts(tx, pr); err != nil {
			return nil, err
		}
		m, r := pr.receipt(entry)
		if r == nil {
			return nil, notFound()
		}
		if reason = strings.TrimSpace(reason); reason == "" || !short(reason, 200) {
			var wrong fault.List
			wrong.Add("reason", "plan.wrong.correct_reason", 200)
			return nil, wrong
		}
		if r.Corrected != "" {
			return nil, fault.Conflict.New("plan.corrected_already")
		}
		was, err := actOf(tx, pr, m, r)
		if err != nil {
			return nil, err
		}
		if err := settle(tx, pr, *m); err != nil {
			return nil, err
		}
		back, err := ledger.Reverse(tx, entry, today(tx), reason)
		if err != nil {
			return nil, err
		}
		m.Received, m.ReceivedOn, pr.entryID = m.Received-r.Fen, m.lastDay(entry), back.ID
		if err := saveMoney(tx, id, *m); err != nil {
			return nil, err
		}
		if err := keepProject(tx, pr); err != nil {
			return nil, err
		}
		return pr, act.TakeBackOne(tx, was, reason)
	})
}

// actOf finds the act that was noted with a receipt: by the entry of the journal that
// tells of both, or, where it is older than the ledger, by what it says.
func actOf(tx *db.Tx, pr *Project, m *Money, r *CameIn) (a act.Act, err error) {
	standing, err := act.List(tx, act.Filter{Kind: "plan.money.received", Subject: pr.ID}, "", 0)
	if err != nil {
		return a, err
	}
	noted := map[string]bool{}
	if !r.Opening {
		told, err := journal.About(tx, pr.ID)
		if err != nil {
			return a, err
		}
		for _, e := range told {
			data, err := journal.Data[map[string]string](e)
			if err == nil && e.Action == "plan.money.receive" && data["ledger"] == r.Entry {
				noted[e.ID] = true
			}
		}
	}
	standing = slices.DeleteFunc(standing, func(a act.Act) bool {
		if r.Opening {
			return a.Unit != cmp.Or(m.Payer, pr.Owner) || a.Marks["source"] != m.Source || a.Amounts["received"] != r.Fen
		}
		return !noted[a.Entry]
	})
	if len(standing) != 1 {
		return a, fault.Conflict.New("plan.no_act")
	}
	return standing[0], nil
}

// CorrectionOf gives a project with the receipt that is to be corrected.
func (p *Plan) CorrectionOf(ctx context.Context, id, entry string) (*Correction, error) {
	return db.View(ctx, p.DB, func(tx *db.Tx) (*Correction, error) {
		pr, err := findProject(tx, id)
		if err != nil {
			return nil, err
		}
		if err := policy.Allow(ctx, "plan.money.correct", Thing{pr.Owner}); err != nil {
			return nil, err
		}
		if err := fillReceipts(tx, pr); err != nil {
			return nil, err
		}
		m, r := pr.receipt(entry)
		if r == nil {
			return nil, notFound()
		}
		units, err := directory.Units(tx)
		if m.Payer != "" {
			m.PayerName = named(units, m.Payer)
		}
		return &Correction{Project: pr.ID, Name: pr.Name, Source: m.Source, Payer: m.PayerName, About: m.About, Receipt: *r}, err
	})
}

// Correction is a receipt that is to be taken back.
type Correction struct {
	Project string `json:"project"`
	Name    string `json:"name"`
	Source  string `json:"source"`
	Payer   Named  `json:"payer"`
	About   string `json:"about,omitempty"`
	Receipt CameIn `json:"receipt"`
}

// readsEntry tells whether the actor may look at the entries about some money: they stand
// on the accounts of the project's owner and of whoever promised.
func readsEntry(a auth.Actor, p *Project, m Money) bool {
	return a.Runs() || a.For(p.Owner) || a.For(m.Payer)
}
