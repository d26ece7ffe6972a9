// Package app puts the house together. It alone knows every room; where one
// room needs something of another, the two are joined here.
package app

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"guildhall/internal/act"
	"guildhall/internal/agreement"
	"guildhall/internal/auth"
	"guildhall/internal/bulletin"
	"guildhall/internal/chain"
	"guildhall/internal/codes"
	"guildhall/internal/council"
	"guildhall/internal/db"
	"guildhall/internal/demand"
	"guildhall/internal/directory"
	"guildhall/internal/facility"
	"guildhall/internal/factor"
	"guildhall/internal/fault"
	"guildhall/internal/files"
	"guildhall/internal/i18n"
	"guildhall/internal/intake"
	"guildhall/internal/journal"
	"guildhall/internal/ledger"
	"guildhall/internal/mail"
	"guildhall/internal/measure"
	"guildhall/internal/member"
	"guildhall/internal/outlook"
	"guildhall/internal/placement"
	"guildhall/internal/plan"
	"guildhall/internal/privacy"
	"guildhall/internal/recommend"
	"guildhall/internal/round"
	"guildhall/internal/rule"
	"guildhall/internal/screen"
	"guildhall/internal/seal"
	"guildhall/internal/sso"
	"guildhall/internal/survey"
	"guildhall/internal/talent"
	"guildhall/internal/watch"
	"guildhall/internal/web"
)

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// House is the whole application over one database.
type House struct {
	web.Routes
	Config    Config
	DB        *db.DB
	Keys      *seal.Keys
	Files     *files.Store
	Relay     journal.Relay
	Signer    *journal.Signer
	Directory *directory.Directory
	Codes     *codes.Codes
	Rules     *rule.Rules
	Chain     *chain.Chain
	Intake    *intake.Intake
	Member    *member.Roll
	Council   *council.Council
	Plan      *plan.Plan
	Measure   *measure.Measure
	Talent    *talent.Talent
	Rounds    *round.Office
	Recommend *recommend.Office
	Placement *placement.Office
	Outlook   *outlook.Outlook
	Survey    *survey.Survey
	Press     *bulletin.Press
	Facility  *facility.Facility
	Factors   *factor.Office
	Sign      *sso.Office
	Privacy   *privacy.Office
	Watch     *watch.Watch

	bodies  bodies
	shelves shelves
	whole   atomic.Pointer[wholeness]
	jobs    []func(context.Context) // what runs beside the pages for as long as the house is served
	unready time.Duration           // how long the house says that it leaves before it does
	leaving atomic.Bool
}

// rooms lists the tables of every room, from the ground up.
func rooms() []db.Room {
	return []db.Room{
		journal.Room, web.Room, files.Room, directory.Room, codes.Room,
		act.Room,
		ledger.Room,
		rule.Room,
		demand.Room,
		agreement.Room,
		bulletin.Room,
		intake.Room,
		member.Room,
		council.Room,
		talent.Room,
		recommend.Room,
		round.Room,
		placement.Room,
		outlook.Room,
		survey.Room,
		factor.Room,
		sso.Room,
		facility.Room,
		plan.Room,
		measure.Room,
		chain.Room,
		privacy.Room,
	}
}

// Open opens the database and the key, brings the tables up to date, and joins
// the rooms. A data folder that is not there is made.
func Open(ctx context.Context, c Config) (h *House, err error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("%w: %w", fault.Away.New("app.cannot_write", c.Data), err)
	}
	d, err := db.Open(ctx, c.address())
	if err != nil {
		return nil, err
	}
	keys, err := c.keys(ctx, d)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if _, err := db.Migrate(ctx, d, rooms()); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if err := beginSuite(ctx, d, keys); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if h, err = New(c, d, keys); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if _, err := h.Privacy.Again(ctx); err != nil { // what a backup from before brought back
		return nil, errors.Join(err, d.Close())
	}
	if err := h.settleMoney(ctx); err != nil { // what was noted before there was a ledger
		return nil, errors.Join(err, d.Close())
	}
	return h, nil
}

