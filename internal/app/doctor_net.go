package app

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"guildhall/internal/mail"
	"guildhall/internal/watch"
)

// settings reads those that are more than names.
func (x *doctor) settings() {
	var wrong []string
	add := func(name string, err error) {
		if err != nil {
			wrong = append(wrong, "--"+name)
		}
	}
	_, _, err := net.SplitHostPort(x.c.Addr)
	add("addr", err)
	if x.c.Backups != "" {
		_, err = newNightly(&House{Config: x.c})
		add("backup-at, --backup-keep", err)
	}
	if x.c.URL != "" {
		u, err := url.Parse(x.c.URL)
		if err == nil && (u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
			err = url.InvalidHostError(x.c.URL)
		}
		add("url", err)
	}
	if x.c.SMTP != "" {
		_, err = mail.New(x.c.SMTP)
		add("smtp", err)
	}
	_, err = watch.Networks(x.c.MetricsFrom)
	add("metrics-from", err)
	if len(wrong) > 0 {
		x.say("settings", watch.Fail, "wrong", strings.Join(wrong, ", "))
		return
	}
	x.say("settings", watch.OK, "fine")
}

// doctorWaits is how long the doctor waits for a server to answer.
const doctorWaits = 5 * time.Second

// mail knocks at the mail server's door, and sends nothing.
func (x *doctor) mail() {
	if x.c.SMTP == "" {
		x.say("smtp", watch.Note, "off")
		return
	}
	u, err := url.Parse(x.c.SMTP)
	if err != nil || u.Hostname() == "" {
		return // told among the settings
	}
	port := u.Port()
	if port == "" {
		port = map[bool]string{true: "465", false: "587"}[u.Scheme == "smtps"]
	}
	at := net.JoinHostPort(u.Hostname(), port)
	if err := greeted(x.ctx, at, u.Scheme == "smtps", u.Hostname()); err != nil {
		x.say("smtp", watch.Fail, "away", at)
		return
	}
	x.say("smtp", watch.OK, "answers", at)
}

func greeted(ctx context.Context, at string, secure bool, host string) error {
	ctx, cancel := context.WithTimeout(ctx, doctorWaits)
	defer cancel()
	dialer := &net.Dialer{}
	dial := dialer.DialContext
	if secure {
		dial = (&tls.Dialer{NetDialer: dialer, Config: &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}}).DialContext
	}
	conn, err := dial(ctx, "tcp", at)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(doctorWaits))
	greeting := make([]byte, 3)
	if _, err := io.ReadFull(conn, greeting); err != nil {
		return err
	}
	if string(greeting) != "220" {
		return net.ErrClosed
	}
	return nil
}

// address asks the public address whether we are behind it, and whether the proxy there
// says that it speaks TLS: without that, cookies are not kept to it.
func (x *doctor) address() {
	u, err := url.Parse(x.c.url())
	if err != nil {
		return
	}
	own, err := netip.ParseAddr(u.Hostname())
	local := u.Hostname() == "localhost" || err == nil && own.IsLoopback()
	if u.Scheme != "https" && !local {
		x.say("url", watch.Fail, "plain", x.c.url())
		return
	}
	ctx, cancel := context.WithTimeout(x.ctx, doctorWaits)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(x.c.url(), "/")+"/language-probe", nil)
	if err != nil {
		return
	}
	r.Header.Set("Cookie", "done=doctor") // the house takes the cookie back, and says as it does whether it thinks the line secure
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	w, err := client.Do(r)
	if err != nil {
		level := watch.Warn
		if local {
			level = watch.Note
		}
		x.say("url", level, "silent", x.c.url())
		return
	}
	defer w.Body.Close()
	io.Copy(io.Discard, io.LimitReader(w.Body, 1<<20))
	if u.Scheme == "https" && !strings.Contains(w.Header.Get("Set-Cookie"), "Secure") {
		x.say("url", watch.Fail, "unsure", x.c.url())
		return
	}
	x.say("url", watch.OK, "answers", x.c.url())
}
