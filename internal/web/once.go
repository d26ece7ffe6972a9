package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"net/http"
	"time"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
)

//go:embed schema/*.sql
var schema embed.FS

// Room is the tables of the door.
var Room = db.Room{Name: "web", Schema: schema}

// once serves a request that bears an Idempotency-Key so that a repeated one
// acts once and is answered alike, on any replica, for a day. The key is taken
// in the very transaction of the first change that the request makes: either
// both are there, or neither.
func (rs *Routes) once(w http.ResponseWriter, r *http.Request, h Handler) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" || r.Method == http.MethodGet || rs.DB == nil {
		reply, err := h(r)
		answer(w, r, reply, err)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		answer(w, r, Reply{}, unreadable(err))
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	sum := sha256.Sum256(append([]byte(r.Method+" "+r.URL.RequestURI()+"\n"), body...))
	c := claim{ID: claimID(auth.From(r.Context()).ID, key), Request: hex.EncodeToString(sum[:])}
	if rs.repeat(w, r, c) {
		return
	}
	ctx := db.First(r.Context(), c.take)
	out := &held{header: w.Header().Clone(), code: http.StatusOK}
	reply, err := h(r.WithContext(ctx))
	if err == nil { // nobody hears the answer before it is kept, so nobody hears another one later
		answer(out, r, reply, nil)
		c.Code, c.Type, c.Location, c.Body = out.code, out.header.Get("Content-Type"), out.header.Get("Location"), out.body.Bytes()
		if err = db.Do(ctx, rs.DB, c.answer); err == nil {
			out.send(w)
			return
		}
		reply = Reply{} // it may have acted: a repetition is told so
	}
	if errors.Is(err, errTaken) { // the twin of this request came in between
		rs.repeat(w, r, c)
		return
	}
	answer(w, r, reply, err)
}

var errTaken = fault.Conflict.New("fault.repeated")

type claim struct {
	ID, Request    string
	Code           int
	Type, Location string
	Body           []byte
}

func claimID(actor, key string) string {
	sum := sha256.Sum256([]byte(actor + "\x00" + key))
	return hex.EncodeToString(sum[:])
}

// remembered is how long a repeated request is known again.
const remembered = 24 * time.Hour

// take holds the key; errTaken tells that another has it. A key of days ago that
// has not been swept yet is as good as a new one.
func (c claim) take(tx *db.Tx) error {
	n, err := tx.Exec(`INSERT INTO web_request (id, request, at, code, type, location, answer) VALUES ($1, $2, $3, 0, '', '', NULL)
		ON CONFLICT (id) DO UPDATE SET request = excluded.request, at = excluded.at, code = 0, type = '', location = '', answer = NULL
		WHERE web_request.at < $4`, c.ID, c.Request, tx.Now, tx.Now.Add(-remembered))
	if err == nil && n == 0 {
		return errTaken
	}
	return err
}

// Sweep forgets the requests that are no longer known again, some at a time, so that
// nobody waits long for the pen. Replicas may sweep at once: what one took is gone
// for the other, and a key that was taken anew meanwhile stays.
func Sweep(ctx context.Context, d *db.DB) error {
	for {
		n, err := db.Update(db.In(ctx, db.House), d, func(tx *db.Tx) (int64, error) {
			n, err := tx.Exec(`DELETE FROM web_request WHERE at < $1 AND id IN (SELECT id FROM web_request WHERE at < $1 ORDER BY at LIMIT 1000)`,
				tx.Now.Add(-remembered))
			return int64(n), err
		})
		if err != nil || n < 1000 || ctx.Err() != nil {
			return err
		}
	}
}

func (c claim) answer(tx *db.Tx) error {
	_, err := tx.Exec(`UPDATE web_request SET code = $2, type = $3, location = $4, answer = $5 WHERE id = $1`,
		c.ID, c.Code, c.Type, c.Location, c.Body)
	return err
}

// repeat answers a request that has acted before, and tells whether it had.
func (rs *Routes) repeat(w http.ResponseWriter, r *http.Request, c claim) bool {
	had, err := db.View(r.Context(), rs.DB, func(tx *db.Tx) (claim, error) {
		return db.One(tx, func(row db.Row) (had claim, err error) {
			return had, row.Scan(&had.Request, &had.Code, &had.Type, &had.Location, &had.Body)
		}, `SELECT request, code, type, location, answer FROM web_request WHERE id = $1 AND at >= $2`, c.ID, tx.Now.Add(-remembered))
	})
	switch {
	case errors.Is(err, fault.NotFound):
		return false
	case err != nil:
		answer(w, r, Reply{}, err)
	case had.Request != c.Request:
		answer(w, r, Reply{}, fault.Invalid.New("fault.key_reused"))
	case had.Code == 0:
		answer(w, r, Reply{}, errTaken)
	default:
		for name, value := range map[string]string{"Content-Type": had.Type, "Location": had.Location} {
			if value != "" {
				w.Header().Set(name, value)
			}
		}
		w.WriteHeader(had.Code)
		w.Write(had.Body)
	}
	return true
}

// held is an answer that has not been sent yet.
type held struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

func (h *held) Header() http.Header         { return h.header }
func (h *held) WriteHeader(code int)        { h.code = code }
func (h *held) Write(p []byte) (int, error) { return h.body.Write(p) }

func (h *held) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), h.header)
	w.WriteHeader(h.code)
	w.Write(h.body.Bytes())
}
