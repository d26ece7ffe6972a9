package intake

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/seal"
	"guildhall/internal/sheet"
)

// memo is a Taker that keeps each row of a kind by its key as one text.
type memo struct {
	kind, key, ref string // ref: a field that names a row of refKind
	refKind        string
	fail           func(n int) error // called before each Take
	takes          int
}

var memoRoom = db.Room{Name: "memo", Schema: fstest.MapFS{"schema/0001_memo.sql": {Data: []byte(
	"CREATE TABLE memo (kind TEXT NOT NULL, key TEXT NOT NULL, words TEXT NOT NULL, times BIGINT NOT NULL, PRIMARY KEY (kind, key));")}}}

func (m *memo) Kind() string { return m.kind }

func (m *memo) words(r *Row) string {
	var b strings.Builder
	for i, v := range r.Values {
		fmt.Fprintf(&b, "%s=%s;", r.Kind.Fields[i].Key, v.Text)
	}
	return b.String()
}

func (m *memo) had(tx *db.Tx, kind, key string) (string, error) {
	text, err := db.One(tx, db.Value[string], `SELECT words FROM memo WHERE kind = $1 AND key = $2`, kind, key)
	if errors.Is(err, fault.NotFound) {
		return "", nil
	}
	return text, err
}

func (m *memo) Weigh(tx *db.Tx, b *Batch, rows []*Row) error {
	for _, r := range rows {
		key := r.Text(m.key)
		if key == "" {
			r.Refuse(m.key, "intake.lacks", "intake.field."+m.key)
		}
		if ref := r.Text(m.ref); m.ref != "" && !b.Pending(m.refKind, ref) {
			if text, err := m.had(tx, m.refKind, ref); err != nil {
				return err
			} else if text == "" {
				r.Refuse(m.ref, "intake.unknown_kind", ref)
			}
		}
		had, err := m.had(tx, m.kind, key)
		if err != nil {
			return err
		}
		if had != "" && had != m.words(r) {
			r.Differs(m.key, had, m.words(r))
		}
		r.Weighed(had != "")
	}
	return nil
}

func (m *memo) Take(tx *db.Tx, b *Batch, rows []*Row) error {
	m.takes++
	if m.fail != nil {
		if err := m.fail(m.takes); err != nil {
			return err
		}
	}
	for _, r := range rows {
		if _, err := tx.Exec(`INSERT INTO memo (kind, key, words, times) VALUES ($1, $2, $3, 1)
			ON CONFLICT (kind, key) DO UPDATE SET words = excluded.words, times = memo.times + 1`, m.kind, r.Text(m.key), m.words(r)); err != nil {
			return err
		}
	}
	return nil
}

var rooms = []db.Room{journal.Room, directory.Room, act.Room, Room, memoRoom}

// house is an intake over a fresh database, and the context of its secretariat.
func house(t *testing.T, address string) (*Intake, context.Context, *memo) {
	t.Helper()
	d := dbtest.Open(t, address, rooms...)
	return over(t, d)
}

