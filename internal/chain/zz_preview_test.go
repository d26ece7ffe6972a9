package chain_test

import (
	"net/http"
	"os"
	"testing"
	"time"

	"guildhall/internal/chain"
	"guildhall/internal/codes"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/journal"
	"guildhall/internal/web"
)

func TestPreview(t *testing.T) {
	if os.Getenv("PREVIEW") == "" {
		t.Skip()
	}
	rs := &web.Routes{Rail: []web.Place{{Group: "chain.kind", Word: "chain.chain", Path: "/chain"}}}
	chain.New(codes.Shipped()).Routes(rs)
	(&codes.Codes{DB: dbtest.Open(t, t.TempDir()+"/test.db", journal.Room, codes.Room), Catalogue: codes.Shipped()}).Routes(rs)
	rs.Door(nil)
	s := &http.Server{Addr: "127.0.0.1:18099", Handler: rs}
	go s.ListenAndServe()
	time.Sleep(400 * time.Second)
}
