package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/web"
)

// site serves an intake to whoever the cookie "who" names.
func site(t *testing.T, in *Intake, actors map[string]auth.Actor) *httptest.Server {
	t.Helper()
	rs := &web.Routes{
		Who: func(_ http.ResponseWriter, r *http.Request) (auth.Actor, error) {
			c, err := r.Cookie("who")
			if err != nil {
				return auth.Actor{}, nil
			}
			return actors[c.Value], nil
		},
		Body: func(context.Context, auth.Actor) (web.Body, error) { return web.Body{ID: "b1", Name: "联合体"}, nil },
	}
	in.Routes(rs)
	s := httptest.NewServer(rs)
	t.Cleanup(s.Close)
	t.Cleanup(in.Stop)
	return s
}

// ask sends a request and gives the status, where it leads, and the body.
func ask(t *testing.T, s *httptest.Server, who, method, path, kind string, body io.Reader, accept string) (int, string, string) {
	t.Helper()
	r, err := http.NewRequest(method, s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "who", Value: who})
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Accept", accept)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), string(text)
}

func form(t *testing.T, files map[string]string) (kind string, body io.Reader) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, text := range files {
		part, err := w.CreateFormFile("files", name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(part, text)
	}
	w.WriteField("kind", "")
	w.Close()
	return w.FormDataContentType(), &b
}

// A person sends a faulty sheet, decides, writes, and gets the rest back: with
// plain forms, as without scripts.
func TestByForms(t *testing.T) {
	in, _, _ := house(t, t.TempDir()+"/test.db")
	s := site(t, in, map[string]auth.Actor{
		"office": {ID: "p1", Unit: "u1", Body: "b1", Roles: []string{auth.Secretariat}},
		"other":  {ID: "p3", Unit: "u3", Body: "b1", Roles: []string{auth.Staff}},
	})
	const html, data = "text/html", "application/json"
	kind, body := form(t, map[string]string{"../../名册.csv": roster})
	code, at, _ := ask(t, s, "office", "POST", "/imports", kind, body, html)
	if code != http.StatusSeeOther || !strings.HasPrefix(at, "/imports/") {
		t.Fatalf("sending gives %d, %s", code, at)
	}
	in.Wait()
	_, _, page := ask(t, s, "office", "GET", at, "", nil, html)
	for _, want := range []string{"名册.csv", "身份证号校验不符", "没有这一天", "写入 1 行", "458***********2098"} {
		if !strings.Contains(page, want) {
			t.Errorf("the preview does not say %s", want)
		}
	}
	if strings.Contains(page, "458000200807152098") || strings.Contains(page, "../") {
		t.Error("the preview shows a whole identity number, or a path")
	}
	var j Job
	_, _, text := ask(t, s, "office", "GET", at, "", nil, data)
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		t.Fatal(err)
	}
	f := j.Files[0]
	choices := url.Values{"choice:" + f.ID + ":missing_id:id_no": {Keep}, "choice:" + f.ID + ":date_impossible:birth": {Keep}}
	if code, _, text := ask(t, s, "office", "POST", at+"/commit", "application/x-www-form-urlencoded", strings.NewReader(choices.Encode()), html); code != http.StatusSeeOther {
		t.Fatalf("writing gives %d: %s", code, text)
	}
	in.Wait()
	if _, _, page := ask(t, s, "office", "GET", at, "", nil, html); !strings.Contains(page, "已写入 2 行") {
		t.Errorf("after writing: %s", page)
	}
	code, _, file := ask(t, s, "office", "GET", at+"/files/"+f.ID+"/rejected", "", nil, html)
	if cells := records(t, []byte(file)); code != http.StatusOK || len(cells) != 3 {
		t.Errorf("refused rows: %d, %q", code, cells)
	}
	for _, path := range []string{at, at + "/files/" + f.ID + "/rows?verdict=refused", at + "/files/" + f.ID + "/rejected"} {
		if code, _, _ := ask(t, s, "other", "GET", path, "", nil, html); code != http.StatusNotFound {
			t.Errorf("another unit gets %d from %s", code, path)
		}
	}
}

// What is wrong with a form is told on it, and nothing is begun.
func TestFormsRefused(t *testing.T) {
	in, ctx, _ := house(t, t.TempDir()+"/test.db")
	s := site(t, in, map[string]auth.Actor{
		"office":  {ID: "p1", Unit: "u1", Body: "b1", Roles: []string{auth.Secretariat}},
		"student": {ID: "p4", Unit: "u1", Body: "b1", Roles: []string{auth.Student}},
	})
	kind, body := form(t, nil)
	if code, _, page := ask(t, s, "office", "POST", "/imports", kind, body, "text/html"); code != http.StatusUnprocessableEntity || !strings.Contains(page, "请选择至少一个文件") {
		t.Errorf("without a file: %d", code)
	}
	kind, body = form(t, map[string]string{"a.csv": roster})
	if code, _, _ := ask(t, s, "student", "POST", "/imports", kind, body, "text/html"); code != http.StatusForbidden {
		t.Errorf("a student: %d", code)
	}
	if code, _, _ := ask(t, s, "office", "POST", "/imports", "text/plain", strings.NewReader("x"), "application/json"); code != http.StatusUnprocessableEntity {
		t.Errorf("no form: %d", code)
	}
	if jobs, err := in.Jobs(ctx); err != nil || len(jobs) != 0 {
		t.Errorf("%d imports were begun, %v", len(jobs), err)
	}
}

// Several files may come in an archive.
func TestArchiveByForm(t *testing.T) {
	in, ctx, _ := house(t, t.TempDir()+"/test.db")
	s := site(t, in, map[string]auth.Actor{"office": {ID: "p1", Unit: "u1", Body: "b1", Roles: []string{auth.Secretariat}}})
	kind, body := form(t, map[string]string{"all.zip": zipped(t, map[string]string{"a/one.csv": roster, "b/two.csv": "学号,姓名,班级\n7,韦七,一班\n", "readme.md": "x"})})
	code, at, _ := ask(t, s, "office", "POST", "/imports", kind, body, "text/html")
	in.Wait()
	if code != http.StatusSeeOther {
		t.Fatal(code)
	}
	j := see(t, in, ctx, strings.TrimPrefix(at, "/imports/"))
	if len(j.Files) != 2 || j.Files[0].Name != "a/one.csv" || j.Files[1].Name != "b/two.csv" {
		t.Errorf("files %+v", j.Files)
	}
}