func over(t *testing.T, d *db.DB) (*Intake, context.Context, *memo) {
	t.Helper()
	keys, err := seal.New(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	students := &memo{kind: "students", key: "student_no"}
	in := NewIntake(d, keys, codes.Shipped(), students, &memo{kind: "members", key: "member_id"},
		&memo{kind: "student_skills", key: "student_no", ref: "student_no", refKind: "students"})
	return in, as(t.Context(), auth.Actor{ID: "p1", Unit: "u1", Body: "b1", Roles: []string{auth.Secretariat}}), students
}

func as(ctx context.Context, a auth.Actor) context.Context { return db.In(auth.With(ctx, a), a.Body) }

func upload(name, text string) Upload {
	return Upload{Name: name, File: strings.NewReader(text), Size: int64(len(text))}
}

// send reads uploads as one import.
func send(t *testing.T, in *Intake, ctx context.Context, uploads ...Upload) *Job {
	t.Helper()
	j, err := in.Start(ctx, uploads)
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Look(ctx, j.ID, uploads, nil); err != nil {
		t.Fatal(err)
	}
	return see(t, in, ctx, j.ID)
}

func see(t *testing.T, in *Intake, ctx context.Context, id string) *Job {
	t.Helper()
	j, err := in.Job(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func carry(t *testing.T, in *Intake, ctx context.Context, id string) *Job {
	t.Helper()
	if _, err := in.Commit(ctx, id); err != nil {
		t.Fatal(err)
	}
	if err := in.Carry(ctx, id); err != nil {
		t.Fatal(err)
	}
	return see(t, in, ctx, id)
}

const roster = "学号,姓名,性别,身份证号,出生日期,班级,联系电话\n" +
	"1001,韦嘉禾,男,458000200807152097,2008/7/15,一班,14100000017\n" +
	"1002,蒙 远,女,,2008-02-30,一班,141-0000-0018\n" +
	"1003,何清越,女,458000200807152098,2008-07-15,二班,14100000019\n" +
	"1001,韦嘉禾,男,458000200807152097,2008/7/15,一班,14100000099\n"

func TestPreviewThenCommit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		in, ctx, students := house(t, address)
		j := send(t, in, ctx, upload("名册.csv", roster))
		want := Counts{New: 1, Decision: 2, Refused: 1}
		if got := j.Counts(); got != want || j.State != Ready || students.takes != 0 {
			t.Fatalf("looked over: %+v in state %s after %d takes, want %+v and nothing written", got, j.State, students.takes, want)
		}
		j = carry(t, in, ctx, j.ID)
		if j.State != Done || j.Files[0].Taken != (Counts{New: 1}) || j.Files[0].Left() != 3 {
			t.Fatalf("committed: %s %+v, left %d", j.State, j.Files[0].Taken, j.Files[0].Left())
		}
		again := carry(t, in, ctx, send(t, in, ctx, upload("名册.csv", roster)).ID)
		if again.Files[0].Taken != (Counts{}) || again.Files[0].Counts != (Counts{Same: 1, Decision: 2, Refused: 1}) {
			t.Errorf("sent again: %+v, taken %+v", again.Files[0].Counts, again.Files[0].Taken)
		}
		changed := send(t, in, ctx, upload("名册.csv", strings.Replace(roster, "一班,14100000017", "三班,14100000017", 1)))
		if got := changed.Counts(); got != (Counts{Changed: 1, Decision: 2, Refused: 1}) {
			t.Errorf("sent with a change: %+v", got)
		}
		acts, err := db.View(ctx, in.DB, func(tx *db.Tx) ([]act.Act, error) { return act.List(tx, act.Filter{}, "", 0) })
		if err != nil || len(acts) != 1 || acts[0].Amounts["added"] != 1 || acts[0].Amounts["left"] != 3 || acts[0].Title != "学生名册" || acts[0].Subject != j.ID {
			t.Errorf("the acts of three sheets, of which one had something new: %+v, %v", acts, err)
		}
	})
}

func TestDecisions(t *testing.T) {
	in, ctx, _ := house(t, t.TempDir()+"/test.db")
	j := send(t, in, ctx, upload("名册.csv", roster))
	var choices []Choice
	for _, k := range j.Files[0].Asks() {
		choice := Keep
		if k.Fault == "row_duplicate_changed" {
			choice = Leave
		}
		choices = append(choices, Choice{j.Files[0].ID, k.Fault, k.Field, choice})
	}
	if len(choices) != 3 { // no identity number, no such day, the repeated line
		t.Fatalf("asked %d times: %+v", len(choices), choices)
	}
	if _, err := in.Decide(ctx, j.ID, []Choice{{j.Files[0].ID, "id_bad_check", "id_no", Keep}}); !errors.Is(err, fault.Invalid) {
		t.Errorf("what must be mended in the sheet was decided: %v", err)
	}
	if _, err := in.Decide(ctx, j.ID, choices); err != nil {
		t.Fatal(err)
	}
	j = carry(t, in, ctx, j.ID)
	if j.Files[0].Taken.New != 2 || j.Files[0].Counts.Refused != 2 || j.Files[0].Counts.Decision != 0 {
		t.Errorf("after decisions: taken %+v, %+v", j.Files[0].Taken, j.Files[0].Counts)
	}
	words, err := db.View(ctx, in.DB, func(tx *db.Tx) (string, error) { return (&memo{}).had(tx, "students", "1002") })
	if err != nil || !strings.Contains(words, "name=蒙远;gender=F;id_no=;birth=;") || !strings.Contains(words, "phone=14100000018") {
		t.Errorf("kept %q, %v", words, err)
	}
}

