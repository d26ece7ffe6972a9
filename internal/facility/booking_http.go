package facility

import (
	"context"
	"errors"
	"io"
	"net/http"

	"guildhall/internal/fault"
	"guildhall/internal/web"
)

// bookingRoutes adds the routes of bookings.
func (f *Facility) bookingRoutes(rs *web.Routes) {
	rs.Add("GET /equipment/{id}/calendar", "facility.calendar.read", f.getCalendar, web.Asks[weekOf](), web.Out[Calendar]())
	rs.Add("GET /equipment/{id}/use", "facility.use.read", f.getUse, web.Out[UsePage]())
	rs.Add("GET /equipment/{id}/terms", "facility.terms.read", f.getTerms, web.Out[TermsPage]())
	rs.Add("POST /equipment/{id}/terms", "facility.terms.set", f.postTerms, web.In[TermsForm](), web.Out[Version]())
	rs.Add("GET /equipment/{id}/bookings/new", "facility.booking.ask", f.getNew, web.Silent())
	rs.Add("POST /equipment/{id}/bookings", "facility.booking.ask", f.postBooking, web.In[Form](), web.Out[Booking]())
	rs.Add("GET /bookings", "facility.booking.list", f.getBookings, web.Asks[BookingSearch](), web.Out[BookingPage]())
	rs.Add("GET /bookings/queue", "facility.booking.list", f.getQueue, web.Out[Queue]())
	rs.Add("GET /bookings/calendar.ics", "facility.booking.list", f.getFile, web.Silent())
	rs.Add("GET /bookings/{id}", "facility.booking.read", f.getBooking, web.Out[Booking]())
	rs.Add("GET /bookings/{id}/move", "facility.booking.move", f.getMove, web.Silent())
	rs.Add("POST /bookings/{id}/moves", "facility.booking.move", f.postMove, web.In[Form](), web.Out[Booking]())
	rs.Add("POST /bookings/{id}/approval", "facility.booking.approve", f.postApproval, web.In[answer](), web.Out[Booking]())
	rs.Add("POST /bookings/{id}/refusal", "facility.booking.refuse", f.postRefusal, web.In[answer](), web.Out[Booking]())
	rs.Add("POST /bookings/{id}/cancellation", "facility.booking.cancel", f.postCancellation, web.Out[Booking]())
	rs.Add("POST /bookings/{id}/withdrawal", "facility.booking.withdraw", f.postWithdrawal, web.In[answer](), web.Out[Booking]())
	rs.Add("POST /bookings/{id}/use", "facility.booking.note", f.postUse, web.In[Use](), web.Out[Booking]())
	rs.Add("POST /bookings/{id}/absence", "facility.booking.miss", f.postAbsence, web.Out[Booking]())
	rs.Add("POST /bookings/{id}/corrections", "facility.booking.correct", f.postCorrection, web.In[Use](), web.Out[Booking]())
}

type weekOf struct {
	Week string `json:"week"` // a day of it, 2026-10-31
}

type answer struct {
	Reason string `json:"reason"`
	Back   string `json:"back"` // queue: where people go on
}

func (f *Facility) getCalendar(r *http.Request) (web.Reply, error) {
	in, err := web.Query[weekOf](r)
	if err != nil {
		return web.Reply{}, err
	}
	c, err := f.Calendar(r.Context(), r.PathValue("id"), in.Week)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: c, Page: calendarPage(c)}, nil
}

func (f *Facility) getUse(r *http.Request) (web.Reply, error) {
	p, err := f.UseOf(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: usePage(p)}, nil
}

func (f *Facility) getTerms(r *http.Request) (web.Reply, error) {
	p, err := f.Terms(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: termsPage(p, p.Today.Terms.form(p.day), nil)}, nil
}

