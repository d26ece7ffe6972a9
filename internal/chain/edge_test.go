package chain_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/auth"
	"guildhall/internal/chain"
	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/journal"
)

// An edge is confirmed, amended, ended, joined anew and read back with its history;
// a code leads on; use takes the mark off.
func TestEdges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		c := chain.New(codes.Shipped())
		c.DB = dbtest.Open(t, address, journal.Room, directory.Room, act.Room, chain.Room)
		c.Use = func(*db.Tx, time.Time) ([]chain.Use, error) {
			return []chain.Use{{What: "post", Count: 3, Nodes: []chain.Ref{{Kind: "position", Code: "P010"}, {Kind: "segment", Code: "M01"}}},
				{What: "class", Count: 2, Nodes: []chain.Ref{{Kind: "programme", Code: "460702"}}}}, nil
		}
		li := dbtest.As(t, auth.Actor{ID: "li", Body: "b", Roles: []string{auth.Secretariat}})
		stranger := dbtest.As(t, auth.Actor{Body: "b"})

		good := chain.EdgeForm{From: "programme:460702", To: "course:K1", Name: "电池检修", Source: "培养方案", Dated: "2020-03"}
		if _, err := c.Join(stranger, good); !errors.Is(err, fault.Denied) && !errors.Is(err, fault.Unknown) {
			t.Errorf("a stranger's edge: %v", err)
		}
		_, err := c.Join(li, chain.EdgeForm{From: "programme:0", To: "segment:M01", Level: 9, Share: 101, Role: "x", Dated: "2999"})
		for _, place := range []string{"from", "level", "share", "role", "source", "dated"} {
			if fault.At(err, place) == nil {
				t.Errorf("nothing is said of %s: %v", place, err)
			}
		}
		v, err := c.Join(li, good)
		if err != nil || v.Number != 1 || v.ConfirmedAt == nil {
			t.Fatalf("joined %+v, %v", v, err)
		}
		if _, err := c.Join(li, good); fault.At(err, "to") == nil {
			t.Errorf("joined twice: %v", err)
		}
		d, err := c.Node(li, "programme", "460702")
		if err != nil || !strings.Contains(fmt.Sprint(d.Groups), "course:K1") {
			t.Errorf("the programme does not lead to the course: %v", err)
		}
		base, err := c.Join(li, chain.EdgeForm{From: "course:K1", To: "base:B1", Name: "电池实训中心", Source: "培养方案", Dated: "2026"})
		if err != nil || base.Number != 1 {
			t.Fatalf("joined %+v, %v", base, err)
		}
		for _, ends := range [][2]string{{"programme:460702", "course:K1"}, {"course:K1", "base:B1"}} {
			if v, err := c.Edge(li, ends[0], ends[1]); err != nil || v.Edge == nil || v.Edge.Used.Classes != 2 {
				t.Errorf("two classes of the programme do not go over %s – %s: %+v, %v", ends[0], ends[1], v, err)
			}
		}
		other := dbtest.As(t, auth.Actor{ID: "wang", Body: "c", Roles: []string{auth.Secretariat}})
		if _, err := c.Node(other, "course", "K1"); !errors.Is(err, fault.NotFound) {
			t.Errorf("another body sees the course: %v", err)
		}
		if _, err := c.Amend(li, "programme:460702", "course:K1", chain.EdgeForm{Source: "培养方案", Dated: "2026", Level: 3}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.End(li, "course:K1", "programme:460702"); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Confirm(li, "programme:460702", "course:K1"); !errors.Is(err, fault.Conflict) {
			t.Errorf("an ended edge is confirmed: %v", err)
		}
		view, err := c.Edge(li, "programme:460702", "course:K1")
		if err != nil || len(view.History) != 3 || view.Edge != nil || !view.Now.Ended {
			t.Fatalf("history %+v, %v", view, err)
		}

		segment := func(kind, code string) chain.Neighbour {
			d, err := c.Node(li, "segment", "M01")
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range d.Groups {
				for _, n := range g.Neighbours {
					if n.Kind == kind && (code == "" || n.Code == code) {
						return n
					}
				}
			}
			return chain.Neighbour{}
		}
		n := segment("occupation", "")
		if !n.Edge.Stale {
			t.Errorf("%s is not marked", n.Code)
		}
		if _, err := c.Confirm(li, "segment:M01", n.String()); err != nil {
			t.Fatal(err)
		}
		if got := segment("occupation", n.Code); got.Edge.Stale || got.Edge.Version != 1 || got.Edge.Evidence[0] != n.Edge.Evidence[0] {
			t.Errorf("confirmed: %+v", got.Edge)
		}
		if _, err := c.Lead(li, chain.Redirect{Kind: "segment", Code: "M01", Successor: "M02", Reason: "并入"}); err != nil {
			t.Fatal(err)
		}
		moved, err := c.Node(li, "segment", "M01")
		if err != nil || moved.Ref.Code != "M02" {
			t.Errorf("the old code leads to %+v, %v", moved, err)
		}
		if _, err := c.Lead(li, chain.Redirect{Kind: "segment", Code: "M02", Successor: "M01", Reason: "x"}); fault.At(err, "successor") == nil {
			t.Errorf("a circle: %v", err)
		}
	})
}

// A sheet is taken whole or not at all, with every fault told at its row.
func TestImport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		c := chain.New(codes.Shipped())
		c.DB = dbtest.Open(t, address, journal.Room, directory.Room, act.Room, chain.Room)
		li := dbtest.As(t, auth.Actor{ID: "li", Body: "b", Roles: []string{auth.Secretariat}})
		line := func(from, to, source, dated string) chain.Line {
			return chain.Line{EdgeForm: chain.EdgeForm{From: from, To: to, Name: "课程", Source: source, Dated: dated}}
		}
		bad := []chain.Line{line("programme:460702", "course:A", "方案", "2026"), line("programme:1", "course:B", "", "x")}
		_, err := c.Import(li, bad)
		if list, ok := errors.AsType[fault.List](err); !ok || len(list) != 3 {
			t.Fatalf("faults %v", err)
		}
		if _, err := c.Node(li, "course", "A"); !errors.Is(err, fault.NotFound) {
			t.Errorf("half a sheet was taken: %v", err)
		}
		done, err := c.Import(li, []chain.Line{line("programme:460702", "course:A", "方案", "2026")})
		if err != nil || done.Joined != 1 {
			t.Fatalf("%+v, %v", done, err)
		}
		if done, err = c.Import(li, []chain.Line{line("course:A", "programme:460702", "方案", "2026")}); err != nil || done.Unchanged != 1 {
			t.Errorf("again: %+v, %v", done, err)
		}
	})
}
