package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"guildhall/ballot"
	"guildhall/internal/app"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/facility"
	"guildhall/internal/ledger"
	"guildhall/internal/member"
	"guildhall/internal/plan"
)

// The kinds of what clients do: what is made anew, what can be had but so many times
// (money out of a pot, a seat, support that a unit gets once a year, a time of a piece of
// equipment), and a vote.
var kindsOfDeed = []string{"project", "pot", "receipt", "account", "support", "seat", "booking", "vote"}

// deed is one thing that a client wants done once, however often they must ask.
type deed struct {
	kind, mark string
	key, path  string
	form       url.Values
	by         int // the delegate who does it, or -1: the secretary
	code       int
	answer     []byte // as it was first given; nil: lost
}

// pot is money that was promised: no more than that can come in.
type pot struct{ project, id string }

const potYuan = 3

// load is a body under mixed load, and what its clients have been told.
type load struct {
	*assembly
	bases  []string     // where the program serves
	down   func(string) // waits until it may serve again
	sends  chan<- struct{}
	failed func(base string, code int, answer []byte) // hears of answers that say: later

	client  *http.Client
	cookie  string // the secretary's session
	schemes []string
	piece   string // of the first unit, which all book
	day     string // on which they begin to

	mu                       sync.Mutex
	n                        int
	projects                 []string
	pots                     []pot
	voters                   []int
	deeds                    []*deed
	done, refused            map[string]int
	received                 map[string]int // receipts by pot
	supported, held          map[string]int
	drained                  map[string]bool // pots of which a receipt was refused
	requests, lost, repeated int
}

const seatsOfRank = 8

