package shelftest

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// judge checks a request's signature (AWS Signature Version 4) anew, from what is
// written of it, and gives its body, or the code with which it is refused.
func judge(r *http.Request, now time.Time) (content []byte, code string) {
	said, ok := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	if !ok {
		return nil, "AccessDenied"
	}
	fields := map[string]string{}
	for _, f := range strings.Split(said, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(f), "=")
		fields[name] = value
	}
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil {
		return nil, "AccessDenied"
	}
	if now.Sub(at).Abs() > 15*time.Minute {
		return nil, "RequestTimeTooSkewed"
	}
	scope := at.Format("20060102") + "/" + Region + "/s3/aws4_request"
	if fields["Credential"] != ID+"/"+scope {
		return nil, "InvalidAccessKeyId"
	}
	sum := r.Header.Get("X-Amz-Content-Sha256")
	signed := strings.Split(fields["SignedHeaders"], ";")
	if !slices.Contains(signed, "host") || !slices.Contains(signed, "x-amz-content-sha256") || !slices.Contains(signed, "x-amz-date") {
		return nil, "AccessDenied"
	}
	key := Key(Secret, at.Format("20060102"), Region, "s3")
	want := Sign(Secret, at.Format("20060102"), Region, r, signed, sum)
	if !hmac.Equal([]byte(want), []byte(fields["Signature"])) {
		return nil, "SignatureDoesNotMatch"
	}
	if sum == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" {
		content, err = chunks(r.Body, key, r.Header.Get("X-Amz-Date"), scope, want)
		if length, _ := strconv.Atoi(r.Header.Get("X-Amz-Decoded-Content-Length")); err == nil && length != len(content) {
			return nil, "IncompleteBody"
		}
	} else if content, err = read(r.Body); err == nil && hash(content) != sum && (sum != "UNSIGNED-PAYLOAD" || len(content) > 0) {
		return nil, "XAmzContentSHA256Mismatch"
	}
	if err != nil {
		return nil, "SignatureDoesNotMatch"
	}
	return content, ""
}

// Canonical is the canonical form of a request.
func Canonical(r *http.Request, signed []string, sum string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", r.Method, escape(r.URL.Path, true))
	var pairs []string
	for name, values := range r.URL.Query() {
		for _, v := range values {
			pairs = append(pairs, escape(name, false)+"="+escape(v, false))
		}
	}
	slices.Sort(pairs)
	b.WriteString(strings.Join(pairs, "&") + "\n")
	for _, name := range signed {
		value := strings.Join(r.Header.Values(name), ",")
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = strconv.FormatInt(r.ContentLength, 10)
		}
		fmt.Fprintf(&b, "%s:%s\n", name, strings.Join(strings.Fields(value), " "))
	}
	fmt.Fprintf(&b, "\n%s\n%s", strings.Join(signed, ";"), sum)
	return b.String()
}

// Sign gives the signature of a request at the time that it bears.
func Sign(secret, day, region string, r *http.Request, signed []string, sum string) string {
	return sign(Key(secret, day, region, "s3"), "AWS4-HMAC-SHA256", r.Header.Get("X-Amz-Date"), day+"/"+region+"/s3/aws4_request", hash([]byte(Canonical(r, signed, sum))))
}

// Key is the key of a day, a region and a service.
func Key(secret, day, region, service string) []byte {
	key := []byte("AWS4" + secret)
	for _, part := range []string{day, region, service, "aws4_request"} {
		key = mac(key, part)
	}
	return key
}

func sign(key []byte, lines ...string) string {
	return hex.EncodeToString(mac(key, strings.Join(lines, "\n")))
}

func mac(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func escape(s string, path bool) string {
	s = strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
	s = strings.ReplaceAll(s, "%7E", "~")
	if path {
		s = strings.ReplaceAll(s, "%2F", "/")
	}
	return s
}

// chunks reads a body in chunks, each signed over the one before it.
func chunks(body io.Reader, key []byte, at, scope, before string) ([]byte, error) {
	in, whole := bufio.NewReader(body), []byte(nil)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		length, said, _ := strings.Cut(strings.TrimSpace(line), ";chunk-signature=")
		n, err := strconv.ParseInt(length, 16, 32)
		if err != nil {
			return nil, err
		}
		chunk := make([]byte, n)
		if _, err := io.ReadFull(in, chunk); err != nil {
			return nil, err
		}
		want := sign(key, "AWS4-HMAC-SHA256-PAYLOAD", at, scope, before, hash(nil), hash(chunk))
		if want != said {
			return nil, fmt.Errorf("a chunk is not as it was signed")
		}
		if end, err := in.ReadString('\n'); err != nil && n > 0 || n > 0 && end != "\r\n" {
			return nil, fmt.Errorf("a chunk does not end")
		}
		if n == 0 {
			return whole, nil
		}
		whole, before = append(whole, bytes.Clone(chunk)...), want
	}
}
