package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"guildhall/internal/fault"
)

// told makes of an engine's error the fault that it means, if it means one. A
// fault keeps the engine's error within it, for the log.
func told(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if errors.Is(err, sql.ErrNoRows) {
		return fault.NotFound.New("fault.not_found")
	}
	kind, key := fault.Kind(""), ""
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		kind, key = ofPostgres(pg.Code)
	} else if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		kind, key = ofSQLite(lite.Code())
	} else if slow(err) {
		kind, key = fault.Away, "db.slow"
	} else if cutOff(err) {
		kind, key = fault.Away, "db.away"
	}
	switch kind {
	case "":
		return err
	case fault.Conflict:
		return kind.New(key)
	}
	return fmt.Errorf("%w: %w", kind.New(key), err)
}

// ofPostgres tells what a SQLSTATE means to us. Most outages have several.
func ofPostgres(code string) (fault.Kind, string) {
	switch {
	case code == "23505":
		return fault.Conflict, "fault.duplicate"
	case code == "53100":
		return fault.Away, "db.full"
	case code == "25006":
		return fault.Away, "db.read_only"
	case code == "55P03", code == "57014", code == "40001", code == "40P01": // a lock or a statement took too long; five tries were not enough
		return fault.Away, "db.slow"
	case strings.HasPrefix(code, "08"), strings.HasPrefix(code, "57P"), strings.HasPrefix(code, "53"), strings.HasPrefix(code, "58"),
		code == "25P03", code == "25P04", code == "40003": // the server stops, starts, is out of something, or has ended our session
		return fault.Away, "db.away"
	}
	return "", ""
}

// ofSQLite tells what a result code means to us; its first byte is the family.
func ofSQLite(code int) (fault.Kind, string) {
	switch code {
	case 1555, 2067: // primary key, unique
		return fault.Conflict, "fault.duplicate"
	}
	switch code & 0xff {
	case 13:
		return fault.Away, "db.full"
	case 8:
		return fault.Away, "db.read_only"
	case 5, 6, 9: // busy, locked, interrupted
		return fault.Away, "db.slow"
	case 3, 10, 14: // no permission, the disk fails, the file cannot be opened
		return fault.Away, "db.disk"
	case 11, 26:
		return fault.Internal, "db.damaged"
	}
	return "", ""
}

// slow tells whether our own patience ended, or that of whoever asked.
func slow(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.Is(err, sql.ErrTxDone)
}

// cutOff tells whether the way to the server was lost, or was not there.
func cutOff(err error) bool {
	for _, end := range []error{driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, end) {
			return true
		}
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	_, refused := errors.AsType[*pgconn.ConnectError](err)
	return refused || pgconn.SafeToRetry(err) || slices.Contains([]string{"conn closed", "closed pool"}, err.Error())
}
