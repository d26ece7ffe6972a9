package app_test

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe.min.js.gz
var axeZip []byte

// chromium asks for a browser. Without one at hand a test says so and is left out, but
// under CI it fails.
func chromium(t *testing.T) {
	t.Helper()
	if browserPath() != "" {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("no browser here: scripts/prepare installs one")
	}
	t.Skip("left out: no browser here; scripts/prepare installs one")
}

func browserPath() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// browser starts the one browser of this run of the tests, which ends with it: to start
// one costs more than what most visitors do with it.
var browser = sync.OnceValues(func() (context.Context, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(browserPath()), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(filepath.Join(scratch, "browser")),
		chromedp.Flag("disable-quic", true), chromedp.Flag("no-first-run", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "zh-CN"),
		chromedp.Flag("accept-lang", "zh-CN"), chromedp.WindowSize(1280, 900))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ = chromedp.NewContext(ctx)
	closeBrowser = func() { chromedp.Cancel(ctx); cancel() }
	return ctx, chromedp.Do(ctx)
})

var closeBrowser = func() {} // and waits until it has written its last

// visitor is somebody at a browser window.
type visitor struct {
	t     *testing.T
	ctx   context.Context
	url   string
	width int
	axe   bool // it is on every page
}

// visit opens a window of a width that shares nothing with others, with scripts switched
// off where the visitor has none.
func visit(t *testing.T, url string, width int, scripts bool) *visitor {
	t.Helper()
	chromium(t)
	shared, err := browser()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(shared, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(cancel)
	v := &visitor{t: t, ctx: ctx, url: url, width: width}
	size := []chromedp.EmulateViewportOption{}
	if width < 640 {
		size = append(size, chromedp.EmulateMobile)
	}
	v.do(chromedp.EmulateViewport(int64(width), 900, size...))
	if !scripts {
		v.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			return err
		}))
	}
	return v
}

func (v *visitor) do(steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, steps...); err != nil {
		v.shot("failed")
		v.t.Fatalf("%v\n%s", err, v.text())
	}
}

// goTo opens a path and waits for its main part.
func (v *visitor) goTo(path string) {
	v.t.Helper()
	v.do(chromedp.Navigate(v.url+path), chromedp.WaitVisible(chromedp.CSS("#main")))
}

// text gives what the page's main part says.
func (v *visitor) text() string {
	ctx, cancel := context.WithTimeout(v.ctx, 5*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("#main")))
	return text
}

// sees fails unless the page's main part says all of these.
func (v *visitor) sees(words ...string) {
	v.t.Helper()
	text := v.text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			v.shot("unseen")
			v.t.Fatalf("the page does not say %q:\n%s", w, text)
		}
	}
}

// click clicks what a CSS selector finds first, and waits for the page it leads to.
func (v *visitor) click(selector string) {
	v.t.Helper()
	v.do(chromedp.WaitReady(chromedp.CSS(selector)), chromedp.ScrollIntoView(chromedp.CSS(selector)))
	if _, err := chromedp.RunResponse(v.ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		v.shot("failed")
		v.t.Fatalf("a click on %s: %v", selector, err)
	}
	v.do(chromedp.WaitVisible(chromedp.CSS("#main")))
}

// signIn signs a demo user in.
func (v *visitor) signIn(login, password string) {
	v.t.Helper()
	v.goTo("/sign-in")
	v.do(chromedp.SetValue(chromedp.CSS("#login"), login), chromedp.SetValue(chromedp.CSS("#password"), password))
	v.click("form[action='/sign-in'] button.primary")
}

// fits fails where the page is wider than its window.
func (v *visitor) fits() {
	v.t.Helper()
	if wide := ask[int](v, `document.documentElement.scrollWidth`); wide > v.width {
		v.shot("wide")
		v.t.Errorf("%s is %d px wide in a window of %d", v.path(), wide, v.width)
	}
}

func (v *visitor) path() string {
	path, _ := chromedp.Run(v.ctx, chromedp.Location())
	return strings.TrimPrefix(path, v.url)
}

// ask gives what an expression is worth on the page.
func ask[T any](v *visitor, expression string) T {
	v.t.Helper()
	value, err := chromedp.Run(v.ctx, chromedp.Evaluate[T](expression, func(p *runtime.EvaluateParams) {
		await := true
		p.AwaitPromise = &await
	}))
	if err != nil {
		v.shot("failed")
		v.t.Fatalf("%s: %v", v.path(), err)
	}
	return value
}

// axe gives the program that finds what would keep somebody out.
var axe = sync.OnceValues(func() (string, error) {
	zip, err := gzip.NewReader(bytes.NewReader(axeZip))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(zip)
	return string(text), err
})

// bringAxe puts axe on the page, and on each that the visitor opens from now on: it is
// long, and the browser is sent it once.
func (v *visitor) bringAxe() {
	v.t.Helper()
	if v.axe {
		return
	}
	text, err := axe()
	if err != nil {
		v.t.Fatal(err)
	}
	ask[int](v, text+";0")
	v.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: text})
		return err
	}))
	v.axe = true
}

// accessible fails on what axe finds against WCAG 2.2 AA on the page.
func (v *visitor) accessible() {
	v.t.Helper()
	v.bringAxe()
	type violation struct {
		ID    string
		Help  string
		Nodes []struct{ HTML string }
	}
	found := ask[[]violation](v,
		`axe.run({runOnly:["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa"],resultTypes:["violations"],preload:false}).then(r => r.violations.map(x => ({ID:x.id,Help:x.help,Nodes:x.nodes.slice(0,3).map(n=>({HTML:n.html}))})))`)
	for _, f := range found {
		v.t.Errorf("%s: %s (%s): %v", v.path(), f.ID, f.Help, f.Nodes)
	}
}

// shot keeps a picture of the page where GUILDHALL_SHOTS names a folder for them.
func (v *visitor) shot(name string) {
	dir := os.Getenv("GUILDHALL_SHOTS")
	if dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(v.ctx, 10*time.Second)
	defer cancel()
	if picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100)); err == nil {
		name = strings.NewReplacer("/", "_", " ", "_").Replace(fmt.Sprintf("%s_%s.png", v.t.Name(), name))
		os.WriteFile(filepath.Join(dir, name), picture, 0o644)
	}
}

// set gives the visitor's browser a cookie.
func (v *visitor) set(name, value string) {
	v.t.Helper()
	v.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: v.url})
		return err
	}))
}

// cookie gives the visitor's cookies as a request bears them.
func (v *visitor) cookie() string {
	v.t.Helper()
	var list []string
	v.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		got, err := cdp.Call(ctx, target, network.GetCookies, network.GetCookiesParams{})
		if err == nil {
			for _, c := range got.Cookies {
				list = append(list, c.Name+"="+c.Value)
			}
		}
		return err
	}))
	return strings.Join(list, "; ")
}

// download gets a file as whoever bears the cookie.
func download(t *testing.T, link, cookie string) []byte {
	t.Helper()
	r, err := http.NewRequest("GET", link, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", cookie)
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	content, err := io.ReadAll(w.Body)
	if err != nil || w.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", link, w.Status, err)
	}
	return content
}

// first gives what stands after a mark in the data of a public page, up to the
// next quotation mark.
func first(t *testing.T, url, path, mark string) string {
	t.Helper()
	r, err := http.NewRequest("GET", url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	content, err := io.ReadAll(w.Body)
	_, after, ok := strings.Cut(string(content), mark)
	if err != nil || !ok {
		t.Fatalf("%s says %.200s, %v", path, content, err)
	}
	value, _, _ := strings.Cut(after, `"`)
	return value
}