func (f *Facility) postTerms(r *http.Request) (web.Reply, error) {
	in, err := web.Read[TermsForm](r)
	var v *Version
	if err == nil {
		v, err = f.SetTerms(r.Context(), r.PathValue("id"), in)
	}
	if mendable(err) {
		p, also := f.Terms(r.Context(), r.PathValue("id"))
		if also != nil {
			return web.Reply{}, also
		}
		return web.Reply{Page: termsPage(p, in, err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: v, Goto: "/equipment/" + r.PathValue("id") + "/terms", Done: "facility.done.terms"}, nil
}

func (f *Facility) getNew(r *http.Request) (web.Reply, error) {
	in, err := web.Query[Form](r)
	if err != nil {
		return web.Reply{}, err
	}
	p, err := f.Asking(r.Context(), r.PathValue("id"), in)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: askPage(p, nil)}, nil
}

func (f *Facility) postBooking(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Form](r)
	var b *Booking
	if err == nil {
		b, err = f.Book(r.Context(), r.PathValue("id"), in)
	}
	if mendable(err) {
		p, also := f.Asking(r.Context(), r.PathValue("id"), in)
		if also != nil {
			return web.Reply{}, also
		}
		return web.Reply{Page: askPage(p, err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: b, Goto: "/bookings/" + b.ID, Done: "facility.done." + string(b.State)}, nil
}

func (f *Facility) getMove(r *http.Request) (web.Reply, error) {
	p, err := f.Moving(r.Context(), r.PathValue("id"), Form{})
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Page: askPage(p, nil)}, nil
}

func (f *Facility) postMove(r *http.Request) (web.Reply, error) {
	in, err := web.Read[Form](r)
	var b *Booking
	if err == nil {
		b, err = f.Move(r.Context(), r.PathValue("id"), in)
	}
	if errors.Is(err, fault.Invalid) {
		p, also := f.Moving(r.Context(), r.PathValue("id"), in)
		if also != nil {
			return web.Reply{}, also
		}
		return web.Reply{Page: askPage(p, err)}, err
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: b, Goto: "/bookings/" + b.ID, Done: "facility.done.moved"}, nil
}

func (f *Facility) getBookings(r *http.Request) (web.Reply, error) {
	s, err := web.Query[BookingSearch](r)
	if err != nil {
		return web.Reply{}, err
	}
	p, err := f.Bookings(r.Context(), s)
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: p, Page: bookingsPage(p)}, nil
}

func (f *Facility) getQueue(r *http.Request) (web.Reply, error) {
	q, err := f.Queue(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: q, Page: queuePage(q)}, nil
}

func (f *Facility) getFile(r *http.Request) (web.Reply, error) {
	text, err := f.CalendarFile(r.Context())
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{File: &web.File{Name: say(r.Context(), "bookings") + ".ics", Type: "text/calendar; charset=utf-8",
		Write: func(w io.Writer) error { _, err := io.WriteString(w, text); return err }}}, nil
}

func (f *Facility) getBooking(r *http.Request) (web.Reply, error) {
	return f.showBooking(r, Use{}, nil)
}

// showBooking shows a booking, with what is wrong with what was sent to it.
func (f *Facility) showBooking(r *http.Request, u Use, wrong error) (web.Reply, error) {
	v, err := f.view(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{Data: v.Booking, Page: bookingPage(v, u, wrong)}, wrong
}

func (f *Facility) postApproval(r *http.Request) (web.Reply, error) {
	return stepped(f, r, "approved", func(ctx context.Context, id string, _ answer) (*Booking, error) { return f.Approve(ctx, id) })
}

func (f *Facility) postRefusal(r *http.Request) (web.Reply, error) {
	return stepped(f, r, "refused", func(ctx context.Context, id string, in answer) (*Booking, error) { return f.Refuse(ctx, id, in.Reason) })
}

func (f *Facility) postCancellation(r *http.Request) (web.Reply, error) {
	return stepped(f, r, "cancelled", func(ctx context.Context, id string, _ struct{}) (*Booking, error) { return f.Cancel(ctx, id) })
}

func (f *Facility) postWithdrawal(r *http.Request) (web.Reply, error) {
	return stepped(f, r, "withdrawn", func(ctx context.Context, id string, in answer) (*Booking, error) {
		return f.Withdraw(ctx, id, in.Reason)
	})
}

func (f *Facility) postUse(r *http.Request) (web.Reply, error) {
	return stepped(f, r, "noted", func(ctx context.Context, id string, in Use) (*Booking, error) { return f.Note(ctx, id, in.Minutes) })
}

func (f *Facility) postAbsence(r *http.Request) (web.Reply, error) {
	return stepped(f, r, "missed", func(ctx context.Context, id string, _ struct{}) (*Booking, error) { return f.Miss(ctx, id) })
}

func (f *Facility) postCorrection(r *http.Request) (web.Reply, error) {
	return stepped(f, r, "corrected", f.Correct)
}

// stepped does what a form on a booking's page asks for, and shows the page again
// where it can be mended.
func stepped[T any](f *Facility, r *http.Request, word string, do func(context.Context, string, T) (*Booking, error)) (web.Reply, error) {
	in, err := web.Read[T](r)
	var b *Booking
	if err == nil {
		b, err = do(r.Context(), r.PathValue("id"), in)
	}
	if mendable(err) {
		u, _ := any(in).(Use)
		if a, ok := any(in).(answer); ok {
			u.Reason = a.Reason
		}
		return f.showBooking(r, u, err)
	}
	if err != nil {
		return web.Reply{}, err
	}
	next := "/bookings/" + b.ID
	if a, ok := any(in).(answer); ok && a.Back == "queue" {
		next = "/bookings/queue"
	}
	return web.Reply{Data: b, Goto: next, Done: "facility.done." + word}, nil
}

// mendable tells whether what was sent can be mended on its form.
func mendable(err error) bool { return errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict) }
