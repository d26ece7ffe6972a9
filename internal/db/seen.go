package db

import (
	"context"
	"database/sql"
	"os"
	"time"
)

// Trip tells of one View or Update that has ended, however often it was run.
type Trip struct {
	Kind   string // view, update
	Took   time.Duration
	Again  int  // how often it was run once more because the database asked for it
	Failed bool // it ended with an error, be it a fault of whoever asked
	Busy   bool // it failed because others held the pen, or the database was away from it
}

// seen tells whoever watches of a trip that began at a time.
func (d *DB) seen(ctx context.Context, t Trip, began time.Time, err error) {
	if d.Watch == nil {
		return
	}
	t.Took, t.Failed, t.Busy = time.Since(began), err != nil, err != nil && again(err)
	d.Watch(ctx, t)
}

// Pools gives the figures of the pools of connections.
func (d *DB) Pools() map[string]sql.DBStats {
	return map[string]sql.DBStats{"read": d.read.Stats(), "write": d.write.Stats()}
}

// LogSize gives the size of SQLite's write-ahead log. PostgreSQL's is its own affair.
func (d *DB) LogSize() int64 {
	if d.postgres {
		return 0
	}
	if info, err := os.Stat(d.address + "-wal"); err == nil {
		return info.Size()
	}
	return 0
}

// Size gives how many bytes the database holds on its disk, without its log.
func (d *DB) Size(ctx context.Context) (n int64, err error) {
	if d.postgres {
		err = d.read.QueryRowContext(ctx, `SELECT pg_database_size(current_database())`).Scan(&n)
		return n, told(err)
	}
	info, err := os.Stat(d.address)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Safety says how sure it is that what was acknowledged is kept, as the engine itself
// tells it.
type Safety struct {
	Engine    string
	Settings  map[string]string // as read back from the engine
	Durable   bool              // acknowledged is on the disk
	Standbys  int               // that follow now; -1 where the engine does not tell us
	Synced    bool              // a commit waits for a standby
	Reader    bool              // the server is a standby itself
	ServerNow time.Time         // the engine's clock
}

// Safety asks the engine.
func (d *DB) Safety(ctx context.Context) (s Safety, err error) {
	s = Safety{Engine: d.Engine(), Settings: map[string]string{}, Durable: true}
	if !d.postgres {
		s.ServerNow = time.Now()
		for _, p := range pragmas {
			var got string
			if err := d.write.QueryRowContext(ctx, "PRAGMA "+p.name).Scan(&got); err != nil {
				return s, told(err)
			}
			s.Settings[p.name] = got
			s.Durable = s.Durable && got == p.reads
		}
		return s, nil
	}
	for _, name := range []string{"synchronous_commit", "fsync", "full_page_writes", "synchronous_standby_names", "server_version"} {
		var got string
		if err := d.write.QueryRowContext(ctx, "SELECT current_setting($1)", name).Scan(&got); err != nil {
			return s, told(err)
		}
		s.Settings[name] = got
	}
	s.Durable = s.Settings["synchronous_commit"] != "off" && s.Settings["fsync"] == "on" && s.Settings["full_page_writes"] == "on"
	s.Synced = s.Settings["synchronous_standby_names"] != "" && s.Settings["synchronous_commit"] != "off" && s.Settings["synchronous_commit"] != "local"
	err = d.write.QueryRowContext(ctx, `SELECT pg_is_in_recovery(), clock_timestamp(), (SELECT CASE WHEN pg_has_role('pg_monitor', 'member')
		THEN (SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming') ELSE -1 END)`).Scan(&s.Reader, &s.ServerNow, &s.Standbys)
	return s, told(err)
}
