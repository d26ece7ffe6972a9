package council

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"guildhall/internal/auth"
	"guildhall/internal/db"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

const paperLimit = 50 << 20

func (c *Council) meetingRoutes(rs *web.Routes) {
	rs.Add("GET /meetings", "council.meeting.list", c.getMeetings, web.Asks[meetingsAsked](), web.Out[MeetingPage]())
	rs.Add("GET /meetings/new", "council.meeting.call", c.getCall, web.Silent())
	rs.Add("POST /meetings", "council.meeting.call", c.postCallMeeting, web.In[MeetingForm](), web.Out[Meeting]())
	rs.Add("GET /meetings/{id}", "council.meeting.read", c.getMeeting, web.Out[Whole]())
	rs.Add("GET /meetings/{id}/change", "council.meeting.change", c.getChange, web.Silent())
	rs.Add("POST /meetings/{id}/changes", "council.meeting.change", c.postChange, web.In[MeetingForm](), web.Out[Meeting]())
	for _, s := range []struct {
		path, action string
		do           func(context.Context, string) (*Meeting, error)
	}{{"notice", "council.meeting.notify", c.Notify}, {"checking", "council.meeting.check", c.Check}, {"opening", "council.meeting.open", c.Begin},
		{"closing", "council.meeting.close", c.End}, {"confirmation", "council.minutes.confirm", c.Confirm}, {"archiving", "council.meeting.archive", c.Archive}} {
		rs.Add("POST /meetings/{id}/"+s.path, s.action, c.onMeeting(s.do), web.Out[Meeting]())
	}
	rs.Add("GET /meetings/{id}/invitation.ics", "council.meeting.read", c.getInvitation)
	rs.Add("GET /meetings/{id}/hall", "council.meeting.read", c.getHall, web.Silent())
	rs.Add("GET /meetings/{id}/door", "council.attendance.list", c.getDoor, web.Silent())
	rs.Add("GET /meetings/{id}/checkin", "council.attendance.note", c.getCheckin, web.Asks[doorForm](), web.Silent())
	rs.Add("POST /meetings/{id}/checkin", "council.attendance.note", c.postCheckin, web.In[doorForm](), web.Out[Attendance]())
	rs.Add("GET /meetings/{id}/attendance", "council.attendance.list", c.getAttendance, web.Asks[attendanceAsked](), web.Out[[]Line]())
	rs.Add("POST /meetings/{id}/attendance", "council.attendance.note", c.postAttendance, web.In[comings](), web.Out[Attendance]())
	rs.Add("POST /meetings/{id}/arrivals", "council.attendance.note", c.postArrivals, web.In[arrivals](), web.Out[arrived]())
	rs.Add("GET /meetings/{id}/proxy", "council.proxy.note", c.getProxy, web.Silent())
	rs.Add("POST /meetings/{id}/proxies", "council.proxy.note", c.postProxy, web.In[Coming](), web.Out[Attendance]())
	rs.Add("GET /meetings/{id}/items/new", "council.agenda.change", c.getItem, web.Silent())
	rs.Add("POST /meetings/{id}/items", "council.agenda.change", c.postItem, web.In[ItemForm](), web.Out[Item]())
	rs.Add("POST /items/{id}/moves", "council.agenda.change", c.postMove, web.In[moveForm](), web.Out[Item]())
	rs.Add("POST /items/{id}/hearing", "council.agenda.change", c.postHearing, web.In[hearing](), web.Out[Item]())
	rs.Add("POST /items/{id}/dropping", "council.agenda.change", c.postDrop, web.Silent())
	rs.Add("POST /items/{id}/changes", "council.agenda.change", c.postItemChange, web.In[ItemForm](), web.Out[Item]())
	rs.Add("POST /items/{id}/papers", "council.agenda.change", c.postPaper, web.Upload(paperLimit+1<<20), web.Silent())
	rs.Add("GET /papers/{id}", "council.meeting.read", c.getPaper)
	rs.Add("GET /meetings/{id}/minutes", "council.minutes.read", c.getMinutes, web.Asks[printed](), web.Out[Meeting]())
	rs.Add("POST /meetings/{id}/minutes", "council.minutes.mend", c.postMinutes, web.In[minutesForm](), web.Out[Meeting]())
}

type meetingsAsked struct {
	MeetingSearch
	Format string `json:"format"` // xlsx or csv: all that was asked for, as a file
}

