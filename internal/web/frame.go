package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"guildhall/internal/auth"
	"guildhall/internal/i18n"
)

// frame is what the frame around a page must know; a request bears it.
type frame struct {
	routes  *Routes
	url     *url.URL
	trace   string
	pattern string // of the route, once it is found
	actor   auth.Actor
	body    Body
	theme   string
	done    string
}

type frameKey struct{}

func frameOf(ctx context.Context) *frame {
	if f, ok := ctx.Value(frameKey{}).(*frame); ok {
		return f
	}
	return &frame{routes: &Routes{}, url: &url.URL{Path: "/"}}
}

func trace(ctx context.Context) string { return frameOf(ctx).trace }

// URL gives the address of the page that is made.
func URL(ctx context.Context) *url.URL { return frameOf(ctx).url }

// BodyName gives the name of the consortium on whose pages the reader is.
func BodyName(ctx context.Context) string {
	b := frameOf(ctx).body
	return i18n.Pick(ctx, b.Name, b.NameEN)
}

// group is a part of the rail.
type group struct {
	word   string
	places []Place
}

func (f *frame) rail() (groups []group) {
	for _, p := range f.routes.Rail {
		if p.Show != nil && !p.Show(f.actor) {
			continue
		}
		if len(groups) == 0 || groups[len(groups)-1].word != p.Group {
			groups = append(groups, group{word: p.Group})
		}
		g := &groups[len(groups)-1]
		g.places = append(g.places, p)
	}
	return groups
}

// here tells whether the page stands at or under a place, and no other place is
// nearer to it.
func (f *frame) here(p Place) bool {
	return f.under(p) && !slices.ContainsFunc(f.routes.Rail, func(other Place) bool { return len(other.Path) > len(p.Path) && f.under(other) })
}

func (f *frame) under(p Place) bool {
	if p.Path == "/" {
		return f.url.Path == "/"
	}
	return f.url.Path == p.Path || strings.HasPrefix(f.url.Path, p.Path+"/")
}

func (f *frame) place() (Place, bool) {
	for _, p := range f.routes.Rail {
		if f.here(p) {
			return p, true
		}
	}
	return Place{}, false
}

func other(ctx context.Context) string {
	if i18n.Chinese(ctx) {
		return "en"
	}
	return "zh-CN"
}

// otherTheme gives the theme that the reader does not have.
func (f *frame) otherTheme() string {
	if f.theme == "dark" {
		return "light"
	}
	return "dark"
}
