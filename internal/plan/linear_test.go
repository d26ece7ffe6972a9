package plan

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/files"
	"guildhall/internal/journal"
	"guildhall/internal/ledger"
	"guildhall/internal/rule"
)

// bank is a project with pots, and the handles over which clients reach it.
type bank struct {
	teller
	handles []*Plan
	project string
	pots    []string
}

func newBank(t *testing.T, handles []*db.DB) *bank {
	t.Helper()
	unit := &directory.Unit{Name: "壶城工学院", Class: "higher_vocational"}
	b := &bank{}
	for _, d := range handles {
		b.handles = append(b.handles, &Plan{DB: d, Since: func(*db.Tx) (map[string]string, error) { return nil, nil }})
	}
	p := b.handles[0]
	if err := (&directory.Directory{DB: handles[0]}).EnrolUnits(li(t), []*directory.Unit{unit}); err != nil {
		t.Fatal(err)
	}
	pr, err := p.Start(li(t), ProjectForm{Name: "示例", Goal: "示例", Starts: "2026-01-01", Ends: "2026-12-31", Owner: unit.ID})
	for range 3 {
		if err == nil {
			_, err = p.Promise(li(t), pr.ID, MoneyForm{Source: "fiscal", Yuan: inPot})
		}
	}
	if err == nil {
		pr, err = p.Project(li(t), pr.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range pr.Money {
		b.pots = append(b.pots, m.ID)
	}
	b.project = pr.ID
	return b
}

// receive asks for money out of a pot; with 0 yuan it looks what has come in.
func (b *bank) receive(ctx context.Context, client int, c claim) error {
	p := b.handles[client%len(b.handles)]
	return b.ask(client, c, func() (outcome, error) {
		if c.yuan > 0 {
			_, err := p.Receive(ctx, b.project, b.pots[c.pot], float64(c.yuan), "2026-03-01")
			return told(err)
		}
		pr, err := p.Project(ctx, b.project)
		if err != nil {
			return told(err)
		}
		i := slices.IndexFunc(pr.Money, func(m Money) bool { return m.ID == b.pots[c.pot] })
		return outcome{received: int(pr.Money[i].Received / 100)}, nil
	})
}

// Clients receive money out of pots until there is none left, over two handles where the
// engine allows them, while the way to the database breaks off now and then. What all of
// them were told is as if they had come one by one, each at some moment between asking
// and hearing.
func TestP5MoneyIsReceivedAsIfOneByOne(t *testing.T) {
	rooms := []db.Room{journal.Room, files.Room, directory.Room, act.Room, rule.Room, ledger.Room, Room}
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		disk := dbtest.NewDisk(t, dir)
		contend(t, newBank(t, []*db.DB{dbtest.Open(t, filepath.Join(dir, "test.db"), rooms...)}), func(run func()) {
			disk.Break()
			run()
			disk.Mend()
		})
	})
	t.Run("postgres", func(t *testing.T) {
		address := dbtest.Schema(t)
		b := newBank(t, []*db.DB{dbtest.Open(t, address, rooms...), dbtest.Open(t, address)})
		admin, err := sql.Open("pgx", os.Getenv(dbtest.Postgres))
		if err != nil {
			t.Fatal(err)
		}
		defer admin.Close()
		contend(t, b, func(run func()) {
			_, err := admin.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1`, fmt.Sprint("guildhall-", os.Getpid()))
			if err != nil {
				t.Error(err)
			}
			run()
		})
	})
}

// contend has clients claim what they can get. cut breaks the way to the database off
// for as long as what it is given runs.
func contend(t *testing.T, b *bank, cut func(run func())) {
	var clients sync.WaitGroup
	for client := range 6 {
		clients.Go(func() {
			for n := range 25 {
				c := claim{rand.IntN(len(b.pots)), max(0, rand.IntN(6)-2)}
				do := func() {
					if err := b.receive(li(t), client, c); err != nil {
						t.Errorf("%+v: %v", c, err)
					}
				}
				if client == 0 && n%8 == 4 {
					cut(do)
				} else {
					do()
				}
			}
		})
	}
	clients.Wait()
	for client := range b.handles { // what stands there in the end
		for pot := range b.pots {
			if err := b.receive(li(t), client, claim{pot: pot}); err != nil {
				t.Error(err)
			}
		}
	}
	if err := linear(t, b.history); err != nil {
		t.Errorf("this cannot have come about one by one:\n%v", err)
	}
	count := map[outcome]int{}
	for _, o := range b.history {
		if o.Input.(claim).yuan > 0 {
			count[o.Output.(outcome)]++
		}
	}
	t.Logf("%d claims met, %d refused, %d broken off, %d looks", count[outcome{}], count[outcome{refused: true}], count[outcome{unknown: true}],
		len(b.history)-count[outcome{}]-count[outcome{refused: true}]-count[outcome{unknown: true}])
	if count[outcome{}] == 0 || count[outcome{refused: true}] == 0 {
		t.Error("nothing was scarce")
	}
}
