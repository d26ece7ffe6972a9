package app_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/i18n"
	"guildhall/internal/watch"
)

// P15: without a standby for which commits wait the house does not claim that nothing is
// lost, and says what it has instead.
func TestP15ItClaimsNoMoreThanTheEngineTells(t *testing.T) {
	for _, c := range []struct {
		name  string
		is    db.Safety
		level watch.Level
	}{
		{"SQLite", db.Safety{Engine: "sqlite", Durable: true}, watch.Note},
		{"a server alone", db.Safety{Engine: "postgres", Durable: true}, watch.Note},
		{"a server that does not tell", db.Safety{Engine: "postgres", Durable: true, Standbys: -1}, watch.Note},
		{"a standby that is not waited for", db.Safety{Engine: "postgres", Durable: true, Standbys: 1}, watch.Warn},
		{"one that is", db.Safety{Engine: "postgres", Durable: true, Standbys: 1, Synced: true}, watch.OK},
		{"one that is and is not there", db.Safety{Engine: "postgres", Durable: true, Synced: true}, watch.Fail},
		{"a standby itself", db.Safety{Engine: "postgres", Durable: true, Reader: true}, watch.Fail},
	} {
		c.is.Settings = map[string]string{"synchronous_standby_names": "ANY 1 (a, b)"}
		l := app.Replicated(i18n.With(t.Context(), "en"), c.is)
		if l.Level != c.level || strings.HasPrefix(l.Said, "watch.") {
			t.Errorf("%s: %s, %s", c.name, l.Level, l.Said)
		}
		if claims := !strings.Contains(l.Said, "No claim of zero loss") && l.Level == watch.Note; claims {
			t.Errorf("%s claims too much: %s", c.name, l.Said)
		}
	}
}

// P15: durability, standby, clock and backup stand on the operations page, on both engines;
// a failed backup and a drill show there; and each reader sees what is theirs.
func TestP15OperationsTellHowSureItIs(t *testing.T) {
	onEach(t, func(t *testing.T, postgres bool) {
		h := open(t, settings(t, postgres))
		body := foundIn(t, h)
		see := func(role string) map[string]watch.Line {
			ctx := i18n.With(auth.With(db.In(t.Context(), body.ID), auth.Actor{ID: "p", Body: body.ID, Roles: []string{role}}), "en")
			o, err := h.Watch.Operations(ctx)
			if err != nil {
				t.Fatal(err)
			}
			lines := map[string]watch.Line{}
			for _, p := range o.Parts {
				for _, l := range p.Lines {
					lines[l.Key] = l
					if said := l.Name + l.Said + l.Mend; strings.Contains(said, "watch.") || strings.Contains(said, "%!") {
						t.Errorf("%s: %+v", role, l)
					}
				}
			}
			return lines
		}
		admin, office := see(auth.Admin), see(auth.Secretariat)
		safety, err := h.DB.Safety(t.Context())
		if err != nil || !postgres && !safety.Durable {
			t.Fatalf("%+v, %v", safety, err)
		}
		durable := map[bool]watch.Level{true: watch.OK, false: watch.Fail}[safety.Durable] // a server for tests may have been told not to sync
		for key, level := range map[string]watch.Level{"durable": durable, "replicated": watch.Note, "backup": watch.Fail, "drill": watch.Warn, "queue": admin["queue"].Level, "stale": watch.OK, "ledger": watch.OK} {
			if admin[key].Level != level || office[key].Level != level {
				t.Errorf("%s: %+v, %+v, want %s", key, admin[key], office[key], level)
			}
		}
		if admin["room"].Key == "" || office["room"].Key != "" || office["mail"].Key != "" {
			t.Errorf("the machine is for the administrator alone: %v", office)
		}
		if err := app.TellDrill(t.Context(), h.Config, app.Manifest{}, nil); err != nil {
			t.Fatal(err)
		}
		if l := see(auth.Admin)["drill"]; l.Level != watch.OK {
			t.Errorf("after a drill: %+v", l)
		}
		if err := app.TellDrill(t.Context(), h.Config, app.Manifest{}, errors.New("broken")); err != nil {
			t.Fatal(err)
		}
		if l := see(auth.Admin)["drill"]; l.Level != watch.Fail {
			t.Errorf("after one that failed: %+v", l)
		}
		figuresOf(t, h)
	})
}

func figuresOf(t *testing.T, h *app.House) {
	var b bytes.Buffer
	if err := h.Watch.Write(context.WithoutCancel(t.Context()), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"guildhall_figures_missed 0\n", `guildhall_jobs_waiting{job="entries"}`, `guildhall_mail_waiting{mail="account"} 0`, "guildhall_journal_entries ", "guildhall_db_bytes "} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the figures do not tell %s:\n%s", want, b.String())
		}
	}
}
