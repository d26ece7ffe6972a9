package web_test

import (
	"bytes"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"guildhall/internal/fault"
	"guildhall/internal/web"
)

// filled has a field of every kind that a form can fill.
type filled struct {
	Text   string    `json:"text"`
	Count  int64     `json:"count"`
	Share  float64   `json:"share"`
	Ticked bool      `json:"ticked"`
	On     time.Time `json:"on"`
	List   []string  `json:"list"`
}

// Whatever is sent as JSON, as a form or in parts is read or told to be at fault; nothing
// else comes of it.
func FuzzRead(f *testing.F) {
	const parts = "multipart/form-data; boundary=x"
	f.Add("application/json", []byte(`{"text":"韦","count":3,"share":0.5,"ticked":true,"list":["a"]}`))
	f.Add("application/json", []byte(`{"count":"three"}`))
	f.Add("application/json", []byte(strings.Repeat(`{"text":`, 2000)))
	f.Add("application/x-www-form-urlencoded", []byte("text=%E9%9F%A6&count=99999999999999999999&on=2026-02-30&list=a&list=b"))
	f.Add(parts, []byte("--x\r\nContent-Disposition: form-data; name=\"count\"\r\n\r\n7\r\n--x--\r\n"))
	f.Add(parts, []byte("--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../a.xlsx\"\r\n\r\nPK\r\n"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		r := httptest.NewRequest("POST", "/", bytes.NewReader(body))
		r.Header.Set("Content-Type", kind)
		if _, err := web.Read[filled](r); err != nil && fault.Of(err).Kind != fault.Invalid {
			t.Errorf("%s %q: %v", kind, body, err)
		}
	})
}

// So is whatever stands in an address.
func FuzzQuery(f *testing.F) {
	for _, q := range []string{"text=a&count=1&on=2026-10-31", "count=1e9&share=NaN&ticked=off", "%zz;&&=&count"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.RawQuery = q
		if _, err := web.Query[filled](r); err != nil && fault.Of(err).Kind != fault.Invalid {
			t.Errorf("%q: %v", q, err)
		}
	})
}

// A form may lead people back to a page of ours, and nowhere else.
func FuzzBack(f *testing.F) {
	for _, to := range []string{"/tasks?q=1", "//evil.example", `/\evil.example`, "https://evil.example/", "/%2f/evil", "javascript:alert(1)", "/\t/evil.example"} {
		f.Add(to)
	}
	f.Fuzz(func(t *testing.T, to string) {
		back := web.Back(to)
		u, err := url.Parse(back)
		if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(back, "/") || strings.HasPrefix(back, "//") || strings.HasPrefix(back, `/\`) {
			t.Errorf("%q leads to %q", to, back)
		}
	})
}
