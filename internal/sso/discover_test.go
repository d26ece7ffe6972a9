package sso

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"guildhall/internal/fault"
)

// document answers with a discovery document, as changed by pairs of what is replaced.
func document(pairs ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		at := "http://" + r.Host
		if r.URL.Path == "/keys" {
			fmt.Fprint(w, `{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`)
			return
		}
		text := fmt.Sprintf(`{"issuer":"%s","authorization_endpoint":"%s/auth","token_endpoint":"%s/token","jwks_uri":"%s/keys","id_token_signing_alg_values_supported":["RS256","HS256","none"]}`, at, at, at, at)
		fmt.Fprint(w, strings.NewReplacer(pairs...).Replace(text))
	}
}

// Whatever keeps a provider from being used is told by its own words.
func TestWhatIsWrongWithAProvider(t *testing.T) {
	for _, c := range []struct {
		name, want string
		serve      http.HandlerFunc
		hidden     bool // private addresses are not called
	}{
		{"nothing", "", document(), false},
		{"at a private address", "sso.trial.private", document(), true},
		{"another issuer", "sso.trial.issuer", document(`{"issuer":"`, `{"issuer":"https://evil.example/`), false},
		{"no token endpoint", "sso.trial.endpoint", document(`"token_endpoint"`, `"x"`), false},
		{"a token endpoint in clear", "sso.trial.endpoint", document(`"token_endpoint":"http`, `"token_endpoint":"http://idp.example/http`), false},
		{"only secrets sign", "sso.trial.algorithm", document("RS256", "HS512"), false},
		{"no code flow", "sso.trial.code", document(`{"issuer"`, `{"response_types_supported":["id_token"],"issuer"`), false},
		{"only keys authenticate", "sso.trial.method", document(`{"issuer"`, `{"token_endpoint_auth_methods_supported":["private_key_jwt"],"issuer"`), false},
		{"no keys", "sso.trial.keys", document("/keys", "/auth"), false},
		{"keys that are none", "sso.trial.keys", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/keys" {
				fmt.Fprint(w, `{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}`)
				return
			}
			document()(w, r)
		}, false},
		{"not there", "sso.trial.status", http.NotFound, false},
		{"a page", "sso.trial.json", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, false},
		{"elsewhere", "sso.trial.redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		}, false},
		{"huge", "sso.trial.large", func(w http.ResponseWriter, _ *http.Request) {
			for range 2048 {
				fmt.Fprint(w, strings.Repeat(" ", 1024))
			}
		}, false},
		{"slow", "sso.trial.slow", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, false},
		{"slow in the middle", "sso.trial.slow", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "{")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := httptest.NewServer(c.serve)
			defer s.Close()
			o := &Office{Private: !c.hidden}
			if strings.HasPrefix(c.name, "slow") {
				o.Patience = 300 * time.Millisecond
			}
			_, err := o.try(t.Context(), s.URL)
			if got := key(err); got != c.want {
				t.Errorf("told %q (%v), want %q", got, err, c.want)
			}
		})
	}
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	if _, err := (&Office{Private: true}).try(t.Context(), s.URL); key(err) != "sso.trial.unreachable" {
		t.Errorf("of one that is down: %v", err)
	}
}

func key(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Key
}

// The certificate of a provider must be one that is trusted.
func TestAnUntrustedCertificate(t *testing.T) {
	s := httptest.NewTLSServer(document())
	defer s.Close()
	if _, err := (&Office{Private: true}).try(t.Context(), s.URL); key(err) != "sso.trial.tls" {
		t.Errorf("got %v", err)
	}
}

func TestReachable(t *testing.T) {
	for _, c := range []struct {
		ip           string
		open, hidden bool // whether it is called with --sso-private, and without
	}{
		{"93.184.216.34", true, true}, {"2400:3200::1", true, true},
		{"10.1.2.3", true, false}, {"172.16.0.1", true, false}, {"192.168.1.1", true, false}, {"100.64.0.1", true, false}, {"198.18.0.1", true, false},
		{"127.0.0.1", true, false}, {"::1", true, false}, {"fd00::1", true, false}, {"::ffff:10.0.0.1", true, false}, {"::ffff:127.0.0.1", true, false},
		{"169.254.169.254", false, false}, {"::ffff:169.254.169.254", false, false}, {"fe80::1", false, false}, {"0.0.0.0", false, false}, {"::", false, false},
		{"224.0.0.1", false, false}, {"255.255.255.255", false, false}, {"64:ff9b::a00:1", false, false}, {"2002:a00:1::", false, false},
	} {
		ip := netip.MustParseAddr(c.ip)
		if got := (&Office{Private: true}).reachable(ip); got != c.open {
			t.Errorf("%s with private addresses: %v", c.ip, got)
		}
		if got := (&Office{}).reachable(ip); got != c.hidden {
			t.Errorf("%s without: %v", c.ip, got)
		}
	}
}

func TestDraftTellsAllThatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name string
		in   Draft
		want []string
	}{
		{"nothing", Draft{Name: "校", Issuer: "https://id.example/realms/a", Client: "c"}, nil},
		{"this machine", Draft{Name: "校", Issuer: "http://localhost:8080", Client: "c"}, nil},
		{"all", Draft{Issuer: "http://id.example", Scopes: `a"b`, Subject: "email", Match: "email", MatchTo: "login"}, []string{"name", "issuer", "client", "scopes", "subject", "match_claim"}},
		{"a user in the issuer", Draft{Name: "校", Issuer: "https://a@id.example", Client: "c"}, []string{"issuer"}},
		{"a query in the issuer", Draft{Name: "校", Issuer: "https://id.example?x=1", Client: "c"}, []string{"issuer"}},
		{"a name that begins with localhost", Draft{Name: "校", Issuer: "http://localhost.evil.example", Client: "c"}, []string{"issuer"}},
		{"an address by another claim", Draft{Name: "校", Issuer: "https://id.example", Client: "c", Match: "nick", MatchTo: "email"}, []string{"match_claim"}},
		{"a claim equal to nothing", Draft{Name: "校", Issuer: "https://id.example", Client: "c", Match: "no"}, []string{"match_to"}},
	} {
		err := new(Provider).take(c.in)
		list, _ := err.(fault.List)
		var places []string
		for _, item := range list {
			places = append(places, item.Place)
		}
		if fmt.Sprint(places) != fmt.Sprint(c.want) {
			t.Errorf("%s: wrong at %v, want %v", c.name, places, c.want)
		}
	}
}
