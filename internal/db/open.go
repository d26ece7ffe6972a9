package db

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"

	"guildhall/internal/fault"
)

// The settings of every SQLite connection. Each is read back on each connection: a
// driver that does not know one passes over it in silence.
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
	base, err := sqlite.NewConnector(dsn + "&_txlock=immediate")
	if err != nil {
		return err
	}
	d.write = sql.OpenDB(durable{Connector: base, writes: true})
	d.write.SetMaxOpenConns(1)
	if base, err = sqlite.NewConnector(dsn + "&_pragma=query_only(1)"); err != nil {
		return err
	}
	d.read = sql.OpenDB(durable{Connector: base})
	d.read.SetMaxOpenConns(6)
	d.read.SetMaxIdleConns(6)
	d.read.SetConnMaxIdleTime(time.Minute)
	if err := d.write.PingContext(ctx); err != nil {
		return d.cannotOpen(err)
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
	if f := fault.Of(err); f.Key != "fault.internal" && f.Key != "db.disk" {
		return err
	}
	return fmt.Errorf("%w: %w", fault.Away.New("db.cannot_open", d.address), err)
}

// The time-outs of every PostgreSQL connection that the address does not set.
var timeouts = map[string]string{
	"statement_timeout": "30s",
	"lock_timeout":      "20s",
	"timezone":          "UTC",
	"application_name":  fmt.Sprint("guildhall-", os.Getpid()),
}

// A process that is lost or frozen in the middle gives the pen back once the server
// has waited so long for its next word: then its transaction is undone, and it cannot
// go on with it. Those who wait for the pen wait for longer than that.
const penLease, readLease = "10s", "30s"

func (d *DB) openPostgres(ctx context.Context) error {
	config, err := pgx.ParseConfig(d.address)
	if err != nil {
		return fault.Invalid.New("db.address")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	config.DialFunc = (&net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 3 * time.Second, Count: 3}}).DialContext
	for name, value := range timeouts {
		setDefault(config, name, value)
	}
	reading := config.Copy()
	setDefault(config, idleLimit, penLease)
	setDefault(reading, idleLimit, readLease)
	d.read = stdlib.OpenDB(*reading, stdlib.OptionAfterConnect(begin))
	d.write = stdlib.OpenDB(*config, stdlib.OptionAfterConnect(begin))
	d.read.SetMaxOpenConns(8)
	d.write.SetMaxOpenConns(12)
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

const idleLimit = "idle_in_transaction_session_timeout"

func setDefault(config *pgx.ConnConfig, name, value string) {
	if config.RuntimeParams[name] == "" {
		config.RuntimeParams[name] = value
	}
}

// begin readies a new connection to PostgreSQL.
func begin(ctx context.Context, c *pgx.Conn) error {
	c.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID,
		Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}})
	return keepsWhatItAcknowledges(ctx, c)
}
