package intake

import (
	"os"
	"path/filepath"
	"testing"

	"guildhall/internal/codes"
)

// BenchmarkRead reads and cleans the clean tables in the folder that
// GUILDHALL_TABLES names, one after the other.
func BenchmarkRead(b *testing.B) {
	dir := os.Getenv("GUILDHALL_TABLES")
	if dir == "" {
		b.Skip("left out: no tables at hand (GUILDHALL_TABLES)")
	}
	for _, name := range []string{"members", "programmes", "students", "student_skills", "positions", "position_skills", "hiring_history", "hiring_plans", "equipment"} {
		b.Run(name, func(b *testing.B) {
			f, err := os.Open(filepath.Join(dir, name+".csv"))
			if err != nil {
				b.Fatal(err)
			}
			defer f.Close()
			info, _ := f.Stat()
			b.SetBytes(info.Size())
			b.ReportAllocs()
			for b.Loop() {
				rows, notes := 0, map[string]int{}
				err := Read(codes.Shipped(), name+".csv", f, info.Size(), nil, Sink{
					Sheet: func(Table) error { return nil },
					Row:   func(*Row) error { rows++; return nil },
					Note:  func(f Finding) { notes[f.Fault+" "+f.Field]++ },
				})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(rows), "rows")
				if len(notes) > 1 {
					b.Log(notes)
				}
			}
		})
	}
}
