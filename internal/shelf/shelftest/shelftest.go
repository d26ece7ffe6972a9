// Package shelftest is a small store that speaks S3, for tests: it believes nobody
// whose signature does not hold, keeps what it was given in memory, and can be made
// to fail.
package shelftest

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The credentials that a store knows, and the name under which Start puts them into
// the environment.
const (
	ID     = "GUILDHALLTESTKEY"
	Secret = "a secret of the tests alone"
	Region = "cn-test-1"
	Bucket = "house"
)

// Store is a store with one bucket.
type Store struct {
	URL string

	mu      sync.Mutex
	kept    map[string]object
	uploads map[string]map[int][]byte
	fail    func(*http.Request) int
	ahead   time.Duration
	refused int
	asked   int
}

type object struct {
	content []byte
	at      time.Time
}

// Start starts a store that lasts as long as the test, and sets the environment.
func Start(t testing.TB) *Store {
	s := &Store{kept: map[string]object{}, uploads: map[string]map[int][]byte{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", ID)
	t.Setenv("AWS_SECRET_ACCESS_KEY", Secret)
	t.Setenv("AWS_SESSION_TOKEN", "")
	s.URL = server.URL
	return s
}

// Address is that of a prefix in the bucket.
func (s *Store) Address(prefix string) string {
	return "s3://" + Bucket + "/" + prefix + "?endpoint=" + url.QueryEscape(s.URL) + "&region=" + Region + "&path-style=1"
}

// Fail makes the store answer with a status instead of doing what it is asked; 0 lets
// a request pass, and a negative one breaks the connection off. nil ends it.
func (s *Store) Fail(how func(*http.Request) int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = how
}

// Ahead sets the store's clock ahead of ours.
func (s *Store) Ahead(by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead = by
}

// Names lists what is kept, and Uploads counts those that were begun and not ended.
func (s *Store) Names() (names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range s.kept {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Uploads counts those that were begun and neither ended nor taken back.
func (s *Store) Uploads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.uploads)
}

// Asked counts the requests, and Refused those whose signature did not hold.
func (s *Store) Asked() (asked, refused int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked, s.refused
}

// Content gives what is kept under a name, and Set changes it behind everybody's back.
func (s *Store) Content(name string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.kept[name].content)
}

// Set puts something into the store behind everybody's back.
func (s *Store) Set(name string, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[name] = object{content, time.Now().UTC()}
}

func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	fail := s.fail
	now := time.Now().UTC().Add(s.ahead)
	s.asked++
	s.mu.Unlock()
	w.Header().Set("Date", now.Format(http.TimeFormat))
	if fail != nil {
		switch status := fail(r); {
		case status < 0:
			panic(http.ErrAbortHandler)
		case status > 0:
			refuse(w, status, "InternalError")
			return
		}
	}
	content, code := judge(r, now)
	if code != "" {
		s.mu.Lock()
		s.refused++
		s.mu.Unlock()
		refuse(w, http.StatusForbidden, code)
		return
	}
	if sum := r.Header.Get("Content-Md5"); sum != "" {
		if got := md5.Sum(content); base64.StdEncoding.EncodeToString(got[:]) != sum {
			refuse(w, http.StatusBadRequest, "BadDigest")
			return
		}
	}
	key, ok := strings.CutPrefix(r.URL.Path, "/"+Bucket+"/")
	if !ok && r.URL.Path != "/"+Bucket {
		refuse(w, http.StatusNotFound, "NoSuchBucket")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if key == "" {
		s.list(w, r.URL.Query())
		return
	}
	s.one(w, r, key, content, now)
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "%s<Error><Code>%s</Code><Message>%s</Message></Error>", xml.Header, code, code)
}

