package shelf_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"guildhall/internal/fault"
	"guildhall/internal/shelf"
	"guildhall/internal/shelf/shelftest"
)

// Between its tries the client waits a moment; tests do not.
func TestMain(m *testing.M) {
	minio.DefaultRetryUnit, minio.DefaultRetryCap = time.Millisecond, time.Millisecond
	m.Run()
}

func open(t *testing.T, address string) shelf.Shelf {
	t.Helper()
	s, err := shelf.Open(address)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func get(t *testing.T, s shelf.Shelf, name string) ([]byte, error) {
	t.Helper()
	r, item, err := s.Get(t.Context(), name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err == nil && int64(len(content)) != item.Size {
		t.Errorf("%s has %d bytes, told as %d", name, len(content), item.Size)
	}
	return content, err
}

// Both kinds of shelf keep, list, give back and take away alike.
func TestShelf(t *testing.T) {
	store := shelftest.Start(t)
	for name, address := range map[string]string{"folder": filepath.Join(t.TempDir(), "new"), "store": store.Address("a/b")} {
		t.Run(name, func(t *testing.T) {
			s := open(t, address)
			large := bytes.Repeat([]byte("0123456789abcdef"), 20<<16+1) // two parts
			for n, content := range map[string][]byte{"one": []byte("甲"), "empty": {}, "large": large, "four": []byte("4"), "five +%~中": []byte("5")} {
				if err := s.Put(t.Context(), n, bytes.NewReader(content)); err != nil {
					t.Fatal(n, err)
				}
				if got, err := get(t, s, n); err != nil || !bytes.Equal(got, content) {
					t.Errorf("%s: %d bytes, %v", n, len(got), err)
				}
			}
			if err := s.Put(t.Context(), "one", strings.NewReader("乙")); err != nil {
				t.Fatal(err)
			}
			if got, _ := get(t, s, "one"); string(got) != "乙" {
				t.Errorf("put again it is %q", got)
			}
			list, err := s.List(t.Context())
			if err != nil || len(list) != 5 || time.Since(list[0].At).Abs() > time.Minute {
				t.Errorf("%+v, %v", list, err)
			}
			for range 2 {
				if err := s.Remove(t.Context(), "one"); err != nil {
					t.Error(err)
				}
			}
			if _, err := get(t, s, "one"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("removed: %v", err)
			}
			broken := errors.New("the source breaks off")
			for _, before := range []int{3, 20 << 20} {
				err := s.Put(t.Context(), "half", io.MultiReader(bytes.NewReader(make([]byte, before)), failing{broken}))
				if !errors.Is(err, broken) {
					t.Errorf("%v", err)
				}
				err = s.Put(t.Context(), "half", io.MultiReader(bytes.NewReader(make([]byte, before)), failing{io.ErrUnexpectedEOF}))
				if err == nil {
					t.Error("what broke off counts as whole")
				}
			}
			if _, err := get(t, s, "half"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("half a thing is there: %v", err)
			}
			if err := shelf.Probe(t.Context(), s); err != nil {
				t.Error(err)
			}
			if list, _ := s.List(t.Context()); len(list) != 4 {
				t.Errorf("left: %+v", list)
			}
			if r, err := shelf.Fetch(t.Context(), shelf.Join(address, "four")); err != nil {
				t.Error(err)
			} else {
				r.Close()
			}
		})
	}
	if store.Uploads() != 0 {
		t.Errorf("%d uploads were left half", store.Uploads())
	}
	if _, refused := store.Asked(); refused != 0 {
		t.Errorf("%d signatures did not hold", refused)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// P8: what a store does not do is told as an outage, a short one is lived through, and
// nothing is said to be kept that is not.
func TestP8AStoreThatFailsIsAnOutage(t *testing.T) {
	store := shelftest.Start(t)
	s := open(t, store.Address("f"))
	if err := s.Put(t.Context(), "there", strings.NewReader("1")); err != nil {
		t.Fatal(err)
	}
	for name, how := range map[string]func(*http.Request) int{
		"it says that it fails": func(*http.Request) int { return 503 },
		"it breaks off":         func(*http.Request) int { return -1 },
		"it forbids":            func(*http.Request) int { return 403 },
	} {
		store.Fail(how)
		_, got := get(t, s, "there")
		_, listed := s.List(t.Context())
		for what, err := range map[string]error{"put": s.Put(t.Context(), "x", strings.NewReader("2")), "get": got, "list": listed, "remove": s.Remove(t.Context(), "there")} {
			if !errors.Is(err, fault.Away) || errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
	n := 0
	store.Fail(func(*http.Request) int {
		if n++; n%3 != 0 {
			return 500
		}
		return 0
	})
	if err := s.Put(t.Context(), "y", strings.NewReader("3")); err != nil {
		t.Errorf("two failures are too many: %v", err)
	}
	store.Fail(nil)
	if got, err := get(t, s, "y"); err != nil || string(got) != "3" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestStoreBelievesNobodyElse(t *testing.T) {
	store := shelftest.Start(t)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "another")
	s := open(t, store.Address(""))
	if err := s.Put(t.Context(), "x", strings.NewReader("2")); !errors.Is(err, fault.Away) {
		t.Errorf("%v", err)
	}
	if len(store.Names()) != 0 {
		t.Error("it kept what a stranger sent")
	}
	if _, err := shelf.Open(store.Address("") + "&credentials=OTHER"); fault.Of(err).Key != "shelf.credentials" {
		t.Errorf("%v", err)
	}
}

func TestSkewIsSeen(t *testing.T) {
	store := shelftest.Start(t)
	s := open(t, store.Address(""))
	store.Ahead(10 * time.Minute)
	if err := shelf.Probe(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if skew := s.Skew(); skew < 9*time.Minute || skew > 11*time.Minute {
		t.Errorf("%v", skew)
	}
	store.Ahead(time.Hour)
	if err := shelf.Probe(t.Context(), s); !errors.Is(err, fault.Away) || s.Skew() < 59*time.Minute {
		t.Errorf("%v, %v", err, s.Skew())
	}
}

func TestAddresses(t *testing.T) {
	shelftest.Start(t)
	for _, bad := range []string{
		"s3://", "s3://b", "s3://b?endpoint=ftp://h", "s3://u:p@b?endpoint=https://h", "s3://b?endpoint=https://u:p@h",
		"s3://b?endpoint=https://h/path", "s3://b?endpoint=https://h&secret=x", "s3://b?endpoint=https%3A%2F%2F",
	} {
		if _, err := shelf.Open(bad); fault.Of(err).Key != "shelf.address" {
			t.Errorf("%s: %v", bad, err)
		}
	}
	const at = "s3://b/p?endpoint=https://h&region=r"
	if at2, name := shelf.Split(shelf.Join(at, "x.backup")); at2 != at || name != "x.backup" {
		t.Errorf("%s, %s", at2, name)
	}
	if s := open(t, at); s.String() != "s3://b/p" {
		t.Errorf("%s", s)
	}
}

// The signatures that the tests' store computes are those of the standard: the values are
// those of Amazon's published example of a request for an object (examplebucket, test.txt).
func TestStoreSignsAsPublished(t *testing.T) {
	r, _ := http.NewRequest(http.MethodGet, "https://examplebucket.s3.amazonaws.com/test.txt", nil)
	r.Header.Set("Range", "bytes=0-9")
	sum := "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	r.Header.Set("X-Amz-Content-Sha256", sum)
	r.Header.Set("X-Amz-Date", "20130524T000000Z")
	got := shelftest.Sign("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "20130524", "us-east-1", r, []string{"host", "range", "x-amz-content-sha256", "x-amz-date"}, sum)
	if want := "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"; got != want {
		t.Errorf("signed as %s, want %s", got, want)
	}
}
