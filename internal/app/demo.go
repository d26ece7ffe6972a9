package app

import (
	"archive/zip"
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/i18n"
	"guildhall/internal/intake"
	"guildhall/internal/talent"
)

// demoData is a fictional consortium of 84 members as a generator made it: its
// clean tables, and under faulty/ the spreadsheets as schools and enterprises
// would send them.
//
//go:embed demo/demo.zip
var demoData []byte

// DemoPassword is every demo account's password.
const DemoPassword = "guildhall-demo"

// demoUsers are the demo's accounts, one for each kind of user. A unit is named
// by its number in the data; an empty one is the secretariat's.
var demoUsers = []struct{ login, name, unit, role string }{
	{"secretariat", "秘书处·演示", "", auth.Secretariat},
	{"enterprise", "企业管理员·演示", "M00011", auth.UnitAdmin},
	{"hr", "人事专员·演示", "M00011", auth.Staff},
	{"school", "学校管理员·演示", "M00075", auth.UnitAdmin},
	{"teacher", "就业老师·演示", "M00075", auth.Staff},
	{"school2", "中职学校管理员·演示", "M00072", auth.UnitAdmin},
}

// Demo makes the demo consortium where there is no consortium yet, through the
// same commands and the same importer as anybody's, and tells its progress.
func Demo(ctx context.Context, h *House, say func(string)) (made bool, err error) {
	bodies, err := h.known(ctx)
	if err != nil || len(bodies) > 0 {
		return false, err
	}
	root := auth.Actor{ID: "demo", Name: "demo", Roles: []string{auth.Admin}}
	ctx = auth.With(ctx, root)
	body, err := h.Directory.Found(ctx, &directory.Body{Name: "龙壶市汽车产教联合体（示例）", NameEN: "Longhu Automotive Consortium (example)",
		Kind: "city", Industry: "汽车", Region: "450200"})
	if err != nil {
		return false, err
	}
	root.Body = body.ID
	ctx = directory.As(ctx, root)
	office := &directory.Unit{Ref: "M00000", Name: "龙壶市汽车产教联合体秘书处（示例）", ShortName: "秘书处", Class: "other", Fictional: true}
	if err := h.Directory.EnrolUnits(ctx, []*directory.Unit{office}); err != nil {
		return false, err
	}
	if err := h.demoTrust(ctx); err != nil {
		return false, fmt.Errorf("demo: second factors: %w", err)
	}
	if err := h.demoLoad(ctx, say); err != nil {
		return false, fmt.Errorf("demo: %w", err)
	}
	say(i18n.T(ctx, "app.demo.working"))
	if err := h.demoConsent(ctx); err != nil {
		return false, fmt.Errorf("demo: %w", err)
	}
	round, err := h.demoRounds(ctx)
	if err != nil {
		return false, fmt.Errorf("demo: round: %w", err)
	}
	if err := h.demoOutlook(ctx); err != nil {
		return false, fmt.Errorf("demo: outlook: %w", err)
	}
	if err := h.demoPlacement(ctx); err != nil {
		return false, fmt.Errorf("demo: placements: %w", err)
	}
	if err := h.demoAccounts(ctx, office, round.ID); err != nil {
		return false, fmt.Errorf("demo: %w", err)
	}
	if err := h.demoPrivacy(ctx, round.ID); err != nil {
		return false, fmt.Errorf("demo: rights: %w", err)
	}
	if err := h.demoIdentity(ctx); err != nil {
		return false, fmt.Errorf("demo: identity providers: %w", err)
	}
	if err := h.demoMember(ctx); err != nil {
		return false, fmt.Errorf("demo: members: %w", err)
	}
	if err := h.demoChain(ctx); err != nil {
		return false, fmt.Errorf("demo: chain: %w", err)
	}
	if err := h.demoDemand(ctx); err != nil {
		return false, fmt.Errorf("demo: demands: %w", err)
	}
	if err := h.demoRecommend(ctx); err != nil {
		return false, fmt.Errorf("demo: courses: %w", err)
	}
	if err := h.demoLastYear(ctx); err != nil {
		return false, fmt.Errorf("demo: last year: %w", err)
	}
	if err := h.demoCouncil(ctx); err != nil {
		return false, fmt.Errorf("demo: council: %w", err)
	}
	if err := h.demoPlan(ctx); err != nil {
		return false, fmt.Errorf("demo: plan: %w", err)
	}
	if err := h.demoBookings(ctx); err != nil {
		return false, fmt.Errorf("demo: bookings: %w", err)
	}
	if err := h.demoMeasure(ctx); err != nil {
		return false, fmt.Errorf("demo: measure: %w", err)
	}
	return true, nil
}

