package paper

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"guildhall/internal/fault"
)

// Fonts are TrueType fonts. For each character the first that has it is taken.
type Fonts struct {
	Body []string // paths: of text
	Head []string // of titles, headings and heads of tables
}

// Fonts with outlines that can be put into a PDF, the best first: what offices in
// China have, then what Debian, openEuler and their like can install; and fonts with
// figures and letters, for those that lack them.
var (
	songs  = []string{"simfang.ttf", "FZFSK.TTF", "gbsn00lp.ttf", "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf"}
	heis   = []string{"simhei.ttf", "Deng.ttf", "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf"}
	serifs = []string{"times.ttf", "LiberationSerif-Regular.ttf", "DejaVuSerif.ttf", "DejaVuSans.ttf"}
	sans   = []string{"arial.ttf", "LiberationSans-Regular.ttf", "DejaVuSans.ttf"}
)

// Find gives the fonts to print with. place is a font's file, several separated as
// paths are (the first for text, the second for headings), or a folder; where it is
// empty the machine's own are looked through.
func Find(place string) (Fonts, error) {
	dirs := []string{place}
	if place == "" {
		dirs = installed()
	} else if files := filepath.SplitList(place); len(files) > 1 || isFile(place) {
		return given(files)
	}
	have := map[string]string{}
	for _, dir := range dirs {
		filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && usable(d.Name()) && have[strings.ToLower(d.Name())] == "" {
				have[strings.ToLower(d.Name())] = path
			}
			return nil
		})
	}
	f := Fonts{Body: pick(have, songs), Head: pick(have, heis)}
	if len(f.Body) == 0 && place != "" { // a folder of fonts that we do not know by name
		for _, name := range slices.Sorted(keys(have)) {
			f.Body = append(f.Body, have[name])
		}
		f.Head = f.Body
	}
	if len(f.Body) == 0 {
		return f, fault.Away.New("paper.no_font")
	}
	f.Body = append(f.Body, pick(have, serifs)...)
	f.Head = append(append(f.Head, pick(have, sans)...), f.Body...)
	return f, nil
}

// given takes fonts by name, and says so where one cannot be printed with.
func given(files []string) (Fonts, error) {
	for _, file := range files {
		if !outlines(file) {
			return Fonts{}, fault.Away.New("paper.unusable_font", filepath.Base(file))
		}
	}
	head := slices.Clone(files)
	if len(head) > 1 {
		head[0], head[1] = head[1], head[0]
	}
	return Fonts{Body: files, Head: head}, nil
}

func keys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func pick(have map[string]string, names []string) (files []string) {
	for _, name := range names {
		if path := have[strings.ToLower(name)]; path != "" && outlines(path) {
			files = append(files, path)
		}
	}
	return files
}

func usable(name string) bool { return strings.EqualFold(filepath.Ext(name), ".ttf") }

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// outlines tells whether a file is a TrueType font: collections and fonts with
// PostScript outlines cannot be put into our PDFs.
func outlines(path string) bool {
	data, err := load(path)
	return err == nil && (bytes.HasPrefix(data, []byte{0, 1, 0, 0}) || bytes.HasPrefix(data, []byte("true")))
}

// loaded keeps fonts once they are read: a few megabytes, of files that do not change.
var loaded sync.Map

func load(path string) ([]byte, error) {
	if data, ok := loaded.Load(path); ok {
		return data.([]byte), nil
	}
	data, err := os.ReadFile(path)
	if err == nil {
		loaded.Store(path, data)
	}
	return data, err
}

// installed lists where fonts are kept on this kind of machine.
func installed() []string {
	home, _ := os.UserHomeDir()
	switch runtime.GOOS {
	case "windows":
		return []string{filepath.Join(os.Getenv("WINDIR"), "Fonts"), filepath.Join(os.Getenv("LOCALAPPDATA"), "Microsoft", "Windows", "Fonts")}
	case "darwin":
		return []string{filepath.Join(home, "Library", "Fonts"), "/Library/Fonts", "/System/Library/Fonts"}
	}
	return []string{filepath.Join(home, ".local", "share", "fonts"), filepath.Join(home, ".fonts"), "/usr/local/share/fonts", "/usr/share/fonts", "/usr/share/fonts-droid-fallback"}
}