// A fault that bears a mend is mended by it where a person says so.
func TestMend(t *testing.T) {
	in, ctx, _ := house(t, t.TempDir()+"/test.db")
	j := send(t, in, ctx, upload("a.csv", "学号,姓名,专业代码,专业名称,班级\n1,韦一,560707,新能源汽车技术,一班\n"))
	f := j.Files[0]
	if len(f.Asks()) != 1 || f.Asks()[0].Fault != "code_old_edition" || f.Asks()[0].Mends != 1 {
		t.Fatalf("asks %+v", f.Asks())
	}
	if _, err := in.Decide(ctx, j.ID, []Choice{{f.ID, "code_old_edition", "programme_code", Mend}}); err != nil {
		t.Fatal(err)
	}
	carry(t, in, ctx, j.ID)
	words, _ := db.View(ctx, in.DB, func(tx *db.Tx) (string, error) { return (&memo{}).had(tx, "students", "1") })
	if !strings.Contains(words, "programme_code=460702") {
		t.Errorf("kept %q", words)
	}
}

// Refused rows go out as the same sheet with reasons, and come back mended.
func TestRejectedAndSentAgain(t *testing.T) {
	in, ctx, _ := house(t, t.TempDir()+"/test.db")
	j := carry(t, in, ctx, send(t, in, ctx, upload("名册.csv", roster)).ID)
	_, write, err := in.Rejected(ctx, j.ID, j.Files[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	cells := records(t, b.Bytes())
	if len(cells) != 4 || cells[0][0] != "学号" || cells[0][7] != "原因" || cells[2][0] != "1003" || !strings.Contains(cells[2][7], "校验") {
		t.Fatalf("refused rows: %q", cells)
	}
	cells[2][3] = "458000200807152103" // a right number
	var mended strings.Builder
	for _, line := range [][]string{cells[0], cells[2]} {
		mended.WriteString(strings.Join(line, "\t") + "\n")
	}
	if _, err := codes.CheckResidentID(cells[2][3]); err != nil {
		cells[2][3] = right(cells[2][3])
		mended.Reset()
		for _, line := range [][]string{cells[0], cells[2]} {
			mended.WriteString(strings.Join(line, "\t") + "\n")
		}
	}
	again := send(t, in, ctx, upload("mended.txt", mended.String()))
	if got := again.Counts(); got.New+got.Decision != 1 || got.Refused != 0 {
		t.Errorf("mended: %+v, %+v", got, again.Files[0].Faults)
	}
}

// right gives the identity number whose first 17 digits these are.
func right(id string) string {
	for _, c := range "0123456789X" {
		if _, err := codes.CheckResidentID(id[:17] + string(c)); err == nil {
			return id[:17] + string(c)
		}
	}
	return id
}

func records(t *testing.T, data []byte) (all [][]string) {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := book.Read(0)
	if err != nil {
		t.Fatal(err)
	}
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, texts(rec))
	}
}