type doorForm struct {
	Key   string `json:"key"`   // as the code at the door bears it
	State string `json:"state"` // remote, written or apology for those who are elsewhere
}

type moveForm struct {
	Up bool `json:"up"`
}

type hearing struct {
	Note  string `json:"note"`
	Heard bool   `json:"heard"`
}

type minutesForm struct {
	Minutes string `json:"minutes"`
	Anew    bool   `json:"anew"` // built from the record
}

func (c *Council) getMeetings(r *http.Request) (web.Reply, error) {
	a, err := web.Query[meetingsAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	if a.Format != "" {
		a.After, a.Limit = 0, mostSize
	}
	p, err := c.Meetings(r.Context(), a.MeetingSearch)
	if err != nil {
		return web.Reply{}, err
	}
	if a.Format != "" {
		return sheetReply(r.Context(), say(r.Context(), "meetings"), a.Format, meetingHead(r.Context()), func(yield func(sheet.Row) bool) {
			for _, m := range p.Meetings {
				if !yield(m.row(r.Context())) {
					return
				}
			}
		})
	}
	return web.Reply{Data: p, Page: meetingsPage(p, a.MeetingSearch)}, nil
}

// sheetReply gives rows as a file.
func sheetReply(ctx context.Context, name, format string, head []string, rows func(yield func(sheet.Row) bool)) (web.Reply, error) {
	switch format {
	case "csv":
		return web.Reply{File: &web.File{Name: name + ".csv", Type: "text/csv; charset=utf-8",
			Write: func(w io.Writer) error { return sheet.WriteCSV(w, head, rows) }}}, nil
	case "xlsx":
		return web.Reply{File: &web.File{Name: name + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			Write: func(w io.Writer) error { return sheet.WriteXLSX(w, name, head, rows) }}}, nil
	}
	return web.Reply{}, fault.Invalid.New("council.format", format)
}

// form gives the page on which a meeting is called or changed.
func (c *Council) form(ctx context.Context, id string, in MeetingForm, wrong error) (templ.Component, error) {
	seats, err := db.View(ctx, c.DB, func(tx *db.Tx) ([]Member, error) { return c.Roll.Members(tx, today(tx)) })
	return meetingForm(id, in, seats, wrong), err
}

func (c *Council) getCall(r *http.Request) (web.Reply, error) {
	ctx := r.Context()
	if err := policy.Allow(ctx, "council.meeting.call", Thing{}); err != nil {
		return web.Reply{}, err
	}
	in, err := db.View(ctx, c.DB, func(tx *db.Tx) (MeetingForm, error) {
		held, err := rules(tx)
		if err != nil {
			return MeetingForm{}, err
		}
		day := tx.Now.AddDate(0, 0, held.Rule.NoticeDays+4)
		in := MeetingForm{Organ: "council", Form: "hall", Day: dayOf(ctx, day), From: "09:30", Until: "11:30", Secretary: auth.From(ctx).Name}
		members, err := c.Roll.Members(tx, today(tx))
		for _, m := range members {
			if len(m.Ranks) > 0 && m.Ranks[0] == "chair" {
				in.ChairUnit = m.Unit
			}
		}
		return in, err
	})
	if err != nil {
		return web.Reply{}, err
	}
	page, err := c.form(ctx, "", in, nil)
	return web.Reply{Page: page}, err
}

func (c *Council) postCallMeeting(r *http.Request) (web.Reply, error) {
	in, err := web.Read[MeetingForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	m, err := c.Call(r.Context(), in)
	if err != nil {
		return mending(err, func(err error) (templ.Component, error) { return c.form(r.Context(), "", in, err) })
	}
	return web.Reply{Data: m, Goto: "/meetings/" + m.ID, Done: "council.done.called"}, nil
}

func (c *Council) getChange(r *http.Request) (web.Reply, error) {
	w, err := c.Meeting(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	if err := policy.Allow(r.Context(), "council.meeting.change", w.Meeting.thing()); err != nil {
		return web.Reply{}, err
	}
	page, err := c.form(r.Context(), w.Meeting.ID, w.Meeting.form(r.Context()), nil)
	return web.Reply{Page: page}, err
}

func (c *Council) postChange(r *http.Request) (web.Reply, error) {
	in, err := web.Read[MeetingForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	m, err := c.Change(r.Context(), r.PathValue("id"), in)
	if err != nil {
		return mending(err, func(err error) (templ.Component, error) { return c.form(r.Context(), r.PathValue("id"), in, err) })
	}
	return web.Reply{Data: m, Goto: "/meetings/" + m.ID, Done: "council.done.changed"}, nil
}

func (c *Council) getMeeting(r *http.Request) (web.Reply, error) {
	w, err := c.Meeting(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: w, Page: meetingPage(w, nil)}, nil
}

func (c *Council) meetingAgain(r *http.Request, err error) (web.Reply, error) {
	return mending(err, func(err error) (templ.Component, error) {
		w, also := c.Meeting(r.Context(), r.PathValue("id"))
		if also != nil {
			return nil, also
		}
		return meetingPage(w, err), nil
	})
}

// onMeeting serves the steps of a meeting.
func (c *Council) onMeeting(do func(context.Context, string) (*Meeting, error)) web.Handler {
	return func(r *http.Request) (web.Reply, error) {
		m, err := do(r.Context(), r.PathValue("id"))
		if err != nil {
			return c.meetingAgain(r, err)
		}
		return web.Reply{Data: m, Goto: "/meetings/" + m.ID, Done: "council.done." + string(m.Status)}, nil
	}
}

func (c *Council) getInvitation(r *http.Request) (web.Reply, error) {
	w, err := c.Meeting(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	text := c.calendar(r.Context(), w.Meeting, time.Now())
	return web.Reply{File: &web.File{Name: w.Meeting.Title + ".ics", Type: "text/calendar; charset=utf-8",
		Write: func(out io.Writer) error { _, err := io.WriteString(out, text); return err }}}, nil
}

func (c *Council) getHall(r *http.Request) (web.Reply, error) {
	w, err := c.Hall(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: w, Page: hallPage(w)}, nil
}

func (c *Council) getDoor(r *http.Request) (web.Reply, error) {
	w, err := c.Meeting(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	if err := policy.Allow(r.Context(), "council.attendance.list", w.Meeting.thing()); err != nil {
		return web.Reply{}, err
	}
	code, err := qr(c.URL + "/meetings/" + w.Meeting.ID + "/checkin?key=" + w.Meeting.door)
	return web.Reply{Page: doorPage(w, code)}, err
}

func (c *Council) getCheckin(r *http.Request) (web.Reply, error) {
	a, err := web.Query[doorForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	w, err := c.Meeting(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: checkinPage(w, a.Key)}, nil
}

// postCheckin notes that the actor's unit is there, by the code at the door, or
// that it takes part from elsewhere.
func (c *Council) postCheckin(r *http.Request) (web.Reply, error) {
	in, err := web.Read[doorForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	a, err := c.CheckIn(r.Context(), r.PathValue("id"), in.Key, in.State)
	if err != nil {
		return c.meetingAgain(r, err)
	}
	return web.Reply{Data: a, Goto: "/meetings/" + a.Meeting, Done: "council.done." + a.State}, nil
}

// CheckIn notes where the actor's own unit stands: in the hall, with the key that
// the code at the door bears, or elsewhere.
func (c *Council) CheckIn(ctx context.Context, id, key, state string) (*Attendance, error) {
	in, how := Coming{Unit: auth.From(ctx).Unit, State: state}, "self"
	_, err := db.View(ctx, c.DB, func(tx *db.Tx) (int, error) {
		m, err := see(tx, id)
		if err != nil {
			return 0, err
		}
		speaks, err := c.speaks(tx, auth.From(ctx), in.Unit)
		switch {
		case err != nil:
			return 0, err
		case !speaks:
			return 0, fault.Denied.New("council.vote.no_delegate")
		case state == "" && key == m.door:
			in.State, how = There, "door"
		case state == "":
			return 0, fault.Invalid.New("council.attendance.key")
		case state != Remote && state != Writes && state != Apology && state != Left:
			return 0, fault.Invalid.New("council.attendance.state")
		}
		return 0, nil
	})
	if err != nil {
		return nil, err
	}
	return c.Come(ctx, id, in, how)
}

func (c *Council) getAttendance(r *http.Request) (web.Reply, error) {
	a, err := web.Query[attendanceAsked](r)
	if err != nil {
		return web.Reply{}, err
	}
	w, err := c.Attendance(r.Context(), r.PathValue("id"), a)
	if err != nil {
		return web.Reply{}, err
	}
	if a.Format != "" {
		ctx := r.Context()
		return sheetReply(ctx, say(ctx, "attendance"), a.Format, attendanceHead(ctx), func(yield func(sheet.Row) bool) {
			for _, l := range w.lines {
				if !yield(l.row(ctx)) {
					return
				}
			}
		})
	}
	return web.Reply{Data: w.lines, Page: attendancePage(w, a, nil)}, nil
}

// comings is a coming as it is noted by hand from the list.
type comings struct {
	Coming
	Next string `json:"next"` // the query of the list, to which it leads back
}

// arrivals are many comings at once.
type arrivals struct {
	State string   `json:"state"`
	Units []string `json:"units"`
	Next  string   `json:"next"`
}

type arrived struct {
	Noted int `json:"noted"`
}

func (c *Council) postAttendance(r *http.Request) (web.Reply, error) {
	in, err := web.Read[comings](r)
	if err != nil {
		return web.Reply{}, err
	}
	a, err := c.Come(r.Context(), r.PathValue("id"), in.Coming, "hand")
	if err != nil {
		return c.attendanceAgain(r, in.Next, err)
	}
	return web.Reply{Data: a, Goto: attendanceAt(r, in.Next), Done: "council.done.noted"}, nil
}

func (c *Council) postArrivals(r *http.Request) (web.Reply, error) {
	in, err := web.Read[arrivals](r)
	if err != nil {
		return web.Reply{}, err
	}
	n, err := c.ComeTogether(r.Context(), r.PathValue("id"), in.State, in.Units)
	if err != nil {
		return c.attendanceAgain(r, in.Next, err)
	}
	return web.Reply{Data: arrived{n}, Goto: attendanceAt(r, in.Next), Done: "council.done.noted"}, nil
}

// attendanceAt leads back to the part of the list from which something was noted.
func attendanceAt(r *http.Request, query string) string {
	path := "/meetings/" + r.PathValue("id") + "/attendance"
	if asked, _ := url.ParseQuery(query); len(asked) > 0 {
		path += "?" + asked.Encode()
	}
	return path
}

func (c *Council) attendanceAgain(r *http.Request, query string, err error) (web.Reply, error) {
	return mending(err, func(err error) (templ.Component, error) {
		var s attendanceAsked
		if asked, _ := url.ParseQuery(query); len(asked) > 0 {
			s = attendanceAsked{Q: asked.Get("q"), State: asked.Get("state"), Class: asked.Get("class")}
			s.After, _ = strconv.Atoi(asked.Get("after"))
		}
		w, also := c.Attendance(r.Context(), r.PathValue("id"), s)
		if also != nil {
			return nil, also
		}
		return attendancePage(w, s, err), nil
	})
}

func (c *Council) getProxy(r *http.Request) (web.Reply, error) {
	w, err := c.Meeting(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: proxyPage(w, Coming{Unit: auth.From(r.Context()).Unit}, nil)}, nil
}

func (c *Council) postProxy(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Coming](r)
	if err != nil {
		return web.Reply{}, err
	}
	in.State = Proxied
	if !auth.From(r.Context()).Runs() {
		in.Unit = auth.From(r.Context()).Unit
	}
	a, err := c.Come(r.Context(), r.PathValue("id"), in, "self")
	if err != nil {
		return mending(err, func(err error) (templ.Component, error) {
			w, also := c.Meeting(r.Context(), r.PathValue("id"))
			if also != nil {
				return nil, also
			}
			return proxyPage(w, in, err), nil
		})
	}
	return web.Reply{Data: a, Goto: "/meetings/" + a.Meeting, Done: "council.done.proxy"}, nil
}

func (c *Council) getItem(r *http.Request) (web.Reply, error) {
	w, err := c.Meeting(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	if err := policy.Allow(r.Context(), "council.agenda.change", w.Meeting.thing()); err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: itemForm(w, ItemForm{Kind: r.URL.Query().Get("kind"), Length: 15}, nil)}, nil
}

func (c *Council) postItem(r *http.Request) (web.Reply, error) {
	in, err := web.Read[ItemForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	i, err := c.Add(r.Context(), r.PathValue("id"), in)
	if err != nil {
		return mending(err, func(err error) (templ.Component, error) {
			w, also := c.Meeting(r.Context(), r.PathValue("id"))
			if also != nil {
				return nil, also
			}
			return itemForm(w, in, err), nil
		})
	}
	return web.Reply{Data: i, Goto: "/meetings/" + i.Meeting, Done: "council.done.added"}, nil
}

func (c *Council) postMove(r *http.Request) (web.Reply, error) {
	in, err := web.Read[moveForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	return itemReply(c.Move(r.Context(), r.PathValue("id"), in.Up))
}

func (c *Council) postHearing(r *http.Request) (web.Reply, error) {
	in, err := web.Read[hearing](r)
	if err != nil {
		return web.Reply{}, err
	}
	return itemReply(c.Hear(r.Context(), r.PathValue("id"), in.Note, in.Heard))
}

func (c *Council) postItemChange(r *http.Request) (web.Reply, error) {
	in, err := web.Read[ItemForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	return itemReply(c.Reword(r.Context(), r.PathValue("id"), in))
}

func itemReply(i *Item, err error) (web.Reply, error) {
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: i, Goto: "/meetings/" + i.Meeting + "#agenda"}, nil
}

func (c *Council) postDrop(r *http.Request) (web.Reply, error) {
	i, err := db.View(r.Context(), c.DB, func(tx *db.Tx) (*Item, error) { return findItem(tx, r.PathValue("id")) })
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: i, Goto: "/meetings/" + i.Meeting + "#agenda"}, c.Drop(r.Context(), i.ID)
}

func (c *Council) postPaper(r *http.Request) (web.Reply, error) {
	i, err := db.View(r.Context(), c.DB, func(tx *db.Tx) (*Item, error) {
		i, _, err := takeItem(tx, r.PathValue("id"))
		return i, err
	})
	if err != nil {
		return web.Reply{}, err
	}
	sent, head, err := r.FormFile("paper")
	if err != nil {
		return web.Reply{}, fault.Invalid.New("council.paper.none")
	}
	defer sent.Close()
	f, err := c.Files.Put(sent, head.Filename, paperLimit)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: f, Goto: "/meetings/" + i.Meeting + "#agenda", Done: "council.done.paper"}, c.Lay(r.Context(), i.ID, f)
}

func (c *Council) getPaper(r *http.Request) (web.Reply, error) {
	f, err := c.Paper(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	content, err := c.Files.Read(f)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{File: &web.File{Name: f.Name, Type: "application/octet-stream",
		Write: func(w io.Writer) error { _, err := w.Write(content); return err }}}, nil
}

func (c *Council) getMinutes(r *http.Request) (web.Reply, error) {
	a, err := web.Query[printed](r)
	if err != nil {
		return web.Reply{}, err
	}
	m, err := c.Minutes(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	if a.Format != "" {
		return c.print(r.Context(), minutesPaper(r.Context(), m), a.Format)
	}
	return web.Reply{Data: m, Page: minutesPage(m, nil)}, nil
}

func (c *Council) postMinutes(r *http.Request) (web.Reply, error) {
	in, err := web.Read[minutesForm](r)
	if err != nil {
		return web.Reply{}, err
	}
	if in.Anew {
		in.Minutes = ""
	}
	m, err := c.Minute(r.Context(), r.PathValue("id"), in.Minutes)
	if err != nil {
		return mending(err, func(err error) (templ.Component, error) {
			m, also := c.Minutes(r.Context(), r.PathValue("id"))
			if also == nil {
				m.Minutes = in.Minutes
			}
			return minutesPage(m, err), also
		})
	}
	return web.Reply{Data: m, Goto: "/meetings/" + m.ID + "/minutes", Done: "council.done.minuted"}, nil
}

// form gives the meeting as its form is filled in.
func (m *Meeting) form(ctx context.Context) MeetingForm {
	zone := i18n.Zone(ctx)
	from, until := m.StartsAt.In(zone), m.EndsAt.In(zone)
	return MeetingForm{Organ: m.Organ, Form: m.Form, Title: m.Title, Place: m.Place, Link: m.Link, Day: from.Format(time.DateOnly), From: from.Format("15:04"),
		LastDay: until.Format(time.DateOnly), Until: until.Format("15:04"), Urgent: m.Urgent, ChairUnit: m.ChairUnit, Chair: m.Chair, Secretary: m.Secretary}
}
