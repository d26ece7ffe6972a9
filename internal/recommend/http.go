package recommend

import (
	"context"
	"io"
	"net/http"

	"guildhall/internal/fault"
	"guildhall/internal/journal"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// Routes adds the routes of recommendation.
func (o *Office) Routes(rs *web.Routes) {
	rs.Add("GET /my/recommendations", "recommend.candidate.mine", o.getMine, web.Out[Advice]())
	rs.Add("GET /candidates/{id}/recommendations", "recommend.candidate.look", o.getAdvice, web.Out[Advice]())
	rs.Add("GET /positions/{id}/recommendations", "recommend.position.look", o.getProspect, web.Out[Prospect]())
	rs.Add("GET /recommendations", "recommend.survey.read", o.getSurvey, web.Asks[surveyAsked](), web.Out[Survey]())
	rs.Add("GET /courses", "recommend.course.read", o.getCourses, web.Asks[coursesAsked](), web.Out[Courses]())
	rs.Add("GET /courses/new", "recommend.course.offer", o.getCourseForm, web.Out[CourseForm]())
	rs.Add("POST /courses", "recommend.course.offer", o.postCourse, web.In[CourseForm](), web.Out[Course]())
	rs.Add("GET /courses/{id}", "recommend.course.read", o.getCourse, web.Out[Course]())
	rs.Add("GET /courses/{id}/changing", "recommend.course.change", o.getCourseChange, web.Out[Course]())
	rs.Add("POST /courses/{id}", "recommend.course.change", o.postCourseChange, web.In[CourseForm](), web.Out[Course]())
	rs.Add("POST /courses/{id}/ending", "recommend.course.end", o.postCourseEnd, web.Out[Course]())
}

func (o *Office) getMine(r *http.Request) (web.Reply, error) {
	a, err := o.Mine(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: a, Page: advicePage(a)}, nil
}

func (o *Office) getAdvice(r *http.Request) (web.Reply, error) {
	a, err := o.Advice(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: a, Page: advicePage(a)}, nil
}

func (o *Office) getProspect(r *http.Request) (web.Reply, error) {
	p, err := o.Prospect(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: prospectPage(p)}, nil
}

type surveyAsked struct {
	Sort   string `json:"sort"`   // "people", "-people", "hours", "-hours", "opens"; the most opened first if empty
	Format string `json:"format"` // xlsx or csv
}

func (o *Office) getSurvey(r *http.Request) (web.Reply, error) {
	in, err := web.Query[surveyAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	s, err := o.Survey(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	s.order(in.Sort)
	if in.Format != "" {
		if err := journal.Note(r.Context(), o.DB, "recommend.survey.export", "survey", map[string]int{"courses": len(s.Courses)}); err != nil {
			return web.Reply{}, err
		}
		return download(r.Context(), "recommend-courses", in.Format, s.header(r.Context()), s.rows(r.Context()))
	}
	return web.Reply{Data: s, Page: surveyPage(s, in.Sort)}, nil
}

type coursesAsked struct {
	CourseSearch
	Format string `json:"format"` // xlsx or csv: all that was asked for
}

func (o *Office) getCourses(r *http.Request) (web.Reply, error) {
	in, err := web.Query[coursesAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	if in.Format == "" {
		found, err := o.Courses(r.Context(), in.CourseSearch)
		if err != nil {
			return web.Reply{}, err
		}
		return web.Reply{Data: found, Page: coursesPage(found, in.CourseSearch)}, nil
	}
	in.After, in.Limit = "", 200
	var all []*Course
	for {
		found, err := o.Courses(r.Context(), in.CourseSearch)
		if err != nil {
			return web.Reply{}, err
		}
		all = append(all, found.List...)
		if in.After = found.Next; found.Next == "" {
			break
		}
	}
	header, rows := courseTable(r.Context(), all)
	return download(r.Context(), "courses", in.Format, header, rows)
}

func (o *Office) getCourse(r *http.Request) (web.Reply, error) {
	c, err := o.Course(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: c, Page: coursePage(c)}, nil
}

func (o *Office) getCourseForm(r *http.Request) (web.Reply, error) {
	page, err := o.courseForm(r.Context(), "", CourseForm{Hours: 40, Form: Forms[0]}, nil)
	return web.Reply{Data: CourseForm{}, Page: page}, err
}

func (o *Office) postCourse(r *http.Request) (web.Reply, error) {
	in, err := web.Read[CourseForm](r)
	if err == nil {
		var c *Course
		if c, err = o.Offer(r.Context(), in); err == nil {
			return web.Reply{Data: c, Goto: "/courses/" + c.ID, Done: "recommend.done.offered"}, nil
		}
	}
	page, see := o.courseForm(r.Context(), "", in, err)
	if see != nil {
		return web.Reply{}, see
	}
	return web.Reply{Page: page}, err
}

func (o *Office) getCourseChange(r *http.Request) (web.Reply, error) {
	c, err := o.Course(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	if err := policy.Allow(r.Context(), "recommend.course.change", c.subject()); err != nil {
		return web.Reply{}, err
	}
	page, err := o.courseForm(r.Context(), c.ID, c.form(), nil)
	return web.Reply{Data: c, Page: page}, err
}

func (o *Office) postCourseChange(r *http.Request) (web.Reply, error) {
	id := r.PathValue("id")
	in, err := web.Read[CourseForm](r)
	if err == nil {
		var c *Course
		if c, err = o.Change(r.Context(), id, in); err == nil {
			return web.Reply{Data: c, Goto: "/courses/" + c.ID, Done: "recommend.done.changed"}, nil
		}
	}
	page, see := o.courseForm(r.Context(), id, in, err)
	if see != nil {
		return web.Reply{}, see
	}
	return web.Reply{Page: page}, err
}

func (o *Office) postCourseEnd(r *http.Request) (web.Reply, error) {
	c, err := o.End(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: c, Goto: "/courses", Done: "recommend.done.ended"}, nil
}

// download gives rows as a workbook or as CSV.
func download(ctx context.Context, name, format string, header []string, rows []sheet.Row) (web.Reply, error) {
	seq := func(yield func(sheet.Row) bool) {
		for _, row := range rows {
			if !yield(row) {
				return
			}
		}
	}
	switch format {
	case "csv":
		return web.Reply{File: &web.File{Name: name + ".csv", Type: "text/csv; charset=utf-8",
			Write: func(w io.Writer) error { return sheet.WriteCSV(w, header, seq) }}}, nil
	case "xlsx":
		return web.Reply{File: &web.File{Name: name + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			Write: func(w io.Writer) error { return sheet.WriteXLSX(w, name, header, seq) }}}, nil
	}
	return web.Reply{}, fault.Invalid.New("recommend.format", format)
}