// Files that others refer to are taken first, and what comes with an upload may
// be referred to before it is written.
func TestOrderAndPending(t *testing.T) {
	in, ctx, _ := house(t, t.TempDir()+"/test.db")
	j := send(t, in, ctx,
		upload("b.csv", "学号,技能代码,水平\n1001,SAF01,3\n9999,SAF01,3\n"),
		upload("a.csv", "学号,姓名,班级\n1001,韦一,一班\n"))
	if j.Files[0].Kind != "students" || j.Files[1].Kind != "student_skills" {
		t.Fatalf("order %s, %s", j.Files[0].Kind, j.Files[1].Kind)
	}
	if got := j.Files[1].Counts; got != (Counts{New: 1, Refused: 1}) {
		t.Errorf("skills of a student who comes along: %+v", got)
	}
	j = carry(t, in, ctx, j.ID)
	if j.Files[1].Taken.New != 1 {
		t.Errorf("taken %+v", j.Files[1].Taken)
	}
}

// A file that cannot be read is refused with its fault; the others go on.
func TestUnreadableFile(t *testing.T) {
	in, ctx, _ := house(t, t.TempDir()+"/test.db")
	j := send(t, in, ctx, upload("a.csv", "学号,姓名,班级\n1001,韦一,一班\n"), upload("b.pdf", "%PDF-1.7"), upload("c.csv", "甲,乙\n1,2\n"))
	if len(j.Files) != 3 || j.Files[0].State != Ready || j.Files[1].Fault.Key != "intake.unknown_sheet" || j.Files[2].Fault.Key != "sheet.pdf" {
		t.Errorf("files: %+v %+v %+v", j.Files[0], j.Files[1].Fault, j.Files[2].Fault)
	}
}

var errKilled = errors.New("killed")

// Broken off at any run, a commit goes on where it was: every row is there
// once, however often it is broken off.
func TestP2BrokenOff(t *testing.T) {
	d := dbtest.Open(t, t.TempDir()+"/test.db", rooms...)
	in, ctx, students := over(t, d)
	var b strings.Builder
	b.WriteString("学号,姓名,班级\n")
	const n = 3*Run + 17
	for i := range n {
		fmt.Fprintf(&b, "%d,韦%d,一班\n", i+1, i)
	}
	j := send(t, in, ctx, upload("a.csv", b.String()))
	if _, err := in.Commit(ctx, j.ID); err != nil {
		t.Fatal(err)
	}
	for broken := 0; ; broken++ {
		students.takes = 0
		students.fail = func(take int) error {
			if take == 2 {
				return errKilled
			}
			return nil
		}
		err := in.Carry(ctx, j.ID)
		if err == nil {
			break
		}
		if !errors.Is(err, errKilled) || broken > 5 {
			t.Fatal(broken, err)
		}
		// another process finds the import left, once its lease is over
		d.Now = func() time.Time { return dbtest.Noon.Add(time.Duration(broken+1) * time.Hour) }
		in, _, students = over(t, d)
	}
	if err := in.Resume(db.In(t.Context(), "b1")); err != nil {
		t.Fatal(err)
	}
	in.Wait()
	got, err := db.View(ctx, d, func(tx *db.Tx) (string, error) {
		return db.One(tx, func(r db.Row) (string, error) {
			var rows, times int
			err := r.Scan(&rows, &times)
			return fmt.Sprint(rows, " ", times), err
		}, `SELECT count(*), coalesce(sum(times), 0) FROM memo`)
	})
	if err != nil || got != fmt.Sprint(n, " ", n) {
		t.Errorf("rows and times written: %s, %v", got, err)
	}
	if j = see(t, in, ctx, j.ID); j.State != Done || j.Files[0].Taken.New != n {
		t.Errorf("%s, taken %+v", j.State, j.Files[0].Taken)
	}
}

