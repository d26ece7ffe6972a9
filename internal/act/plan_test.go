package act

import (
	"strings"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/journal"
)

// Whether an act was taken back is looked up in an index, for each act that is counted:
// read through instead, the counting of a year's acts would take minutes.
func TestActsTakenBackAreFoundByTheirIndex(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		if db.IsPostgres(address) {
			return // it chooses by how many there are
		}
		d := dbtest.Open(t, address, journal.Room, Room)
		for name, f := range map[string]Filter{"all": {}, "as of a day": {AsOf: dbtest.Noon}, "unended": {Unended: []string{"member.unit.leave"}}} {
			plan, err := db.View(t.Context(), d, func(tx *db.Tx) ([]string, error) {
				w := f.where(tx)
				return db.All(tx, func(row db.Row) (line string, err error) {
					var id, parent, unused int
					return line, row.Scan(&id, &parent, &unused, &line)
				}, `EXPLAIN QUERY PLAN SELECT `+columns+` FROM act_act a`+w.String(), w.Args...)
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range plan {
				if strings.HasPrefix(line, "SCAN") {
					t.Errorf("%s: %s, within\n%s", name, line, strings.Join(plan, "\n"))
				}
			}
		}
	})
}
