package shelf

import (
	"bytes"
	"context"
	"crypto/md5" // #nosec G501 -- the protocol's own check of a transfer; what we rely on is the seal and the manifest
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"sync/atomic"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"guildhall/internal/fault"
)

// A store is asked so often before it counts as away, may take so long to begin an
// answer, and so long for one thing as a whole. A thing of at most onePart goes over
// in one request, a larger one in parts of that size.
const (
	storeTries  = 4
	storeWaits  = 20 * time.Second
	storeSmall  = 2 * time.Minute
	storeLarge  = 12 * time.Hour
	onePart     = 16 << 20
	storeListed = 1000
)

// store is a shelf in a bucket of a store that speaks S3.
type store struct {
	core           *minio.Core
	bucket, prefix string
	clock          *clocked
}

func openStore(address string) (*store, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, fault.Invalid.New("shelf.address", "s3://")
	}
	q := u.Query()
	for name := range q {
		switch name {
		case "endpoint", "region", "path-style", "credentials":
		default:
			return nil, fault.Invalid.New("shelf.address", name)
		}
	}
	end, err := url.Parse(q.Get("endpoint"))
	if err != nil || end.Scheme != "https" && end.Scheme != "http" || end.Host == "" || strings.Trim(end.Path, "/") != "" || end.User != nil {
		return nil, fault.Invalid.New("shelf.address", "endpoint")
	}
	creds, err := fromEnvironment(q.Get("credentials"))
	if err != nil {
		return nil, err
	}
	region := q.Get("region")
	if region == "" {
		region = "us-east-1"
	}
	s := &store{bucket: u.Host, prefix: strings.Trim(u.Path, "/"), clock: &clocked{to: transport()}}
	if s.prefix != "" {
		s.prefix += "/"
	}
	lookup := minio.BucketLookupDNS
	if p := q.Get("path-style"); p == "1" || p == "true" {
		lookup = minio.BucketLookupPath
	}
	s.core, err = minio.NewCore(end.Host, &minio.Options{Creds: creds, Secure: end.Scheme == "https", Region: region,
		BucketLookup: lookup, Transport: s.clock, MaxRetries: storeTries})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", fault.Invalid.New("shelf.address", "endpoint"), err)
	}
	return s, nil
}

// fromEnvironment takes the credentials from the environment alone: they stand in no
// flag, no address and no log. A name other than AWS lets backups have their own.
func fromEnvironment(name string) (*credentials.Credentials, error) {
	if name == "" {
		name = "AWS"
	}
	id, secret := os.Getenv(name+"_ACCESS_KEY_ID"), os.Getenv(name+"_SECRET_ACCESS_KEY")
	if id == "" || secret == "" {
		return nil, fault.Invalid.New("shelf.credentials", name+"_ACCESS_KEY_ID", name+"_SECRET_ACCESS_KEY")
	}
	return credentials.NewStaticV4(id, secret, os.Getenv(name+"_SESSION_TOKEN")), nil
}

func transport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: storeWaits,
		ExpectContinueTimeout: 5 * time.Second,
		MaxIdleConnsPerHost:   16,
		IdleConnTimeout:       time.Minute,
		DisableCompression:    true,
	}
}

// clocked remembers how far the store's clock goes before ours.
type clocked struct {
	to   http.RoundTripper
	skew atomic.Int64
}

func (c *clocked) RoundTrip(r *http.Request) (*http.Response, error) {
	w, err := c.to.RoundTrip(r)
	if err == nil {
		if at, err := http.ParseTime(w.Header.Get("Date")); err == nil {
			apart := time.Until(at)
			if apart.Abs() < time.Second {
				apart = 0 // the header knows whole seconds only
			}
			c.skew.Store(int64(apart))
		}
	}
	return w, err
}

func (s *store) Skew() time.Duration { return time.Duration(s.clock.skew.Load()) }

// String names the store as it may be shown: its address bears no secret.
func (s *store) String() string { return "s3://" + strings.TrimSuffix(s.bucket+"/"+s.prefix, "/") }

func (s *store) key(name string) string { return s.prefix + path.Base(name) }

// Put sends a small thing in one request and a larger one in parts, which the store
// puts together at the end: until then there is nothing under the name.
func (s *store) Put(ctx context.Context, name string, r io.Reader) error {
	first, err := io.ReadAll(io.LimitReader(r, onePart+1))
	if err != nil {
		return err
	}
	if len(first) <= onePart {
		return s.putOne(ctx, name, first)
	}
	ctx, cancel := context.WithTimeout(ctx, storeLarge)
	defer cancel()
	whole := &honest{r: io.MultiReader(bytes.NewReader(first), r)}
	_, err = s.core.Client.PutObject(ctx, s.bucket, s.key(name), whole, -1, minio.PutObjectOptions{PartSize: onePart, SendContentMd5: true})
	if whole.failed != nil {
		return whole.failed // ours and not the store's
	}
	return away(s, err)
}

func (s *store) putOne(ctx context.Context, name string, content []byte) error {
	ctx, cancel := context.WithTimeout(ctx, storeSmall)
	defer cancel()
	sum, quick := sha256.Sum256(content), md5.Sum(content) // #nosec G401 -- see the import
	_, err := s.core.PutObject(ctx, s.bucket, s.key(name), bytes.NewReader(content), int64(len(content)),
		base64.StdEncoding.EncodeToString(quick[:]), hex.EncodeToString(sum[:]), minio.PutObjectOptions{})
	return away(s, err)
}

// honest keeps a source that broke off from looking like one that ended.
type honest struct {
	r      io.Reader
	failed error
}

func (h *honest) Read(p []byte) (int, error) {
	n, err := h.r.Read(p)
	if err != nil && err != io.EOF {
		h.failed = err
		err = fmt.Errorf("broken off: %w", err)
	}
	return n, err
}

func (s *store) Get(ctx context.Context, name string) (io.ReadCloser, Item, error) {
	ctx, cancel := context.WithTimeout(ctx, storeLarge)
	r, info, _, err := s.core.GetObject(ctx, s.bucket, s.key(name), minio.GetObjectOptions{})
	if err != nil {
		cancel()
		return nil, Item{}, s.told(err)
	}
	return &body{r, s, cancel}, Item{name, info.Size, info.LastModified}, nil
}

// body is a thing on its way to us; what breaks off is told as an outage.
type body struct {
	io.ReadCloser
	s      *store
	cancel context.CancelFunc
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = away(b.s, err)
	}
	return n, err
}

func (b *body) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}

func (s *store) told(err error) error {
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return fs.ErrNotExist
	}
	return away(s, err)
}

func (s *store) Remove(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, storeSmall)
	defer cancel()
	err := s.told(s.core.RemoveObject(ctx, s.bucket, s.key(name), minio.RemoveObjectOptions{}))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (s *store) List(ctx context.Context) (items []Item, err error) {
	for o := range s.core.Client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.prefix, MaxKeys: storeListed}) {
		if o.Err != nil {
			return nil, away(s, o.Err)
		}
		if name := strings.TrimPrefix(o.Key, s.prefix); name != "" && !strings.Contains(name, "/") {
			items = append(items, Item{name, o.Size, o.LastModified})
		}
	}
	return items, nil
}