// A process that was frozen for longer than its lease, and wakes up in the middle of an
// import that another one has brought to its end, writes nothing more.
func TestP3AnOvertakenProcessWritesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d := dbtest.Open(t, address, rooms...)
		frozen, ctx, _ := over(t, d)
		var b strings.Builder
		b.WriteString("学号,姓名,班级\n")
		for i := range 2*Run + 17 {
			fmt.Fprintf(&b, "%d,韦%d,一班\n", i+1, i)
		}
		j := send(t, frozen, ctx, upload("a.csv", b.String()))
		if _, err := frozen.Commit(ctx, j.ID); err != nil {
			t.Fatal(err)
		}
		held := see(t, frozen, ctx, j.ID) // as it has it in mind
		other, _, _ := over(t, d)
		if err := other.Carry(ctx, j.ID); err != nil {
			t.Fatal(err)
		}
		done := see(t, other, ctx, j.ID)
		if err := frozen.carryFile(ctx, held, held.Files[0]); !errors.Is(err, errOvertaken) {
			t.Errorf("it goes on: %v", err)
		}
		was, now := done.Files[0], see(t, other, ctx, j.ID).Files[0]
		if now.State != Done || now.Next != was.Next || now.Taken != was.Taken || now.Counts != was.Counts {
			t.Errorf("the file is %+v, and was %+v", *now, *was)
		}
	})
}

// What a killed process was carrying is resumed in the name of whoever asked.
func TestResume(t *testing.T) {
	d := dbtest.Open(t, t.TempDir()+"/test.db", rooms...)
	in, ctx, _ := over(t, d)
	committed := send(t, in, ctx, upload("a.csv", "学号,姓名,班级\n1001,韦一,一班\n"))
	if _, err := in.Commit(ctx, committed.ID); err != nil {
		t.Fatal(err)
	}
	reading, err := in.Start(ctx, []Upload{upload("b.csv", roster)})
	if err != nil {
		t.Fatal(err)
	}
	body := db.In(t.Context(), "b1")
	if err := in.Resume(body); err != nil {
		t.Fatal(err)
	}
	in.Wait()
	if got := see(t, in, ctx, committed.ID).State; got != Committing {
		t.Errorf("taken over from one who still has time: %s", got)
	}
	d.Now = func() time.Time { return dbtest.Noon.Add(time.Minute) }
	if err := in.Resume(body); err != nil {
		t.Fatal(err)
	}
	in.Wait()
	if got := see(t, in, ctx, committed.ID).State; got != Done {
		t.Errorf("the commit is %s", got)
	}
	if got := see(t, in, ctx, reading.ID).State; got != Failed {
		t.Errorf("the reading is %s", got)
	}
}

// Nobody sees or carries what is another unit's.
func TestWhoMay(t *testing.T) {
	in, ctx, _ := house(t, t.TempDir()+"/test.db")
	mine := as(t.Context(), auth.Actor{ID: "p2", Unit: "u2", Body: "b1", Roles: []string{auth.Staff}})
	other := as(t.Context(), auth.Actor{ID: "p3", Unit: "u3", Body: "b1", Roles: []string{auth.UnitAdmin}})
	away := as(t.Context(), auth.Actor{ID: "p1", Unit: "u1", Body: "b2", Roles: []string{auth.Secretariat}})
	student := as(t.Context(), auth.Actor{ID: "p4", Unit: "u2", Body: "b1", Roles: []string{auth.Student}})
	j := send(t, in, mine, upload("a.csv", "学号,姓名,班级\n1001,韦一,一班\n"))
	for name, who := range map[string]context.Context{"another unit": other, "another body": away, "a student": student} {
		if _, err := in.Job(who, j.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s sees it: %v", name, err)
		}
		if _, err := in.Commit(who, j.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s commits it: %v", name, err)
		}
		if list, _ := in.Jobs(who); len(list) > 0 {
			t.Errorf("%s finds it in the list", name)
		}
	}
	if _, err := in.Start(student, []Upload{upload("a.csv", roster)}); !errors.Is(err, fault.Denied) {
		t.Errorf("a student starts an import: %v", err)
	}
	if list, err := in.Jobs(ctx); err != nil || len(list) != 1 {
		t.Errorf("the secretariat finds %d, %v", len(list), err)
	}
}

