package dbtest

import (
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Disk is what SQLite's files in a folder lie on: it can refuse to keep what it is given,
// as a disk does that breaks (fsync gives EIO), and tells how often it was asked to.
type Disk struct {
	folder string
	broken atomic.Bool
	asked  atomic.Int64
}

// NewDisk gives the disk of the SQLite files that are opened in a folder, or below it,
// from now on.
func NewDisk(t testing.TB, folder string) *Disk {
	t.Helper()
	real, err := filepath.EvalSymlinks(folder)
	if err != nil {
		t.Fatal(err)
	}
	underSQLite()
	d := &Disk{folder: real + string(filepath.Separator)}
	disks.Store(d, true)
	t.Cleanup(func() { disks.Delete(d) })
	return d
}

// Break has every sync fail until Mend.
func (d *Disk) Break() { d.broken.Store(true) }

// Mend has syncs do what they are asked to.
func (d *Disk) Mend() { d.broken.Store(false) }

// Syncs tells how often it was asked to keep something for good.
func (d *Disk) Syncs() int64 { return d.asked.Load() }

var (
	disks  sync.Map             // of *Disk
	ways   sync.Map             // of *way, by SQLite's table of what it replaces
	opened sync.Map             // of file, by SQLite's own
	shim   sqlite3.Tsqlite3_vfs // the system's way to files, but for how they are opened
	system uintptr              // which opens them
)

// way is the system's way with files of a sort, but for how they are synced and closed.
type way struct {
	sqlite3.Tsqlite3_io_methods
	sync, close uintptr // as the system does it
}

type file struct {
	*Disk
	*way
}

// The driver is C put into Go: what SQLite holds as a pointer to a function is the word
// that a variable of a func type holds in Go. The three below stand for good.
type (
	openFunc  = func(tls *libc.TLS, vfs, name, at uintptr, flags int32, out uintptr) int32
	syncFunc  = func(tls *libc.TLS, at uintptr, flags int32) int32
	closeFunc = func(tls *libc.TLS, at uintptr) int32
)

var (
	open   openFunc  = openFile
	toDisk syncFunc  = syncFile
	shut   closeFunc = closeFile
)

func word[F any](f *F) uintptr    { return *(*uintptr)(unsafe.Pointer(f)) }
func function[F any](p uintptr) F { return *(*F)(unsafe.Pointer(&p)) }
func pointer[T any](p uintptr) *T { return *(**T)(unsafe.Pointer(&p)) }
func address[T any](p *T) uintptr { return uintptr(unsafe.Pointer(p)) }

// underSQLite puts our way to files before the system's, once in a process. It changes
// nothing for files that lie on no Disk.
var underSQLite = sync.OnceFunc(func() {
	tls := libc.NewTLS()
	defer tls.Close()
	sqlite3.Xsqlite3_initialize(tls)
	shim = *pointer[sqlite3.Tsqlite3_vfs](sqlite3.Xsqlite3_vfs_find(tls, 0))
	system = shim.FxOpen
	shim.FxOpen = word(&open)
	name, err := libc.CString("guildhall-test")
	if err != nil {
		panic(err)
	}
	shim.FzName = name
	sqlite3.Xsqlite3_vfs_register(tls, address(&shim), 1)
})

func openFile(tls *libc.TLS, vfs, name, at uintptr, flags int32, out uintptr) int32 {
	code := function[openFunc](system)(tls, vfs, name, at, flags, out)
	if code != sqlite3.SQLITE_OK || name == 0 {
		return code
	}
	disks.Range(func(d, _ any) bool {
		if !strings.HasPrefix(libc.GoString(name), d.(*Disk).folder) {
			return true
		}
		own := pointer[sqlite3.Tsqlite3_file](at)
		w := instead(own.FpMethods)
		opened.Store(at, file{d.(*Disk), w})
		own.FpMethods = address(&w.Tsqlite3_io_methods)
		return false
	})
	return code
}

// instead gives what stands for the system's way with files of a sort.
func instead(methods uintptr) *way {
	w := &way{Tsqlite3_io_methods: *pointer[sqlite3.Tsqlite3_io_methods](methods)}
	w.sync, w.close = w.FxSync, w.FxClose
	w.FxSync, w.FxClose = word(&toDisk), word(&shut)
	first, _ := ways.LoadOrStore(methods, w)
	return first.(*way)
}

func syncFile(tls *libc.TLS, at uintptr, flags int32) int32 {
	f, _ := opened.Load(at)
	d, w := f.(file).Disk, f.(file).way
	d.asked.Add(1)
	if d.broken.Load() {
		return sqlite3.SQLITE_IOERR_FSYNC
	}
	return function[syncFunc](w.sync)(tls, at, flags)
}

func closeFile(tls *libc.TLS, at uintptr) int32 {
	f, _ := opened.LoadAndDelete(at)
	return function[closeFunc](f.(file).close)(tls, at)
}