// demoConsent notes each school's word that its students, and the guardians of
// those under age, have consented to being matched.
func (h *House) demoConsent(ctx context.Context) error {
	root := auth.From(ctx)
	units, err := db.View(ctx, h.DB, directory.Units)
	if err != nil {
		return err
	}
	for _, u := range units {
		if !u.School() {
			continue
		}
		school := auth.Actor{ID: root.ID, Name: root.Name, Body: root.Body, Unit: u.ID, Roles: []string{auth.UnitAdmin}}
		if _, err := h.Talent.Consent(directory.As(ctx, school), talent.ConsentForm{Purposes: talent.Purposes, Guardian: true}); err != nil {
			return fmt.Errorf("consent of %s: %w", u.Name, err)
		}
	}
	return nil
}

// demoAccounts invites the demo's users and lets each choose the password.
func (h *House) demoAccounts(ctx context.Context, office *directory.Unit, round string) error {
	for _, u := range demoUsers {
		unit := u.unit
		if unit == "" {
			unit = office.ID
		}
		if err := h.demoEnter(ctx, directory.Invitation{Name: u.name, Login: u.login, Unit: unit, Role: u.role}); err != nil {
			return fmt.Errorf("%s: %w", u.login, err)
		}
	}
	telling, err := h.Rounds.Telling(ctx, round, len(demoStudents))
	if err != nil {
		return err
	}
	for i, id := range telling {
		c, err := h.Talent.Candidate(ctx, id)
		if err != nil {
			return err
		}
		name, err := db.View(ctx, h.DB, func(tx *db.Tx) (string, error) {
			_, _, name, err := h.Talent.CandidateByRef(tx, c.Candidate.Ref)
			return name, err
		})
		if err != nil {
			return err
		}
		in := directory.Invitation{Name: name, Login: demoStudents[i], Unit: c.Candidate.School, Role: auth.Student, About: id}
		if err := h.demoEnter(ctx, in); err != nil {
			return fmt.Errorf("%s: %w", in.Login, err)
		}
	}
	first, err := h.Directory.First(ctx)
	if err != nil || first.Path == "" {
		return err
	}
	_, err = h.Directory.Choose(ctx, strings.TrimPrefix(first.Path, "/links/"), DemoPassword, "demo")
	return err
}

func (h *House) demoEnter(ctx context.Context, in directory.Invitation) error {
	_, link, err := h.Directory.Invite(ctx, in)
	if err != nil || link.Path == "" {
		return err
	}
	_, err = h.Directory.Choose(ctx, strings.TrimPrefix(link.Path, "/links/"), DemoPassword, "demo")
	return err
}

// DemoGuide tells how to sign in to the demo as each kind of user.
func DemoGuide(ctx context.Context, made bool, c Config) string {
	var b strings.Builder
	fmt.Fprintln(&b, i18n.T(ctx, "app.demo.guide", c.url(), DemoPassword))
	fmt.Fprintf(&b, "  %-12s %s\n", "admin", i18n.T(ctx, "directory.role.admin"))
	for _, u := range demoUsers {
		fmt.Fprintf(&b, "  %-12s %s\n", u.login, i18n.T(ctx, "directory.role."+u.role))
	}
	for _, login := range demoStudents {
		fmt.Fprintf(&b, "  %-12s %s\n", login, i18n.T(ctx, "directory.role."+auth.Student))
	}
	fmt.Fprintln(&b, i18n.T(ctx, "app.demo.fictional"))
	return b.String()
}

// demoStudents are the logins of the demo's students.
var demoStudents = []string{"student1", "student2", "student3"}

// demoLoad imports the demo's tables, and then the faulty spreadsheets, whose
// rows that need a person stay for one to decide.
func (h *House) demoLoad(ctx context.Context, say func(string)) error {
	archive, err := zip.NewReader(bytes.NewReader(demoData), int64(len(demoData)))
	if err != nil {
		return err
	}
	var clean, faulty, waiting []intake.Upload
	for _, f := range archive.File {
		u, err := unzipped(f)
		if err != nil {
			return err
		}
		switch name, isFaulty := strings.CutPrefix(f.Name, "faulty/"); {
		case !isFaulty:
			clean = append(clean, u)
		case strings.HasPrefix(name, "positions/"):
			u.Name = name
			waiting = append(waiting, u) // looked over, for whoever tries the demo to decide
		default:
			u.Name = name
			faulty = append(faulty, u)
		}
	}
	for i, part := range [][]intake.Upload{clean, faulty, waiting} {
		j, err := h.Intake.Start(ctx, part)
		if err != nil {
			return err
		}
		if err := h.Intake.Look(ctx, j.ID, part, nil); err != nil {
			return err
		}
		if i < 2 {
			if _, err := h.Intake.Commit(ctx, j.ID); err != nil {
				return err
			}
			if err := h.Intake.Carry(ctx, j.ID); err != nil {
				return err
			}
		}
		if j, err = h.Intake.Job(ctx, j.ID); err != nil {
			return err
		}
		for _, f := range j.Files {
			say("  " + f.Name)
		}
	}
	return nil
}

func unzipped(f *zip.File) (u intake.Upload, err error) {
	r, err := f.Open()
	if err != nil {
		return u, err
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	return intake.Upload{Name: f.Name, File: bytes.NewReader(content), Size: int64(len(content))}, err
}