func etag(content []byte) string {
	sum := md5.Sum(content)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// one answers for one thing, or for an upload of it in parts.
func (s *Store) one(w http.ResponseWriter, r *http.Request, key string, content []byte, now time.Time) {
	q := r.URL.Query()
	upload := q.Get("uploadId")
	switch {
	case r.Method == http.MethodPost && q.Has("uploads"):
		id := strconv.Itoa(len(s.uploads)+s.asked) + "u"
		s.uploads[id] = map[int][]byte{}
		fmt.Fprintf(w, "%s<InitiateMultipartUploadResult><Bucket>%s</Bucket><Key>%s</Key><UploadId>%s</UploadId></InitiateMultipartUploadResult>", xml.Header, Bucket, key, id)
	case upload != "" && s.uploads[upload] == nil:
		refuse(w, http.StatusNotFound, "NoSuchUpload")
	case r.Method == http.MethodPut && upload != "":
		n, _ := strconv.Atoi(q.Get("partNumber"))
		s.uploads[upload][n] = content
		w.Header().Set("ETag", etag(content))
	case r.Method == http.MethodPost && upload != "":
		s.complete(w, key, upload, content, now)
	case r.Method == http.MethodDelete && upload != "":
		delete(s.uploads, upload)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodPut:
		s.kept[key] = object{content, now}
		w.Header().Set("ETag", etag(content))
	case r.Method == http.MethodDelete:
		delete(s.kept, key)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		o, ok := s.kept[key]
		if !ok {
			refuse(w, http.StatusNotFound, "NoSuchKey")
			return
		}
		w.Header().Set("ETag", etag(o.content))
		w.Header().Set("Last-Modified", o.at.Format(http.TimeFormat))
		w.Header().Set("Content-Length", strconv.Itoa(len(o.content)))
		if r.Method == http.MethodGet {
			w.Write(o.content)
		}
	default:
		refuse(w, http.StatusMethodNotAllowed, "MethodNotAllowed")
	}
}

// complete puts the parts together that are named, in their order.
func (s *Store) complete(w http.ResponseWriter, key, upload string, text []byte, now time.Time) {
	var named struct {
		Part []struct {
			PartNumber int
			ETag       string
		}
	}
	if xml.Unmarshal(text, &named) != nil || len(named.Part) == 0 {
		refuse(w, http.StatusBadRequest, "MalformedXML")
		return
	}
	var whole []byte
	for i, p := range named.Part {
		part, ok := s.uploads[upload][p.PartNumber]
		small := i < len(named.Part)-1 && len(part) < 5<<20
		if !ok || small || strings.Trim(p.ETag, `"`) != strings.Trim(etag(part), `"`) {
			refuse(w, http.StatusBadRequest, "InvalidPart")
			return
		}
		whole = append(whole, part...)
	}
	s.kept[key] = object{whole, now}
	delete(s.uploads, upload)
	fmt.Fprintf(w, "%s<CompleteMultipartUploadResult><Bucket>%s</Bucket><Key>%s</Key><ETag>%s</ETag></CompleteMultipartUploadResult>", xml.Header, Bucket, key, etag(whole))
}

// list answers ListObjectsV2, a few names at a time, so that paging is tried.
func (s *Store) list(w http.ResponseWriter, q url.Values) {
	const most = 3
	var names []string
	for name := range s.kept {
		if strings.HasPrefix(name, q.Get("prefix")) && name > q.Get("continuation-token") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var b strings.Builder
	seen := map[string]bool{}
	n, last := 0, ""
	for _, name := range names {
		if n == most {
			break
		}
		rest := strings.TrimPrefix(name, q.Get("prefix"))
		if before, _, ok := strings.Cut(rest, "/"); ok && q.Get("delimiter") == "/" {
			if !seen[before] {
				fmt.Fprintf(&b, "<CommonPrefixes><Prefix>%s%s/</Prefix></CommonPrefixes>", q.Get("prefix"), before)
			}
			seen[before] = true
		} else {
			o := s.kept[name]
			fmt.Fprintf(&b, "<Contents><Key>%s</Key><Size>%d</Size><LastModified>%s</LastModified><ETag>%s</ETag></Contents>", name, len(o.content), o.at.Format(time.RFC3339), etag(o.content))
		}
		n, last = n+1, name
	}
	more := ""
	if n < len(names) {
		more = "<NextContinuationToken>" + last + "</NextContinuationToken>"
	}
	fmt.Fprintf(w, "%s<ListBucketResult><Name>%s</Name><KeyCount>%d</KeyCount><IsTruncated>%t</IsTruncated>%s%s</ListBucketResult>", xml.Header, Bucket, n, more != "", more, b.String())
}

// read gives a body of at most 64 MiB.
func read(r io.Reader) ([]byte, error) { return io.ReadAll(io.LimitReader(r, 64<<20)) }

// Age makes a thing older than it is.
func (s *Store) Age(name string, by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.kept[name]
	o.at = o.at.Add(-by)
	s.kept[name] = o
}
