package sso

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// What a call to a provider may cost. Whoever registers a provider chooses where the
// house calls, so it calls no address of its own network unless the operator allows it.
const (
	patience = 10 * time.Second
	most     = 1 << 20 // bytes of an answer
)

var (
	errPrivate = errors.New("sso: the address is a private one")
	errPlain   = errors.New("sso: the address is not https")
	errLarge   = errors.New("sso: the answer is larger than a mebibyte")
)

// abroad gives the context in which the libraries call providers.
func (o *Office) abroad(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, o.client())
}

func (o *Office) client() *http.Client {
	o.outside.once.Do(func() {
		wait := o.Patience
		if wait == 0 {
			wait = patience
		}
		dialer := &net.Dialer{Timeout: wait, Control: o.guard}
		o.outside.client = &http.Client{Timeout: wait,
			// A provider that sends us elsewhere is not the one that was registered.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: bounded{&http.Transport{DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: wait,
				TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, MaxResponseHeaderBytes: 64 << 10,
				MaxIdleConnsPerHost: 4, MaxConnsPerHost: 16, IdleConnTimeout: time.Minute}}}
	})
	return o.outside.client
}

// guard is asked with the very address that is about to be called, so that no name can
// lead elsewhere after it was looked at.
func (o *Office) guard(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !o.reachable(at.Addr()) {
		return errPrivate
	}
	return nil
}

// special are networks beside those that netip knows, in which no provider stands.
var special = prefixes("0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "192.88.99.0/24",
	"240.0.0.0/4", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "2002::/16", "fec0::/10")

// inner are networks of a house's own, beside those that netip calls private.
var inner = prefixes("100.64.0.0/10", "198.18.0.0/15")

func prefixes(all ...string) (list []netip.Prefix) {
	for _, p := range all {
		list = append(list, netip.MustParsePrefix(p))
	}
	return list
}

// reachable tells whether a provider may stand at an address. Where clouds keep their
// machines' secrets (169.254.169.254) none ever does.
func (o *Office) reachable(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if ip.IsUnspecified() || ip.IsMulticast() || ip.IsLinkLocalUnicast() || within(special, ip) {
		return false
	}
	return o.Private || !ip.IsLoopback() && !ip.IsPrivate() && !within(inner, ip)
}

func within(list []netip.Prefix, ip netip.Addr) bool {
	for _, p := range list {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// bounded calls over TLS and reads no more than it must.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if !secureURL(r.URL) {
		return nil, errPlain
	}
	w, err := b.next.RoundTrip(r)
	if err == nil {
		w.Body = &short{w.Body, most}
	}
	return w, err
}

// short fails where an answer is longer than it may be, rather than cutting it.
type short struct {
	io.ReadCloser
	left int64
}

func (s *short) Read(p []byte) (int, error) {
	if s.left <= 0 {
		var one [1]byte
		n, err := s.ReadCloser.Read(one[:])
		if n > 0 {
			err = errLarge
		}
		return 0, err
	}
	n, err := s.ReadCloser.Read(p[:min(int64(len(p)), s.left)])
	s.left -= int64(n)
	return n, err
}
