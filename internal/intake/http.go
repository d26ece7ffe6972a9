package intake

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path"
	"strings"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// Routes adds the routes of imports.
func (in *Intake) Routes(rs *web.Routes) {
	rs.Add("GET /imports", "intake.job.list", in.getImports, web.Out[[]*Job]())
	rs.Add("POST /imports", "intake.job.start", in.postImport, web.Out[Job](), web.Upload(maxBytes))
	rs.Add("GET /imports/{id}", "intake.job.read", in.getImport, web.Out[Job]())
	rs.Add("GET /imports/{id}/files/{file}/rows", "intake.job.read", in.getRows, web.Asks[asked](), web.Out[Preview]())
	rs.Add("GET /imports/{id}/files/{file}/rejected", "intake.job.rejected", in.getRejected)
	rs.Add("POST /imports/{id}/decisions", "intake.job.decide", in.postDecisions, web.In[decisions](), web.Out[Job]())
	rs.Add("POST /imports/{id}/commit", "intake.job.commit", in.postCommit, web.In[decisions](), web.Out[Job]())
	rs.Add("POST /imports/{id}/dropping", "intake.job.drop", in.postDropping, web.Out[Job]())
}

func (in *Intake) getImports(r *http.Request) (web.Reply, error) { return in.imports(r, nil) }

// imports is the list with the form above it, and what was wrong with the form.
func (in *Intake) imports(r *http.Request, wrong error) (web.Reply, error) {
	jobs, err := in.Jobs(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: jobs, Page: importsPage(jobs, wrong)}, wrong
}

func (in *Intake) postImport(r *http.Request) (web.Reply, error) {
	if err := policy.Allow(r.Context(), "intake.job.start", nil); err != nil {
		return web.Reply{}, err // before anything is read
	}
	uploads, err := received(r)
	if err == nil {
		var j *Job
		if j, err = in.Start(r.Context(), uploads); err == nil {
			in.LookAway(r.Context(), j.ID, uploads)
			return web.Reply{Data: j, Goto: address(j), Done: "intake.started"}, nil
		}
	}
	for _, u := range uploads {
		u.close()
	}
	if errors.Is(err, fault.Invalid) {
		return in.imports(r, err)
	}
	return web.Reply{}, err
}

