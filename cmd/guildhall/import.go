package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"guildhall/internal/app"
	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/intake"
	"guildhall/internal/sheet"
)

// importing is what the import command was asked to do.
type importing struct {
	body     string // of several, the one to import into
	kind     string // of all files; empty lets their heads tell
	commit   bool
	json     bool
	rejected string // a workbook to be written
	names    []string
}

// runImport reads tables, says what would become of their rows, and with
// --commit writes them.
func runImport(ctx context.Context, s streams, args []string) int {
	var c app.Config
	var im importing
	code, ok := im.parse(s, args, &c)
	if !ok {
		return code
	}
	logTo(s, c.Log, c.LogForm)
	uploads, loose, err := opened(im.names)
	if err != nil {
		return fail(ctx, s, err)
	}
	h, err := app.Open(ctx, c)
	if err != nil {
		return fail(ctx, s, err)
	}
	defer h.Close()
	acting, err := im.acting(speaking(ctx), s, h)
	if err != nil {
		return fail(ctx, s, err)
	}
	for i := range uploads {
		uploads[i].Kind = im.kind
	}
	j, err := im.run(acting, s, h, uploads)
	if err != nil {
		return fail(ctx, s, err)
	}
	return im.report(acting, s, j, loose)
}

// parse reads flags and files, in any order.
func (im *importing) parse(s streams, args []string, c *app.Config) (code int, ok bool) {
	fs := flag.NewFlagSet("guildhall import", flag.ContinueOnError)
	fs.SetOutput(s.err)
	fs.Usage = func() {
		fmt.Fprintln(s.err, "guildhall import [flags] FILE...   tables (.xlsx, .csv, .txt), .zip archives or folders of them")
		fs.PrintDefaults()
	}
	c.Flags(fs, "data", "database", "key", "log")
	fs.StringVar(&im.body, "body", "", "id or name of the consortium to import into, where there are several")
	fs.StringVar(&im.kind, "kind", "", "kind of all the files; empty: their heads tell")
	fs.BoolVar(&im.commit, "commit", false, "write the rows; without it they are only looked over")
	fs.BoolVar(&im.json, "json", false, "print the findings, one JSON object a line; the counts go to the error output")
	fs.StringVar(&im.rejected, "rejected", "", "workbook to be written with the rows that are not taken, and why")
	for {
		err := fs.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			return exitOK, false
		}
		if err != nil {
			return exitUsage, false
		}
		if fs.NArg() == 0 {
			break
		}
		im.names, args = append(im.names, fs.Arg(0)), fs.Args()[1:]
	}
	if len(im.names) == 0 {
		fs.Usage()
		return exitUsage, false
	}
	if im.kind != "" && intake.Find(im.kind) == nil {
		fmt.Fprintf(s.err, "guildhall import: there is no kind %q\n", im.kind)
		return exitUsage, false
	}
	return exitOK, true
}

// opened opens what was named: files, the tables in archives, and those in
// folders. Loose are the files that came with a folder or an archive: such as are
// no table of ours are left out and told of, not failed for.
func opened(names []string) (uploads []intake.Upload, loose map[string]bool, err error) {
	loose = map[string]bool{}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return nil, nil, fault.Invalid.New("intake.cannot_open", name)
		}
		if !info.IsDir() {
			some, err := openFile(name, filepath.ToSlash(name))
			if err != nil {
				return nil, nil, err
			}
			uploads = append(uploads, some...)
			if len(some) > 1 {
				note(loose, some)
			}
			continue
		}
		some, err := openFolder(name)
		if err != nil {
			return nil, nil, err
		}
		uploads = append(uploads, some...)
		note(loose, some)
	}
	return uploads, loose, nil
}

func note(loose map[string]bool, uploads []intake.Upload) {
	for _, u := range uploads {
		loose[u.Name] = true
	}
}

// openFolder opens the tables in a folder and those below it, by their names
// within it.
func openFolder(root string) (uploads []intake.Upload, err error) {
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !sheet.Named(filepath.ToSlash(path)) {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		some, err := openFile(path, filepath.ToSlash(name))
		uploads = append(uploads, some...)
		return err
	})
	return uploads, err
}

func openFile(path, name string) ([]intake.Upload, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Invalid.New("intake.cannot_open", path)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return intake.Unpacked(intake.Upload{Name: name, File: f, Size: info.Size(), Close: func() { f.Close() }})
}