// keys reads the master key. It is made for an empty database only: a new key
// beside data that another one sealed would leave that unreadable for good.
func (c *Config) keys(ctx context.Context, d *db.DB) (*seal.Keys, error) {
	if _, err := os.Stat(c.keyFile()); errors.Is(err, fs.ErrNotExist) {
		empty, err := d.Empty(ctx)
		if err != nil {
			return nil, err
		}
		if !empty {
			return nil, fault.Invalid.New("app.no_key", c.keyFile())
		}
	}
	keys, err := seal.FileOf(c.keyFile(), c.Suite)
	if errors.Is(err, seal.ErrSuite) {
		return nil, fmt.Errorf("%w: %w", fault.Invalid.New("app.suite_missing"), err)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", fault.Invalid.New("app.key", c.keyFile()), err)
	}
	if c.Suite != "" && keys.Suite().Name != c.Suite {
		return nil, fault.Invalid.New("app.suite_other", keys.Suite().Name, c.Suite)
	}
	return keys, nil
}

// New joins the rooms over a database whose tables are up to date.
func New(c Config, d *db.DB, keys *seal.Keys) (*House, error) {
	store, err := files.Open(c.files(), keys)
	if err != nil {
		return nil, err
	}
	store.Scan = &screen.Scanner{Clam: screen.Clam(c.Clamd)}
	if err := store.Scan.Clam.Check(); err != nil && c.Clamd != "" {
		return nil, err
	}
	d.Hash = keys.Suite().Digest
	h := &House{Config: c, DB: d, Keys: keys, Files: store,
		Directory: directory.New(d, keys),
		Codes:     &codes.Codes{DB: d, Catalogue: codes.Shipped()},
		Rules:     &rule.Rules{DB: d},
		Talent:    talent.New(d, keys, codes.Shipped()),
		Facility:  &facility.Facility{DB: d, Keys: keys, Members: member.Units, URL: c.url()},
	}
	h.Member = &member.Roll{DB: d, Directory: h.Directory, Keys: keys}
	h.Plan = &plan.Plan{DB: d, Files: store, Since: member.Since}
	h.Measure = &measure.Measure{DB: d, Fonts: c.Fonts}
	h.Council = h.newCouncil()
	h.Talent.Resolved = council.Marked
	h.tied()
	h.Recommend = h.newRecommend()
	h.Rounds = roundsOver(d, keys, h.Talent, h.Recommend)
	h.Placement = h.newPlacement()
	h.Outlook = outlook.New(d, schooling{h.Talent}, roll{})
	h.Survey = h.newSurvey()
	h.Press = h.newPress()
	h.Chain = h.newChain()
	h.Intake = intake.NewIntake(d, keys, codes.Shipped(), slices.Concat(
		h.Member.Takers(), h.Talent.Takers(), h.Outlook.Takers(), h.Facility.Takers(), h.Placement.Takers())...)
	h.jobs = append(h.jobs, h.Outlook.Work, h.Council.Work, h.mendImports, h.lapseDemands)
	h.jobs = append(h.jobs, h.Plan.Remind, h.Measure.Look)
	h.Directory.URL = c.url()
	h.trust()
	if err := h.identity(); err != nil {
		return nil, err
	}
	h.rights()
	if c.SMTP != "" {
		if h.Directory.Mail, err = mail.New(c.SMTP); err != nil {
			return nil, err
		}
		h.Council.Mail, _ = h.Directory.Mail.(council.Mailer)
		h.jobs = append(h.jobs, h.Directory.SendMail)
	}
	h.Relay = journal.Relay{DB: d, Readers: h.readers()}
	h.jobs = append(h.jobs, h.Relay.Run, h.tendRounds, h.weighSkills, h.sweepRequests, h.glance)
	signing, err := keys.Signing()
	if err != nil {
		return nil, err
	}
	if h.Signer, err = journal.NewSigner(signing); err != nil {
		return nil, err
	}
	h.Directory.Verifier = h.Signer.VerifierKey()
	h.jobs = append(h.jobs, h.anchor)
	if c.Backups != "" {
		nightly, err := newNightly(h)
		if err != nil {
			return nil, err
		}
		h.jobs = append(h.jobs, nightly.run)
	}

	if c.Unready != "" {
		if h.unready, err = time.ParseDuration(c.Unready); err != nil || h.unready < 0 {
			return nil, fault.Invalid.New("app.unready", c.Unready)
		}
	}
	h.Routes.DB = d
	h.Routes.Who = h.Directory.Who
	h.Routes.Body = h.body
	h.Routes.Rail = rail
	h.Door(h.ready)
	h.Directory.Routes(&h.Routes)
	h.trustRoutes()
	h.identityRoutes()
	h.Codes.Routes(&h.Routes)
	h.Rules.Routes(&h.Routes)
	h.Chain.Routes(&h.Routes)
	h.Intake.Routes(&h.Routes)
	h.Member.Routes(&h.Routes)
	h.Council.Routes(&h.Routes)
	h.Talent.Routes(&h.Routes)
	h.Rounds.Routes(&h.Routes)
	h.Recommend.Routes(&h.Routes)
	h.Placement.Routes(&h.Routes)
	h.Outlook.Routes(&h.Routes)
	h.Survey.Routes(&h.Routes)
	h.Press.Routes(&h.Routes)
	h.Facility.Routes(&h.Routes)
	h.Plan.Routes(&h.Routes)
	h.Measure.Routes(&h.Routes)
	h.Privacy.Routes(&h.Routes)
	if h.Watch, err = h.newWatch(); err != nil {
		return nil, err
	}
	h.Watch.Routes(&h.Routes)
	h.acts().Routes(&h.Routes)
	h.book().Routes(&h.Routes)
	h.gathering().Routes(&h.Routes)
	return h, nil
}

