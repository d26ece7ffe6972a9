package app

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"

	"guildhall/internal/db"
)

// Config is every setting of the program. Each is read once, as the program
// starts: from its flag, or else from its environment variable, or else it has
// the default that is shown.
type Config struct {
	Addr        string `flag:"addr" env:"GUILDHALL_ADDR" default:"127.0.0.1:8080" about:"address to serve on"`
	Data        string `flag:"data" env:"GUILDHALL_DATA" default:"guildhall-data" about:"folder of the database, the key and the files"`
	Database    string `flag:"database" env:"GUILDHALL_DATABASE" default:"" about:"postgres:// address; empty: SQLite in the data folder"`
	URL         string `flag:"url" env:"GUILDHALL_URL" default:"" about:"address under which readers reach us, for links in mails; empty: http://ADDR"`
	SMTP        string `flag:"smtp" env:"GUILDHALL_SMTP" default:"" about:"smtp://user:password@host:587?from=address; empty: links are shown to the administrator"`
	Key         string `flag:"key" env:"GUILDHALL_KEY_FILE" default:"" about:"file of the master key; empty: key in the data folder"`
	Suite       string `flag:"suite" env:"GUILDHALL_SUITE" default:"" about:"algorithms of a house that is founded: international (AES-256-GCM, SHA-256, Ed25519) or chinese (SM4-GCM, SM3, SM2; a program built with -tags gm); empty: international, or what the key is of"`
	Anchors     string `flag:"anchors" env:"GUILDHALL_ANCHORS" default:"" about:"folder for signed checkpoints of the journal, best on other storage; empty: anchors in the data folder"`
	Files       string `flag:"files" env:"GUILDHALL_FILES" default:"" about:"where the files lie that people send in: a folder, or s3://bucket/prefix?endpoint=https://…; empty: files in the data folder"`
	Backups     string `flag:"backups" env:"GUILDHALL_BACKUPS" default:"" about:"folder or s3://… for a backup every night, best on other storage; empty: none is made"`
	BackupAt    string `flag:"backup-at" env:"GUILDHALL_BACKUP_AT" default:"02:30" about:"when the backup is made, in the time zone of the first consortium"`
	Keep        string `flag:"backup-keep" env:"GUILDHALL_BACKUP_KEEP" default:"14,12" about:"how many nightly backups are kept, and how many first ones of a month"`
	Clamd       string `flag:"clamd" env:"GUILDHALL_CLAMD" default:"" about:"ClamAV's daemon, tcp://host:3310 or unix:///path, that looks over each file sent in; while it is away none is taken; empty: none"`
	SSOPrivate  string `flag:"sso-private" env:"GUILDHALL_SSO_PRIVATE" default:"" about:"yes: identity providers may stand at private addresses and on this machine; empty or no: they may not"`
	Fonts       string `flag:"fonts" env:"GUILDHALL_FONTS" default:"" about:"TrueType fonts of PDF files: a folder, or files (text, then headings); empty: those that are installed"`
	MetricsAddr string `flag:"metrics-addr" env:"GUILDHALL_METRICS_ADDR" default:"" about:"address of a listener of its own for /metrics, reachable for the monitoring alone; empty: none"`
	MetricsFrom string `flag:"metrics-from" env:"GUILDHALL_METRICS_FROM" default:"" about:"addresses and networks, with commas between them, that may read /metrics without a token"`
	Unready     string `flag:"unready" env:"GUILDHALL_UNREADY" default:"0s" about:"how long a server that was told to stop says so on /readyz before it takes nothing more; behind a load balancer somewhat longer than it takes to notice"`
	Log         string `flag:"log" env:"GUILDHALL_LOG" default:"info" about:"what is logged: debug, info, warn or error"`
	LogForm     string `flag:"log-form" env:"GUILDHALL_LOG_FORM" default:"text" about:"form of the log's lines: text or json"`
}

// settings walks over the fields of a Config.
func (c *Config) settings(each func(value *string, tag reflect.StructTag)) {
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		each(v.Field(i).Addr().Interface().(*string), v.Type().Field(i).Tag)
	}
}

// Flags adds the settings to a command's flags. A command that has no use for
// one leaves it out by naming those that it takes.
func (c *Config) Flags(fs *flag.FlagSet, names ...string) {
	taken := map[string]bool{}
	for _, name := range names {
		taken[name] = true
	}
	c.settings(func(value *string, tag reflect.StructTag) {
		def, ok := os.LookupEnv(tag.Get("env"))
		if !ok {
			def = tag.Get("default")
		}
		*value = def
		if len(names) == 0 || taken[tag.Get("flag")] {
			fs.StringVar(value, tag.Get("flag"), def, tag.Get("about")+" ("+tag.Get("env")+")")
		}
	})
}

// Reference prints the settings as a table, for the manual.
func Reference(w io.Writer) {
	fmt.Fprintln(w, "| flag | environment | default | meaning |\n|---|---|---|---|")
	new(Config).settings(func(_ *string, tag reflect.StructTag) {
		fmt.Fprintf(w, "| `--%s` | `%s` | `%s` | %s |\n", tag.Get("flag"), tag.Get("env"), tag.Get("default"), tag.Get("about"))
	})
}

// address gives where the database is.
func (c *Config) address() string {
	if c.Database != "" {
		return c.Database
	}
	return filepath.Join(c.Data, "guildhall.db")
}

func (c *Config) keyFile() string {
	if c.Key != "" {
		return c.Key
	}
	return filepath.Join(c.Data, "key")
}

func (c *Config) anchors() string {
	if c.Anchors != "" {
		return c.Anchors
	}
	return filepath.Join(c.Data, "anchors")
}

func (c *Config) files() string {
	if c.Files != "" {
		return c.Files
	}
	return filepath.Join(c.Data, "files")
}

// embedded tells whether the database is the one in the data folder.
func (c *Config) embedded() bool { return !db.IsPostgres(c.address()) }

func (c *Config) url() string {
	if c.URL != "" {
		return c.URL
	}
	return "http://" + c.Addr
}