// acting gives the context of whoever runs the machine, in the consortium that
// was asked for. Where there is none yet, one is made to be renamed.
func (im *importing) acting(ctx context.Context, s streams, h *app.House) (context.Context, error) {
	a := auth.Actor{ID: "command", Name: "guildhall import", Roles: []string{auth.Admin}}
	ctx = directory.As(ctx, a)
	bodies, err := db.View(db.In(ctx, db.House), h.DB, directory.Bodies)
	if err != nil {
		return nil, err
	}
	if len(bodies) == 0 && im.body == "" {
		b, err := h.Directory.Found(ctx, &directory.Body{Name: "新建联合体", NameEN: "New consortium", Kind: "city"})
		if err != nil {
			return nil, err
		}
		fmt.Fprintln(s.err, i18n.T(ctx, "intake.founded", b.Name))
		bodies = append(bodies, b)
	}
	for _, b := range bodies {
		if im.body == b.ID || im.body == b.Name || im.body == "" && len(bodies) == 1 {
			a.Body = b.ID
			return directory.As(ctx, a), nil
		}
	}
	if im.body == "" {
		return nil, fault.Invalid.New("intake.which_body", len(bodies))
	}
	return nil, fault.NotFound.New("intake.no_body", im.body)
}

// run carries the import through, printing what it finds.
func (im *importing) run(ctx context.Context, s streams, h *app.House, uploads []intake.Upload) (*intake.Job, error) {
	out := bufio.NewWriter(s.out)
	defer out.Flush()
	var watch intake.Watch
	if im.json {
		watch = printer(out)
	}
	j, err := h.Intake.Start(ctx, uploads)
	if err != nil {
		return nil, err
	}
	if err := h.Intake.Look(ctx, j.ID, uploads, watch); err != nil {
		return nil, err
	}
	if im.commit {
		if _, err := h.Intake.Commit(ctx, j.ID); err != nil {
			return nil, err
		}
		if err := h.Intake.Carry(ctx, j.ID); err != nil {
			return nil, err
		}
	}
	if im.rejected != "" {
		if err := writeFile(im.rejected, func(w io.Writer) error { return h.Intake.WriteRejected(ctx, w, j.ID) }); err != nil {
			return nil, err
		}
	}
	if j, err = h.Intake.Job(ctx, j.ID); err != nil || im.commit {
		return j, err
	}
	return j, h.Intake.Drop(ctx, j.ID)
}

// printer prints findings as JSON, one object a line.
func printer(w io.Writer) intake.Watch {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return func(file string, f intake.Finding) {
		e.Encode(struct {
			File   string        `json:"file"`
			Row    int           `json:"row"`    // record counted from 1; 0: the file as a whole
			Column int           `json:"column"` // counted from 1; 0: the row as a whole
			Header string        `json:"header,omitempty"`
			Field  string        `json:"field"`
			Fault  string        `json:"fault"`
			Action intake.Action `json:"action"`
			Read   string        `json:"read"`
			Kept   string        `json:"kept"`
			Mend   string        `json:"mend,omitempty"` // what is offered in place of a flagged value
		}{file, f.Row, f.Column, f.Header, f.Field, f.Fault, f.Action, f.Read, f.Kept, f.Mend})
	}
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return fault.Invalid.New("intake.cannot_write", path)
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		os.Remove(path)
		return err
	}
	return nil
}

// report prints a line for each file, and gives the exit code: whether all rows
// are taken, or could be, or some need a person.
func (im *importing) report(ctx context.Context, s streams, j *intake.Job, loose map[string]bool) int {
	to := s.out
	if im.json {
		to = s.err
	}
	code := exitOK
	for _, f := range j.Files {
		name := f.Name
		if len(j.Files) > 1 && f.Sheet != "" && twice(j, f.Name) {
			name += " [" + f.Sheet + "]"
		}
		if f.Fault != nil {
			word := f.Fault.Say(ctx)
			if loose[f.Name] && f.Fault.Key == "intake.unknown_sheet" {
				fmt.Fprintf(s.err, "%s: %s\n", name, i18n.T(ctx, "intake.left_file"))
				continue
			}
			fmt.Fprintf(s.err, "guildhall: %s: %s\n", name, word)
			code = exitFailure
			continue
		}
		c := f.Counts
		fmt.Fprintf(to, "%s: %s, new %d, changed %d, same %d, decision %d, refused %d\n", name, f.Kind, c.New, c.Changed, c.Same, c.Decision, c.Refused)
		if code == exitOK && f.Left() > 0 {
			code = exitPartial
		}
	}
	if !im.commit {
		fmt.Fprintln(s.err, i18n.T(ctx, "intake.not_written"))
	} else if strings.TrimSpace(im.rejected) == "" && code == exitPartial {
		fmt.Fprintln(s.err, i18n.T(ctx, "intake.rejected_hint"))
	}
	return code
}

func twice(j *intake.Job, name string) bool {
	n := 0
	for _, f := range j.Files {
		if f.Name == name {
			n++
		}
	}
	return n > 1
}
