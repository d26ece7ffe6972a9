package app

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
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
	if err := h.demoLoad(ctx, say); err != nil {
		return false, fmt.Errorf("demo: %w", err)
	}
	if err := h.demoAccounts(ctx, office); err != nil {
		return false, fmt.Errorf("demo: %w", err)
	}
	return true, nil
}

// demoAccounts invites the demo's users and lets each choose the password.
func (h *House) demoAccounts(ctx context.Context, office *directory.Unit) error {
	for _, u := range demoUsers {
		unit := u.unit
		if unit == "" {
			unit = office.ID
		}
		if err := h.demoEnter(ctx, directory.Invitation{Name: u.name, Login: u.login, Unit: unit, Role: u.role}); err != nil {
			return fmt.Errorf("%s: %w", u.login, err)
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

func (h *House) demoLoad(ctx context.Context, say func(string)) error { return nil }

var _ = errors.Is
var _ = db.House
var _ = fault.Invalid
