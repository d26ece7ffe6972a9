// Beside measures guildhall beside PocketBase: the same students, on the same machine, in
// turn, round after round, and prints the medians. Sessions, rule books, personal data that is
// sealed and a journal are on in ours; authentication, rules and its log of requests in theirs.
//
//	go run ./beside -guildhall BINARY -house DATA -pocketbase BINARY -pb DATA
//
// DATA are folders into which both have imported the students; scripts/beside makes them.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"time"

	"guildhall/bench/load"
)

// row is one thing that is measured, of one side, round after round.
type row struct{ rate, p50, p99, work []float64 }

// side is one of the two.
type side struct {
	name          string
	run           func() (*load.Server, error)
	enter         func(*load.Server) (map[string]func(i int) *load.Request, error)
	rows          map[string]*row
	start, memory []float64
}

// kinds are what is measured, in the order of the table.
var kinds = []string{"list as a page", "list as JSON", "single read", "single read, each new", "single read, not personal", "journaled write"}

func main() {
	guildhall := flag.String("guildhall", "guildhall", "our program")
	house := flag.String("house", "", "its data")
	pocketbase := flag.String("pocketbase", "pocketbase", "theirs")
	pb := flag.String("pb", "", "its data")
	rounds := flag.Int("rounds", 3, "how often each is started and measured")
	lasts := flag.Duration("lasts", 5*time.Second, "how long each thing is asked for")
	clients := flag.Int("clients", 8, "how many ask at once")
	flag.Parse()
	quiet, err := os.Create(os.DevNull)
	if err != nil {
		log.Fatal(err)
	}
	ours := &side{name: "guildhall", rows: map[string]*row{}, enter: ours,
		run: func() (*load.Server, error) {
			return load.Run("127.0.0.1:18120", "/healthz", quiet, *guildhall, "serve", "--data", *house, "--addr", "127.0.0.1:18120")
		}}
	theirs := &side{name: "PocketBase", rows: map[string]*row{}, enter: theirs,
		run: func() (*load.Server, error) {
			return load.Run("127.0.0.1:18121", "/api/health", quiet, *pocketbase, "serve", "--dir", *pb, "--http", "127.0.0.1:18121")
		}}
	for range *rounds {
		for _, s := range []*side{ours, theirs} {
			if err := s.round(*clients, *lasts); err != nil {
				log.Fatal(s.name, ": ", err)
			}
		}
	}
	table(ours, theirs)
}

func (s *side) round(clients int, lasts time.Duration) error {
	server, err := s.run()
	if err != nil {
		return err
	}
	defer server.Stop()
	s.start = append(s.start, float64(server.Start.Microseconds())/1e3)
	asks, err := s.enter(server)
	if err != nil {
		return err
	}
	client := load.Client(clients)
	for _, kind := range kinds {
		next := asks[kind]
		if next == nil {
			continue
		}
		load.Closed(client, clients, lasts/5, next) // warm
		before := server.Processor()
		r := load.Closed(client, clients, lasts, next)
		work := server.Processor() - before
		if r.Other() > 0 {
			return fmt.Errorf("%s: %v", kind, r.Codes)
		}
		if s.rows[kind] == nil {
			s.rows[kind] = &row{}
		}
		to := s.rows[kind]
		to.rate, to.p50, to.p99 = append(to.rate, r.PerSecond()), append(to.p50, r.At(.5)), append(to.p99, r.At(.99))
		to.work = append(to.work, work.Seconds()*1e3/float64(r.Requests))
	}
	s.memory = append(s.memory, server.Status("VmHWM"))
	return nil
}

func ours(s *load.Server) (map[string]func(int) *load.Request, error) {
	h, err := load.Enter(s)
	if err != nil {
		return nil, err
	}
	var pieces struct{ Pieces []struct{ ID string } }
	if _, err := load.Ask(load.JSON("GET", s.URL+"/equipment?limit=200", h.Admin, nil), &pieces); err != nil {
		return nil, err
	}
	return map[string]func(int) *load.Request{
		"list as a page": func(int) *load.Request { return load.Page(s.URL+"/candidates?limit=50", h.Admin) },
		"list as JSON":   func(int) *load.Request { return load.JSON("GET", s.URL+"/candidates?limit=50", h.Admin, nil) },
		"single read":    h.Student, "single read, each new": h.Another,
		"single read, not personal": func(i int) *load.Request {
			return load.JSON("GET", s.URL+"/equipment/"+pieces.Pieces[i%len(pieces.Pieces)].ID, h.Admin, nil)
		},
		"journaled write": h.Pay,
	}, nil
}

func theirs(s *load.Server) (map[string]func(int) *load.Request, error) {
	var auth struct{ Token string }
	_, err := load.Ask(load.JSON("POST", s.URL+"/api/collections/users/auth-with-password", "",
		map[string]string{"identity": "secretariat@example.org", "password": "guildhall-bench"}), &auth)
	if err != nil {
		return nil, err
	}
	header := "Authorization: " + auth.Token
	at := s.URL + "/api/collections/students/records"
	var some struct{ Items []struct{ ID string } }
	if _, err := load.Ask(load.JSON("GET", at+load.Query("", "perPage", "200", "sort", "student_id"), header, nil), &some); err != nil {
		return nil, err
	}
	list := at + load.Query("", "perPage", "50", "sort", "student_id", "skipTotal", "1") // ours counts no total either
	one := func(i int) string { return at + "/" + some.Items[i%len(some.Items)].ID }
	read := func(i int) *load.Request { return load.JSON("GET", one(i), header, nil) }
	return map[string]func(int) *load.Request{
		"list as a page": func(int) *load.Request { return load.JSON("GET", list, header, nil) }, // its pages are made in the browser of this
		"list as JSON":   func(int) *load.Request { return load.JSON("GET", list, header, nil) },
		"single read":    read, "single read, not personal": read, "single read, each new": read,
		"journaled write": func(i int) *load.Request {
			return load.JSON("PATCH", one(i), header, map[string]any{"want_pay": fmt.Sprint(3000 + i%50*100)})
		},
	}, nil
}

func table(a, b *side) {
	fmt.Printf("| | %s req/s | %s req/s | ratio | %s p50 / p99 ms | %s p50 / p99 ms | ratio of p99 | processor ms a request |\n|---|---:|---:|---:|---:|---:|---:|---:|\n", a.name, b.name, a.name, b.name)
	for _, kind := range kinds {
		x, y := a.rows[kind], b.rows[kind]
		fmt.Printf("| %s | %.0f | %.0f | %.2f | %.1f / %.1f | %.1f / %.1f | %.2f | %.1f, %.1f |\n", kind, median(x.rate), median(y.rate), median(x.rate)/median(y.rate),
			median(x.p50), median(x.p99), median(y.p50), median(y.p99), median(x.p99)/median(y.p99), median(x.work), median(y.work))
	}
	fmt.Printf("\n| | %s | %s | ratio |\n|---|---:|---:|---:|\n", a.name, b.name)
	fmt.Printf("| first answer after start, ms | %.0f | %.0f | %.2f |\n", median(a.start), median(b.start), median(a.start)/median(b.start))
	fmt.Printf("| most memory, MiB | %.0f | %.0f | %.2f |\n", median(a.memory), median(b.memory), median(a.memory)/median(b.memory))
}

func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[len(list)/2]
}
