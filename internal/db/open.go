package db

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"

	"guildhall/internal/fault"
)

// The settings of every SQLite connection. Each is read back when the database
// is opened: a driver that does not know one passes over it in silence.
var pragmas = []struct{ name, value, reads string }{
	{"busy_timeout", "10000", "10000"},
	{"journal_mode", "WAL", "wal"},
	{"synchronous", "FULL", "2"},
	{"foreign_keys", "ON", "1"},
	{"secure_delete", "ON", "1"},
	{"journal_size_limit", "67108864", "67108864"},
	{"cache_size", "-16000", "-16000"},
	{"temp_store", "MEMORY", "2"},
}

func (d *DB) openSQLite(ctx context.Context) error {
	dsn := d.dsn()
	var err error
	if d.write, err = sql.Open("sqlite", dsn+"&_txlock=immediate"); err != nil {
		return err
	}
	d.write.SetMaxOpenConns(1)
	if d.read, err = sql.Open("sqlite", dsn+"&_pragma=query_only(1)"); err != nil {
		return err
	}
	d.read.SetMaxOpenConns(6)
	d.read.SetMaxIdleConns(2)
	d.read.SetConnMaxIdleTime(time.Minute)
	for _, p := range pragmas {
		var got string
		if err := d.write.QueryRowContext(ctx, "PRAGMA "+p.name).Scan(&got); err != nil {
			return d.cannotOpen(err)
		}
		if got != p.reads {
			return fmt.Errorf("db: SQLite keeps %s at %s, not %s", p.name, got, p.reads)
		}
	}
	return nil
}

func (d *DB) dsn() string {
	dsn := "file:" + (&url.URL{Path: d.address}).EscapedPath() + "?_time_format=sqlite&_timezone=UTC"
	for _, p := range pragmas {
		dsn += "&_pragma=" + p.name + "(" + p.value + ")"
	}
	return dsn
}

func (d *DB) cannotOpen(err error) error {
	err = told(err)
	if f := fault.Of(err); f.Key != "fault.internal" {
		return err
	}
	return fmt.Errorf("%w: %w", fault.Away.New("db.cannot_open", d.address), err)
}

func (d *DB) openPostgres(ctx context.Context) error {
	config, err := pgx.ParseConfig(d.address)
	if err != nil {
		return fault.Invalid.New("db.address")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	for name, value := range map[string]string{
		"idle_in_transaction_session_timeout": "30s", // a lost process gives the pen back
		"statement_timeout":                   "30s",
		"lock_timeout":                        "20s",
		"timezone":                            "UTC",
		"application_name":                    "guildhall",
	} {
		if config.RuntimeParams[name] == "" {
			config.RuntimeParams[name] = value
		}
	}
	d.read = stdlib.OpenDB(*config, stdlib.OptionAfterConnect(timesInUTC))
	d.write = stdlib.OpenDB(*config, stdlib.OptionAfterConnect(timesInUTC))
	d.read.SetMaxOpenConns(8)
	d.write.SetMaxOpenConns(4)
	for _, pool := range []*sql.DB{d.read, d.write} {
		pool.SetMaxIdleConns(4)
		pool.SetConnMaxLifetime(30 * time.Minute)
	}
	if err := d.write.PingContext(ctx); err != nil {
		if f := fault.Of(told(err)); f.Key != "fault.internal" {
			return told(err)
		}
		return fmt.Errorf("%w: %w", fault.Away.New("db.away"), err)
	}
	return nil
}

func timesInUTC(_ context.Context, c *pgx.Conn) error {
	c.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID,
		Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}})
	return nil
}
