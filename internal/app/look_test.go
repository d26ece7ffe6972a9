package app_test

import (
	"os"
	"strings"
	"testing"
)

// TestLook takes pictures of pages of a house that is served somewhere, for
// people to look at: GUILDHALL_LOOK is its address, GUILDHALL_SHOTS the folder,
// GUILDHALL_PAGES pairs of login and path, GUILDHALL_LANGUAGE the language; with
// GUILDHALL_AXE axe looks too.
func TestLook(t *testing.T) {
	at, pages := os.Getenv("GUILDHALL_LOOK"), os.Getenv("GUILDHALL_PAGES")
	if at == "" || os.Getenv("GUILDHALL_SHOTS") == "" {
		t.Skip("left out: it takes pictures only where GUILDHALL_LOOK and GUILDHALL_SHOTS ask for them")
	}
	for _, width := range []int{1280, 360} {
		last := ""
		var v *visitor
		for _, page := range strings.Fields(pages) {
			login, path, _ := strings.Cut(page, ":")
			if v == nil || login != last {
				v = visit(t, at, width, true)
				if language := os.Getenv("GUILDHALL_LANGUAGE"); language != "" {
					v.goTo("/sign-in")
					v.set("lang", language)
				}
				if login != "" {
					v.signIn(login, "guildhall-demo")
				}
				last = login
			}
			v.goTo(path)
			v.shot(map[int]string{1280: "wide", 360: "phone"}[width] + login + path)
			v.fits()
			if os.Getenv("GUILDHALL_AXE") != "" {
				v.accessible()
			}
		}
	}
}
