// Package auth knows who asks, and says how a room writes down who may do what.
package auth

import (
	"context"
	"slices"

	"guildhall/internal/fault"
)

// The roles (角色) that a post gives. What each may do stands in the rooms' rule
// books.
const (
	Admin       = "admin"       // 平台管理员: runs the platform, for all bodies
	Secretariat = "secretariat" // 秘书处: runs one body
	UnitAdmin   = "unit_admin"  // 单位管理员: the accounts and data of one unit
	Staff       = "staff"       // 单位人员: works on the data of one unit
	Student     = "student"     // 学生: a candidate at one school
)

// Roles lists the roles, the widest first.
var Roles = []string{Admin, Secretariat, UnitAdmin, Staff, Student}

// Actor is whoever asks, acting for one unit in one body. The zero Actor is a
// stranger.
type Actor struct {
	ID    string   // the person
	Name  string   // to greet them by
	Unit  string   // for which they act
	Body  string   // in which they act
	Roles []string // that their posts in Unit and Body give them
	About string   // whom a student's post is about: their record as a candidate

	Post  string // in which they act now
	Posts []Post // all that they hold, where there are several

	// Scopes narrow a program that acts with a person's token: only actions
	// that one of them covers. Nil narrows nothing.
	Scopes []string
	Token  bool // acts by a token, not in a session

	// Must is the one page that the actor reaches until they have done what it asks,
	// such as setting up a second factor. Empty keeps them from nothing.
	Must string
}

// Post is a choice of the switch in the header: for which unit to act.
type Post struct{ ID, Unit, Role, Body string }

// Is tells whether a holds a role.
func (a Actor) Is(role string) bool { return slices.Contains(a.Roles, role) }

// Runs tells whether a runs the body: its secretariat, or the platform's
// administrator.
func (a Actor) Runs() bool { return a.Is(Secretariat) || a.Is(Admin) }

// For tells whether a works for unit on its data.
func (a Actor) For(unit string) bool {
	return unit != "" && a.Unit == unit && (a.Is(UnitAdmin) || a.Is(Staff))
}

type key struct{}

// With makes a the one who asks.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, key{}, a) }

// From gives the one who asks.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(key{}).(Actor)
	return a
}

// Rule tells whether a may act on this thing.
type Rule[T any] func(a Actor, on T) bool

// Policy is a room's rule book: for each action, its rule. An action that is
// not in the book is allowed to no one.
type Policy[T any] map[string]Rule[T]

// Can tells whether the actor of ctx may do action on this thing.
func (p Policy[T]) Can(ctx context.Context, action string, on T) bool {
	rule := p[action]
	return rule != nil && rule(From(ctx), on)
}

// Allow is Can as an error: Unknown for a stranger, who may be let in once we
// know them, Denied for everyone else.
func (p Policy[T]) Allow(ctx context.Context, action string, on T) error {
	switch {
	case p.Can(ctx, action, on):
		return nil
	case From(ctx).ID == "":
		return fault.Unknown.New("fault.unknown")
	default:
		return fault.Denied.New("fault.denied")
	}
}

// Role is the rule of those who hold one of these roles.
func Role[T any](roles ...string) Rule[T] {
	return func(a Actor, _ T) bool { return slices.ContainsFunc(roles, a.Is) }
}

// Any is the rule of those whom one of the rules lets in.
func Any[T any](rules ...Rule[T]) Rule[T] {
	return func(a Actor, on T) bool {
		return slices.ContainsFunc(rules, func(r Rule[T]) bool { return r(a, on) })
	}
}

// All is the rule of those whom every rule lets in.
func All[T any](rules ...Rule[T]) Rule[T] {
	return func(a Actor, on T) bool {
		return !slices.ContainsFunc(rules, func(r Rule[T]) bool { return !r(a, on) })
	}
}

// Everyone is the rule of what is public.
func Everyone[T any](Actor, T) bool { return true }

// Known is the rule of those who have signed in.
func Known[T any](a Actor, _ T) bool { return a.ID != "" }