// newLoad makes a body with so many units, and what its clients write to.
func newLoad(t testing.TB, c app.Config, units int, bases []string) *load {
	t.Helper()
	l := &load{assembly: assemble(t, c, units), bases: bases, done: map[string]int{}, refused: map[string]int{}, received: map[string]int{},
		supported: map[string]int{}, held: map[string]int{}, drained: map[string]bool{},
		client: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
	h, err := app.Open(t.Context(), c)
	must(t, err)
	defer h.Close()
	ctx := l.secretary(t)
	pr, err := h.Plan.Start(ctx, plan.ProjectForm{Name: "示例项目", Goal: "示例", Starts: "2026-01-01", Ends: "2027-12-31", Owner: l.units[0]})
	must(t, err)
	l.projects = []string{pr.ID}
	for i := range 4 {
		s, err := h.Plan.ListPolicy(ctx, plan.SchemeForm{Title: fmt.Sprint("示例政策 ", i), Issuer: "示例", Document: "示例", Kind: "fiscal", Words: "示例", Since: "2025-01-01"})
		must(t, err)
		l.schemes = append(l.schemes, s.ID)
	}
	_, err = h.Member.Define(ctx, member.Rank{Code: "envoy", Name: "示例职务", NameEN: "Envoy", Place: 50, Seats: seatsOfRank, Votes: true})
	must(t, err)
	l.share(t, h)
	in, err := h.Directory.SignIn(t.Context(), "secretariat", app.DemoPassword, directory.From{Address: "127.0.0.1", Device: "test"})
	must(t, err)
	l.cookie = "guildhall_session=" + in.Session
	for i := range units {
		l.voters = append(l.voters, i)
	}
	return l
}

// share has the first unit share a piece of equipment that is booked at once, all day.
func (l *load) share(t testing.TB, h *app.House) {
	t.Helper()
	ctx := l.secretary(t)
	l.piece, l.day = db.NewID(), time.Now().UTC().AddDate(0, 0, 5).Format(time.DateOnly)
	must(t, db.Do(ctx, h.DB, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO facility_equipment (id, body, owner_id, ref, asset_no, name, skills, weekend, training, bought_on, location, phone_sealed, status, made_at, changed_at)
			VALUES ($1, $2, $3, '', '', '示例设备', '', $4, $5, '', '', '', 'available', $6, $6)`, l.piece, tx.Body, l.units[0], true, false, tx.Now)
		return err
	}))
	const open = "00:00-24:00"
	_, err := h.Facility.SetTerms(ctx, l.piece, facility.TermsForm{Since: time.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly), Article: "示例",
		Week: facility.Week{Mon: open, Tue: open, Wed: open, Thu: open, Fri: open, Sat: open, Sun: open}, Step: 15, Least: 15, Most: 1440, Ahead: 60})
	must(t, err)
}

// next thinks of something to do.
func (l *load) next() *deed {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
	d := &deed{mark: fmt.Sprintf("示例 %06d", l.n), key: fmt.Sprintf("key-%06d-%d", l.n, rand.Int64()), by: -1}
	someone := rand.IntN(len(l.tokens))
	switch k := rand.IntN(100); {
	case k < 8 && len(l.voters) > 0:
		i := rand.IntN(len(l.voters))
		d.kind, d.by = "vote", l.voters[i]
		l.voters = append(l.voters[:i], l.voters[i+1:]...)
		d.path, d.form = "/ballots/"+l.ballot+"/votes", url.Values{"choice": {choiceOf(d.by)}}
	case k < 20:
		d.kind, d.path = "project", "/projects"
		d.form = url.Values{"name": {d.mark}, "goal": {"示例"}, "owner": {l.units[someone]}, "starts": {"2026-01-01"}, "ends": {"2027-12-31"}, "milestones": {"2026-06-30 示例一\n2026-09-30 示例二"}}
	case k < 35:
		d.kind, d.path = "pot", "/projects/"+l.projects[rand.IntN(len(l.projects))]+"/money"
		d.form = url.Values{"source": {"fiscal"}, "yuan": {fmt.Sprint(potYuan)}, "about": {d.mark}}
	case k < 65 && len(l.pots) > 0:
		p := l.pots[max(0, len(l.pots)-1-rand.IntN(8))] // several ask for the same
		d.kind, d.mark, d.path = "receipt", p.id, "/projects/"+p.project+"/money/"+p.id+"/receipts"
		d.form = url.Values{"yuan": {"1"}, "day": {"2026-03-01"}}
	case k < 74:
		d.kind, d.path, d.by = "account", "/accounts", someone
		d.mark = fmt.Sprintf("person%06d", l.n)
		d.form = url.Values{"name": {"示例人"}, "login": {d.mark}, "unit": {l.units[someone]}, "role": {"staff"}}
	case k < 87:
		from := rand.IntN(96) // quarters of an hour
		to := min(96, from+1+rand.IntN(12))
		day, _ := time.Parse(time.DateOnly, l.day)
		d.kind, d.path, d.by = "booking", "/equipment/"+l.piece+"/bookings", someone
		d.form = url.Values{"date": {day.AddDate(0, 0, l.n/200%50).Format(time.DateOnly)}, "from": {quarter(from)}, "to": {quarter(to)}, "purpose": {d.mark}}
	case k < 93:
		s := l.schemes[rand.IntN(len(l.schemes))]
		d.kind, d.mark, d.path, d.by = "support", s+" "+l.units[someone], "/policies/"+s+"/applications", someone
		d.form = url.Values{"yuan": {"100"}, "about": {"示例"}}
	default:
		d.kind, d.mark, d.path = "seat", l.units[someone], "/members/"+l.units[someone]+"/appointments"
		d.form = url.Values{"rank": {"envoy"}, "day": {time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly)}, "resolution": {"示例"}}
	}
	l.deeds = append(l.deeds, d)
	return d
}

// quarter gives the clock after so many quarters of an hour.
func quarter(n int) string { return fmt.Sprintf("%02d:%02d", n/4, n%4*15) }

// work does one thing after another, each until it is known to be done or refused.
func (l *load) work(t testing.TB, ctx context.Context) {
	for ctx.Err() == nil {
		d := l.next()
		for !l.try(t, d) {
		}
		if d.kind == "pot" && rand.IntN(2) == 0 {
			l.lookAtPots(strings.Split(d.path, "/")[2])
		}
		if rand.IntN(5) == 0 {
			l.repeat(t, d)
		}
	}
}

// send asks once and gives the status, or 0 where nobody answered.
func (l *load) send(d *deed) (base string, code int, answer []byte) {
	base = l.bases[rand.IntN(len(l.bases))]
	r, _ := http.NewRequest("POST", base+d.path, strings.NewReader(d.form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Idempotency-Key", d.key)
	code, answer = l.ask(r, d.by)
	return base, code, answer
}

func (l *load) ask(r *http.Request, by int) (code int, answer []byte) {
	r.Header.Set("Accept", "application/json")
	if by < 0 {
		r.Header.Set("Cookie", l.cookie)
	} else {
		r.Header.Set("Authorization", "Bearer "+l.tokens[by])
	}
	select {
	case l.sends <- struct{}{}:
	default:
	}
	l.mu.Lock()
	l.requests++
	l.mu.Unlock()
	w, err := l.client.Do(r)
	if err != nil {
		return 0, nil
	}
	defer w.Body.Close()
	if answer, err = io.ReadAll(w.Body); err != nil {
		return 0, nil // it broke off
	}
	if w.StatusCode == http.StatusServiceUnavailable && w.Header.Get("Retry-After") == "" {
		return -1, answer
	}
	return w.StatusCode, answer
}

// try asks for a deed and tells whether it is over. What it heard is remembered.
func (l *load) try(t testing.TB, d *deed) bool {
	base, code, answer := l.send(d)
	var told struct{ Key string }
	json.Unmarshal(answer, &told)
	if l.failed != nil {
		l.failed(base, code, answer)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case code == 0 || code == http.StatusServiceUnavailable:
		l.mu.Unlock()
		l.down(base)
		l.mu.Lock()
		return false
	case code == http.StatusOK:
		d.code, d.answer = code, answer
		l.note(d)
	case code == http.StatusConflict && (told.Key == "fault.repeated" || told.Key == "council.vote.twice"):
		d.code = code
		l.lost++
		l.note(d)
	case d.kind == "receipt" && told.Key == "fault.several" && bytes.Contains(answer, []byte("plan.wrong.received")):
		l.refused[d.kind]++
		l.drained[d.mark] = true
	case d.kind == "booking" && told.Key == "fault.several" && bytes.Contains(answer, []byte("facility.booking.taken")):
		l.refused[d.kind]++
	case d.kind == "support" && told.Key == "plan.applied_already", d.kind == "seat" && code == http.StatusConflict:
		l.refused[d.kind]++
	default:
		t.Errorf("%s %s is answered %d: %s", d.kind, d.path, code, answer)
		l.refused[d.kind]++
	}
	return true
}

// note remembers that a deed is done.
func (l *load) note(d *deed) {
	l.done[d.kind]++
	switch d.kind {
	case "project":
		var p struct{ ID string }
		if json.Unmarshal(d.answer, &p); p.ID != "" && len(l.pots) >= 8*len(l.projects) {
			l.projects = append(l.projects, p.ID)
			l.projects = l.projects[max(0, len(l.projects)-4):]
		}
	case "receipt":
		l.received[d.mark]++
	case "support":
		l.supported[d.mark]++
	case "seat":
		l.held[d.mark]++
	}
}

// lookAtPots reads a project's money, so that some of it can come in.
func (l *load) lookAtPots(project string) {
	r, _ := http.NewRequest("GET", l.bases[rand.IntN(len(l.bases))]+"/projects/"+project, nil)
	code, answer := l.ask(r, -1)
	var p struct{ Money []struct{ ID string } }
	if code != http.StatusOK || json.Unmarshal(answer, &p) != nil || len(p.Money) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pots = append(l.pots, pot{project, p.Money[len(p.Money)-1].ID})
}

// repeat asks once more for what is done, on whichever server: nothing new comes of
// it, and the answer is the one that was given.
func (l *load) repeat(t testing.TB, d *deed) {
	if d.answer == nil || d.kind == "vote" { // what a vote was answered is kept nowhere
		return
	}
	for {
		base, code, answer := l.send(d)
		if l.failed != nil {
			l.failed(base, code, answer)
		}
		if code == 0 || code == http.StatusServiceUnavailable {
			l.down(base)
			continue
		}
		if code != d.code || !bytes.Equal(answer, d.answer) {
			t.Errorf("%s %s is repeated and answered %d %.300s, and was %d %.300s", d.kind, d.key, code, answer, d.code, d.answer)
		}
		break
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.repeated++
}

// repeatAll repeats some of what was done at any time.
func (l *load) repeatAll(t testing.TB) {
	for range min(len(l.deeds), 200) {
		l.repeat(t, l.deeds[rand.IntN(len(l.deeds))])
	}
}

// holds looks, once nobody serves, whether all that clients were told is so.
func (l *load) holds(t testing.TB) {
	t.Helper()
	board := l.closed(t)
	if got := board.Result.Cast; got != int64(l.done["vote"]) {
		t.Errorf("%d votes were acknowledged and %d are counted", l.done["vote"], got)
	}
	want := map[string]int64{}
	for _, d := range l.deeds {
		if d.kind == "vote" && d.code != 0 {
			want[choiceOf(d.by)]++
		}
	}
	if got := board.Result.Counts; len(got) < 3 || got[0] != want[ballot.Yes] || got[1] != want[ballot.No] || got[2] != want[ballot.Abstain] {
		t.Errorf("the count is %v, want %v", got, want)
	}
	h, err := app.Open(t.Context(), l.config)
	must(t, err)
	defer h.Close()
	must(t, h.DB.Check(t.Context()))
	_, err = db.View(db.In(t.Context(), l.body), h.DB, func(tx *db.Tx) (int, error) { l.sums(t, tx); return 0, nil })
	must(t, err)
	must(t, h.Anchor(t.Context(), true))
	verified(t, l.config, "journal")
	verified(t, l.config, "ledger")
}

// ledger compares the accounts with what was acknowledged, and looks whether each promise
// and receipt was posted as it was noted: nothing had to be settled afterwards.
func (l *load) ledger(t testing.TB, tx *db.Tx, number func(string, ...any) int, equal func(string, int, int)) {
	r, err := ledger.Verify(tx)
	must(t, err)
	if len(r.Findings) > 0 {
		t.Errorf("the ledger does not verify: %+v", r.Findings)
	}
	equal("entries of the ledger", int(r.Entries), l.done["pot"]+l.done["receipt"])
	equal("entries that were settled later", number(`SELECT count(*) FROM ledger_entry WHERE reason = 'plan.entry.opening'`), 0)
	balance := func(kind string) int {
		return number(`SELECT coalesce(sum(l.fen), 0) FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id WHERE a.kind = $1`, kind)
	}
	equal("fen in the pots of the ledger", balance("plan.pot"), l.done["receipt"]*100)
	equal("fen promised by the ledger", -balance("plan.fund"), l.done["pot"]*potYuan*100)
	equal("fen owed by the ledger", balance("plan.owed"), (l.done["pot"]*potYuan-l.done["receipt"])*100)
	for id, n := range l.received {
		equal("fen received of a pot, by the ledger", number(`SELECT coalesce(sum(l.fen), 0) FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id
			JOIN ledger_entry e ON e.id = l.entry_id WHERE a.kind = 'plan.pot' AND e.subject = $1`, id), n*100)
	}
	owed, err := ledger.Of(tx, "plan.owed", "")
	must(t, err)
	if owed != nil {
		equal("the balance that the account bears", int(owed.Balance), (l.done["pot"]*potYuan-l.done["receipt"])*100)
	}
}

// sums compares what stands in the tables with what was acknowledged.
func (l *load) sums(t testing.TB, tx *db.Tx) {
	number := func(query string, args ...any) int {
		n, err := db.One(tx, db.Value[int], query, args...)
		if err != nil {
			t.Errorf("%s: %v", query, err)
		}
		return n
	}
	equal := func(what string, got, want int) {
		if got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
	}
	entries := func(action string) int {
		return number(`SELECT count(*) FROM journal_entry WHERE action = $1`, action)
	}
	for _, d := range l.deeds {
		query := map[string]string{"project": `SELECT count(*) FROM plan_project WHERE name = $1`, "pot": `SELECT count(*) FROM plan_money WHERE about = $1`,
			"account": `SELECT count(*) FROM directory_account WHERE login = $1`, "booking": `SELECT count(*) FROM facility_booking WHERE purpose = $1`}[d.kind]
		if query != "" && d.code != 0 {
			equal(d.kind+" "+d.mark, number(query, d.mark), 1)
		}
	}
	equal("projects", number(`SELECT count(*) FROM plan_project`), 1+l.done["project"])
	equal("projects in the journal", entries("plan.project.start"), 1+l.done["project"])
	equal("milestones", number(`SELECT count(*) FROM plan_milestone`), 2*l.done["project"])
	equal("pots", number(`SELECT count(*) FROM plan_money`), l.done["pot"])
	equal("pots in the journal", entries("plan.money.promise"), l.done["pot"])
	equal("pots among the acts", number(`SELECT count(*) FROM act_act WHERE kind = 'plan.money.promised'`), l.done["pot"])
	equal("fen promised, among the acts", number(`SELECT coalesce(sum(m.value), 0) FROM act_amount m JOIN act_act a ON a.id = m.act_id WHERE a.kind = 'plan.money.promised'`), l.done["pot"]*potYuan*100)
	equal("fen received", number(`SELECT coalesce(sum(received), 0) FROM plan_money`), l.done["receipt"]*100)
	equal("fen received, among the acts", number(`SELECT coalesce(sum(m.value), 0) FROM act_amount m JOIN act_act a ON a.id = m.act_id WHERE a.kind = 'plan.money.received'`), l.done["receipt"]*100)
	equal("receipts in the journal", entries("plan.money.receive"), l.done["receipt"])
	equal("pots of which more came in than was promised", number(`SELECT count(*) FROM plan_money WHERE received > promised`), 0)
	for id, n := range l.received {
		equal("fen received of a pot", number(`SELECT received FROM plan_money WHERE id = $1`, id), n*100)
		if l.drained[id] {
			equal("receipts of a pot that refused one", n, potYuan)
		}
	}
	l.ledger(t, tx, number, equal)
	equal("bookings", number(`SELECT count(*) FROM facility_booking`), l.done["booking"])
	equal("bookings in the journal", entries("facility.booking.ask"), l.done["booking"])
	equal("bookings that overlap", number(`SELECT count(*) FROM facility_booking a JOIN facility_booking b ON a.equipment_id = b.equipment_id AND a.id < b.id AND a.since < b.until AND b.since < a.until
		WHERE a.state IN ('asked', 'approved') AND b.state IN ('asked', 'approved')`), 0)
	quarters, err := db.All(tx, db.Pair[time.Time, time.Time], `SELECT since, until FROM facility_booking WHERE state IN ('asked', 'approved')`)
	if err != nil {
		t.Error(err)
	}
	held := 0
	for _, q := range quarters {
		held += int(q.B.Sub(q.A) / (15 * time.Minute))
	}
	equal("quarters of an hour that are held", number(`SELECT count(*) FROM facility_slot`), held)
	accounts := number(`SELECT count(*) FROM directory_account WHERE login LIKE 'person%'`)
	equal("accounts", accounts, l.done["account"])
	equal("posts", number(`SELECT count(*) FROM directory_post p JOIN directory_account a ON a.person_id = p.person_id WHERE a.login LIKE 'person%'`), accounts)
	equal("links", number(`SELECT count(*) FROM directory_link k JOIN directory_account a ON a.person_id = k.person_id WHERE a.login LIKE 'person%'`), accounts)
	equal("support", number(`SELECT count(*) FROM plan_grant`), l.done["support"])
	for mark, n := range l.supported {
		equal("support of one policy for one unit in one year, "+mark, n, 1)
	}
	seats := number(`SELECT count(*) FROM member_rank WHERE rank = 'envoy' AND until = ''`)
	equal("seats", seats, l.done["seat"])
	if seats > seatsOfRank {
		t.Errorf("%d hold a rank of %d seats", seats, seatsOfRank)
	}
}