// received takes the files of a form, each into a temporary file of its own.
// Archives are unpacked.
func received(r *http.Request) (uploads []Upload, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, fault.Invalid.New("intake.no_file")
	}
	kind := ""
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return uploads, tooMuch(err)
		}
		if part.FormName() == "kind" {
			text, _ := io.ReadAll(io.LimitReader(part, 100))
			kind = string(text)
			continue
		}
		if part.FormName() != "files" || part.FileName() == "" {
			continue
		}
		u, err := spool(path.Base(strings.ReplaceAll(part.FileName(), `\`, "/")), part)
		if err != nil {
			return uploads, tooMuch(err)
		}
		more, err := Unpacked(u)
		uploads = append(uploads, more...)
		if err != nil {
			return uploads, err
		}
	}
	for i := range uploads {
		uploads[i].Kind = kind
	}
	return uploads, nil
}

func tooMuch(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.Invalid.New("intake.too_much", maxBytes>>20)
	}
	return err
}

// spool keeps what is sent in a temporary file that only this process sees and
// that is gone when it is closed.
func spool(name string, from io.Reader) (Upload, error) {
	f, err := os.CreateTemp("", "guildhall-import-*")
	if err != nil {
		return Upload{}, err
	}
	gone := os.Remove(f.Name()) == nil // some systems cannot remove an open file
	u := Upload{Name: name, File: f, Close: func() {
		f.Close()
		if !gone {
			os.Remove(f.Name())
		}
	}}
	if u.Size, err = io.Copy(f, from); err != nil {
		u.Close()
		return Upload{}, err
	}
	return u, nil
}

// Unpacked gives the tables within an archive in its place, or what was given
// where it is none.
func Unpacked(u Upload) ([]Upload, error) {
	packed, err := sheet.Unpack(u.File, u.Size, sheet.Limits{})
	if err != nil || packed == nil {
		return []Upload{u}, nil // what is wrong with it is told when it is read
	}
	defer u.close()
	var all []Upload
	for _, p := range packed {
		body, err := p.Open()
		if err != nil {
			return all, err
		}
		one, err := spool(p.Name, body)
		body.Close()
		if err != nil {
			return all, err
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		return nil, fault.Invalid.New("intake.no_file")
	}
	return all, nil
}

func (in *Intake) getImport(r *http.Request) (web.Reply, error) {
	j, err := in.Job(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: j, Page: importPage(j, nil)}, nil
}

// asked is how a reader asks for rows.
type asked struct {
	Verdict string `json:"verdict"` // new, changed, same, decision or refused
	After   string `json:"after"`   // as the page before named it
}

func (in *Intake) getRows(r *http.Request) (web.Reply, error) {
	q, err := web.Query[asked](r)
	if err != nil {
		return web.Reply{}, err
	}
	verdict := Decision
	for _, v := range Verdicts {
		if v.String() == q.Verdict {
			verdict = v
		}
	}
	p, err := in.Rows(r.Context(), r.PathValue("id"), r.PathValue("file"), verdict, q.After)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: rowsPage(p, verdict)}, nil
}

func (in *Intake) getRejected(r *http.Request) (web.Reply, error) {
	f, write, err := in.Rejected(r.Context(), r.PathValue("id"), r.PathValue("file"))
	if err != nil {
		return web.Reply{}, err
	}
	name := strings.TrimSuffix(path.Base(f.Name), path.Ext(f.Name)) + "_" + i18n.T(r.Context(), "intake.rejected_name") + ".xlsx"
	return web.Reply{File: &web.File{Name: name, Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Write: write}}, nil
}

// decisions is what a form or a program chose.
type decisions struct {
	Choices []Choice `json:"choices"`
}

// chosen reads the choices: a program's list, or a form's radio buttons, whose
// names are "choice:file:fault:field".
func chosen(r *http.Request) ([]Choice, error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		in, err := web.Read[decisions](r)
		return in.Choices, err
	}
	if err := r.ParseForm(); err != nil {
		return nil, fault.Invalid.New("fault.unreadable")
	}
	var all []Choice
	for name, values := range r.PostForm {
		part := strings.SplitN(name, ":", 4)
		if len(part) == 4 && part[0] == "choice" {
			all = append(all, Choice{part[1], part[2], part[3], values[0]})
		}
	}
	return all, nil
}

func (in *Intake) postDecisions(r *http.Request) (web.Reply, error) {
	choices, err := chosen(r)
	if err != nil {
		return web.Reply{}, err
	}
	return in.after(r, "intake.decided", func(ctx context.Context, id string) (*Job, error) { return in.Decide(ctx, id, choices) })
}

// postCommit keeps the choices that come with it, if any, and begins to write.
func (in *Intake) postCommit(r *http.Request) (web.Reply, error) {
	choices, err := chosen(r)
	if err != nil {
		return web.Reply{}, err
	}
	return in.after(r, "intake.committed", func(ctx context.Context, id string) (*Job, error) {
		if len(choices) > 0 {
			if _, err := in.Decide(ctx, id, choices); err != nil {
				return nil, err
			}
		}
		j, err := in.Commit(ctx, id)
		if err == nil && j.State == Committing {
			in.CarryAway(ctx, id)
		}
		return j, err
	})
}

func (in *Intake) postDropping(r *http.Request) (web.Reply, error) {
	return in.after(r, "intake.dropped", func(ctx context.Context, id string) (*Job, error) {
		if err := in.Drop(ctx, id); err != nil {
			return nil, err
		}
		return in.Job(ctx, id)
	})
}

// after leads back to the import, or tells there what was wrong.
func (in *Intake) after(r *http.Request, done string, do func(context.Context, string) (*Job, error)) (web.Reply, error) {
	j, err := do(r.Context(), r.PathValue("id"))
	if err == nil {
		return web.Reply{Data: j, Goto: address(j), Done: done}, nil
	}
	if errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict) {
		if had, sorry := in.Job(r.Context(), r.PathValue("id")); sorry == nil {
			return web.Reply{Page: importPage(had, err)}, err
		}
	}
	return web.Reply{}, err
}

func address(j *Job) string { return "/imports/" + j.ID }