func TestWaiting(t *testing.T) {
	in, ctx, _ := house(t, t.TempDir()+"/test.db")
	mine := as(t.Context(), auth.Actor{ID: "p2", Unit: "u2", Body: "b1", Roles: []string{auth.Staff}})
	waiting := func(ctx context.Context) int {
		t.Helper()
		jobs, err := db.View(ctx, in.DB, in.Waiting)
		if err != nil {
			t.Fatal(err)
		}
		return len(jobs)
	}
	j := send(t, in, mine, upload("a.csv", "学号,姓名,班级\n1001,韦一,一班\n"))
	if waiting(mine) != 1 || waiting(ctx) != 1 || waiting(t.Context()) != 0 {
		t.Errorf("waits for its sender %d, for the secretariat %d, for a stranger %d", waiting(mine), waiting(ctx), waiting(t.Context()))
	}
	carry(t, in, ctx, j.ID)
	if waiting(mine) != 0 {
		t.Error("waits although it is written")
	}
}

// After a month nothing personal is left of an import.
func TestSweep(t *testing.T) {
	d := dbtest.Open(t, t.TempDir()+"/test.db", rooms...)
	in, ctx, _ := over(t, d)
	j := send(t, in, ctx, upload("名册.csv", roster))
	carry(t, in, ctx, j.ID)
	d.Now = func() time.Time { return dbtest.Noon.Add(Kept + time.Hour) }
	if err := in.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	n, err := db.View(ctx, d, func(tx *db.Tx) (int, error) {
		return db.One(tx, db.Value[int], `SELECT (SELECT count(*) FROM intake_chunk) + (SELECT count(*) FROM intake_fault WHERE samples IS NOT NULL)`)
	})
	if err != nil || n != 0 {
		t.Errorf("%d things are left, %v", n, err)
	}
}

// What is kept of rows cannot be read without the key, and is gone once taken.
func TestKeptSealed(t *testing.T) {
	in, ctx, _ := house(t, t.TempDir()+"/test.db")
	j := send(t, in, ctx, upload("名册.csv", roster))
	sealed := func() (all []byte) {
		t.Helper()
		list, err := db.View(ctx, in.DB, func(tx *db.Tx) ([][]byte, error) {
			return db.All(tx, db.Value[[]byte], `SELECT content FROM intake_chunk WHERE content IS NOT NULL UNION ALL SELECT samples FROM intake_fault WHERE samples IS NOT NULL`)
		})
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Join(list, nil)
	}
	if all := sealed(); len(all) == 0 || bytes.Contains(all, []byte("458000")) || bytes.Contains(all, []byte("韦嘉禾")) {
		t.Errorf("%d bytes stand there in clear", len(all))
	}
	carry(t, in, ctx, j.ID)
	p, err := in.Rows(ctx, j.ID, j.Files[0].ID, New, "")
	if err != nil || len(p.Rows) != 0 {
		t.Errorf("rows that were taken are still kept: %+v, %v", p, err)
	}
}

func TestPaging(t *testing.T) {
	in, ctx, _ := house(t, t.TempDir()+"/test.db")
	var b strings.Builder
	b.WriteString("学号,姓名,班级,身份证号\n")
	for i := range 2*Run + 30 {
		id := ""
		if i%10 == 3 {
			id = "458000200807152098" // wrong
		}
		fmt.Fprintf(&b, "%d,韦%d,一班,%s\n", i+1, i, id)
	}
	j := send(t, in, ctx, upload("a.csv", b.String()))
	seen := map[int]bool{}
	for after, pages := "", 0; ; pages++ {
		p, err := in.Rows(ctx, j.ID, j.Files[0].ID, Refused, after)
		if err != nil || pages > 20 {
			t.Fatal(pages, err)
		}
		for _, l := range p.Rows {
			if seen[l.Number] {
				t.Errorf("row %d comes twice", l.Number)
			}
			seen[l.Number] = true
		}
		if after = p.Next; after == "" {
			break
		}
	}
	if len(seen) != j.Counts().Refused || len(seen) != 103 {
		t.Errorf("%d rows on the pages, %d refused", len(seen), j.Counts().Refused)
	}
}

func zipped(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, text)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
