package load

import (
	"errors"
	"net/url"
	"strings"
)

// Password is that of everybody whom the benches invite.
const Password = "guildhall-bench-2026"

// House is guildhall over an imported city: its administrator, who sees everything, and
// somebody who works at the school of the first student.
type House struct {
	*Server
	Admin, School string   // headers of their sessions
	Students      []string // ids of students of the school
}

// administrator is the session in which the house was founded. It outlives a restart.
var administrator string

// Enter makes the first administrator and, through them, the school's.
func Enter(s *Server) (*House, error) {
	h := &House{Server: s}
	var err error
	if s.First != "" {
		h.Admin, err = Form(s.URL+s.First, url.Values{"password": {Password}, "again": {Password}})
	} else if h.Admin = administrator; h.Admin == "" {
		return nil, errors.New("this house was entered before: its administrator's codes are not known here")
	}
	if err != nil {
		return nil, err
	}
	if s.First != "" {
		if err := h.codes(); err != nil {
			return nil, err
		}
		administrator = h.Admin
	}
	var some struct {
		List []struct{ ID, School string }
	}
	if _, err := Ask(JSON("GET", s.URL+"/candidates?limit=1", h.Admin, nil), &some); err != nil {
		return nil, err
	}
	if s.First != "" {
		var invited struct {
			Link struct{ Path string }
		}
		if _, err := Ask(JSON("POST", s.URL+"/accounts", h.Admin, map[string]string{"name": "测量员", "login": "school", "unit": some.List[0].School, "role": "unit_admin"}), &invited); err != nil {
			return nil, err
		}
		h.School, err = Form(s.URL+invited.Link.Path, url.Values{"password": {Password}, "again": {Password}})
	} else {
		h.School, err = Form(s.URL+"/sign-in", url.Values{"login": {"school"}, "password": {Password}})
	}
	if err != nil {
		return nil, err
	}
	for after, more := "", true; more && len(h.Students) < mostStudents; {
		var page struct {
			List []struct{ ID string }
			Next string
		}
		if _, err := Ask(JSON("GET", s.URL+Query("/candidates", "limit", "200", "after", after), h.School, nil), &page); err != nil {
			return nil, err
		}
		for _, c := range page.List {
			h.Students = append(h.Students, c.ID)
		}
		after, more = page.Next, page.Next != ""
	}
	return h, nil
}

// mostStudents bounds how many are known by id, usual how many of them are asked for
// again and again.
const mostStudents, usual = 6000, 200

// Page makes the same request as a browser sends it.
func Page(address, header string) (r *Request) {
	r = JSON("GET", address, header, nil)
	r.Header.Set("Accept", "text/html")
	return r
}

// Pay changes what a student wants to be paid: a write that the journal tells of.
func (h *House) Pay(i int) *Request {
	return JSON("POST", h.URL+"/candidates/"+h.usual(i)+"/wishes", h.School,
		map[string]any{"want_kinds": []string{}, "want_regions": []string{}, "want_pay": 3000 + i%50*100, "accept_shift": i%2 == 0})
}

func (h *House) usual(i int) string { return h.Students[i%min(usual, len(h.Students))] }

// Student asks for one student, of whom there are usual many.
func (h *House) Student(i int) *Request {
	return JSON("GET", h.URL+"/candidates/"+h.usual(i), h.School, nil)
}

// Another asks for one student after the other, none of them twice while there are more.
func (h *House) Another(i int) *Request {
	return JSON("GET", h.URL+"/candidates/"+h.Students[(usual+i)%len(h.Students)], h.School, nil)
}

// Query joins a path and what is asked there.
func Query(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return path + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// Mixed is what a city asks: lists, pages, single things, and one write in ten.
func (h *House) Mixed(i int) *Request {
	switch i % 10 {
	case 0:
		return h.Pay(i / 10)
	case 1, 2:
		return Page(h.URL+"/candidates", h.School)
	case 3:
		return JSON("GET", h.URL+"/candidates?limit=50", h.Admin, nil)
	case 4:
		return Page(h.URL+Query("/positions", "q", "电"), h.School)
	case 5:
		return Page(h.URL+"/members", h.Admin)
	case 6:
		return Page(h.URL+"/programmes", "")
	case 7:
		return Page(h.URL+"/equipment", "")
	case 8:
		return h.Student(i / 10)
	}
	return Page(h.URL+"/", h.School)
}