// Close gives the database back.
func (h *House) Close() error { return h.DB.Close() }

// readers tells who hears of what. A reader writes in the relay's transaction,
// so what it does is done once.
func (h *House) readers() map[string][]journal.Reader {
	readers := map[string][]journal.Reader{}
	h.planReaders(readers)
	h.measureReaders(readers)
	h.supplyReaders(readers)
	h.surveyReaders(readers)
	return readers
}

// mendImports takes up the imports that a process before this one left in the
// middle, and forgets those that nobody has committed for long.
func (h *House) mendImports(ctx context.Context) {
	for {
		list, err := h.known(ctx)
		for _, b := range list {
			in := db.In(ctx, b.ID)
			err = errors.Join(err, h.Intake.Resume(in), h.Intake.Sweep(in))
		}
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "app: imports", "error", err)
		}
		select {
		case <-ctx.Done():
			h.Intake.Stop()
			h.Rounds.Wait()
			return
		case <-time.After(10 * time.Minute):
		}
	}
}

// bodies remembers the bodies for some seconds, for every page bears one's name.
type bodies struct {
	sync.Mutex
	list []*directory.Body
	at   time.Time
}

const bodiesLast = 15 * time.Second

func (h *House) known(ctx context.Context) ([]*directory.Body, error) {
	h.bodies.Lock()
	defer h.bodies.Unlock()
	if h.bodies.list != nil && time.Since(h.bodies.at) < bodiesLast {
		return h.bodies.list, nil
	}
	list, err := db.View(db.In(ctx, db.House), h.DB, directory.Bodies)
	if err == nil && len(list) > 0 {
		h.bodies.list, h.bodies.at = list, time.Now()
	}
	return list, err
}

// body gives the body on whose pages a reader is: the one in which they act, or
// for a stranger the first.
func (h *House) body(ctx context.Context, a auth.Actor) (web.Body, error) {
	list, err := h.known(ctx)
	if err != nil || len(list) == 0 {
		return web.Body{}, err
	}
	b := list[0]
	for _, other := range list {
		if other.ID == a.Body {
			b = other
		}
	}
	return web.Body{ID: b.ID, Name: b.Name, NameEN: b.NameEN, Kind: i18n.T(i18n.With(ctx, "zh-CN"), "app.kind."+b.Kind),
		KindEN: i18n.T(i18n.With(ctx, "en"), "app.kind."+b.Kind), Zone: b.Location()}, nil
}

// Version tells which program this is, as it was built.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return version + "+" + s.Value[:12]
		}
	}
	return version
}

const version = "0.1.0"
