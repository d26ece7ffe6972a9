package member

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"guildhall/internal/codes"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/journal"
)

// Resolution is a resolution by which units can be taken in, as the council tells it.
type Resolution struct {
	ID    string `json:"id"`
	Label string `json:"label"` // its number and title
	Day   string `json:"day"`
}

// Send files an application for a unit. Anybody may send one; the key that comes
// back is the only way to look after it, and it is shown once.
func (r *Roll) Send(ctx context.Context, in FilingForm) (f *Filing, key string, err error) {
	key = rand.Text()
	f, err = db.Update(ctx, r.DB, func(tx *db.Tx) (*Filing, error) {
		f := &Filing{ID: db.NewID(), keyHash: r.Keys.Hash("application", key), MadeAt: tx.Now, action: "member.application.send"}
		if err := filingPolicy.Allow(ctx, f.action, f); err != nil {
			return nil, err
		}
		if err := r.fillFiling(tx, f, in); err != nil {
			return nil, err
		}
		if f.Number, err = filingNumber(tx, today(tx).Year()); err != nil {
			return nil, err
		}
		return f, keepFiling(tx, f)
	})
	return f, key, err
}

// Mend files an application again that was returned.
func (r *Roll) Mend(ctx context.Context, key string, in FilingForm) (*Filing, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Filing, error) {
		f, err := r.held(tx, "member.application.mend", key)
		if err != nil {
			return nil, err
		}
		if err := r.fillFiling(tx, f, in); err != nil {
			return nil, err
		}
		return f, keepFiling(tx, f)
	})
}

// fillFiling puts what a form tells into an application, or tells everything that
// is wrong with it.
func (r *Roll) fillFiling(tx *db.Tx, f *Filing, in FilingForm) error {
	if err := f.take(f.action, ""); err != nil {
		return err
	}
	var wrong fault.List
	if err := in.inspect(tx, f.ID, &wrong); err != nil {
		return err
	}
	in.check(&wrong)
	slices.SortStableFunc(wrong, func(a, b fault.Item) int {
		return cmp.Compare(slices.Index(filingPlaces, a.Place), slices.Index(filingPlaces, b.Place))
	})
	if err := wrong.Err(); err != nil {
		return err
	}
	f.Application, f.Statement = in.Application, in.Statement
	f.sealed = [3]string{r.Keys.Seal(in.Contact), r.Keys.Seal(in.Mobile), r.Keys.Seal(in.Email)}
	return r.unseal(f, false)
}

// filingPlaces are the fields of the form as they follow each other on it.
var filingPlaces = []string{"name", "credit_code", "class", "short_name", "name_en", "industry", "region", "segments", "staff", "phone", "rank", "statement",
	"contact", "mobile", "email", "charter"}

// inspect tells what is wrong with the unit on the form: its facts, or that it
// belongs or has applied already.
func (in *FilingForm) inspect(tx *db.Tx, id string, wrong *fault.List) error {
	in.CreditCode = codes.NormaliseUSCC(in.CreditCode)
	in.Since, in.Part, in.Resolution = "", "", ""
	in.unit(wrong)
	ranks, err := ranksOf(tx)
	if err != nil {
		return err
	}
	if _, ok := ranks.Find(in.Rank); !ok && in.Rank != "" {
		wrong.Add("rank", "member.rank.unknown", in.Rank)
	}
	if u, err := in.known(tx, wrong); err != nil {
		return err
	} else if u != nil {
		s, err := find(tx, u.ID)
		if err != nil {
			return err
		}
		if t := s.open(); t != nil {
			wrong.Add("name", "member.unit.belongs", t.Since)
		}
	}
	open, err := filings(tx, []string{"submitted", "returned", "checked"}, "", "", 1000)
	if err != nil {
		return err
	}
	for _, f := range open {
		if f.ID != id && (f.CreditCode != "" && f.CreditCode == in.CreditCode || directory.Plain(f.Name) == directory.Plain(in.Name)) {
			wrong.Add("name", "member.application.twice", i18n.Date(tx.Context(), f.MadeAt))
		}
	}
	return nil
}

// Step takes an application a step on: return, check, refuse, withdraw.
func (r *Roll) Step(ctx context.Context, action, id, reason string) (*Filing, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Filing, error) {
		f, err := takeFiling(tx, action, id)
		if err != nil {
			return nil, err
		}
		if err := f.take(action, reason); err != nil {
			return nil, err
		}
		return f, keepFiling(tx, f)
	})
}

// WithdrawHeld withdraws the application of a key.
func (r *Roll) WithdrawHeld(ctx context.Context, key string) (*Filing, error) {
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Filing, error) {
		f, err := r.held(tx, "member.application.withdraw", key)
		if err != nil {
			return nil, err
		}
		if err := f.take(f.action, ""); err != nil {
			return nil, err
		}
		return f, keepFiling(tx, f)
	})
}

// Admission is by what a checked application becomes a membership.
type Admission struct {
	Since        string `json:"since"`
	Rank         string `json:"rank"`
	Part         string `json:"part"`
	ResolutionID string `json:"resolution_id"` // in the council
	Resolution   string `json:"resolution"`    // in words, where the council's list does not hold it
}

// AdmitFiling takes the unit of a checked application into the body, by a
// resolution. The unit is noted in the directory first, under its own pen.
func (r *Roll) AdmitFiling(ctx context.Context, id string, in Admission) (*Filing, error) {
	u, err := db.View(ctx, r.DB, func(tx *db.Tx) (*directory.Unit, error) {
		f, err := takeFiling(tx, "member.application.admit", id)
		if err != nil {
			return nil, err
		}
		if !f.can(f.action) {
			return nil, fault.Conflict.New("member.application.state." + f.State)
		}
		if err := r.resolved(tx, &in); err != nil {
			return nil, err
		}
		a := in.application(f)
		return a.check(tx)
	})
	if err != nil {
		return nil, err
	}
	if u.ID == "" {
		if err := r.Directory.EnrolUnits(ctx, []*directory.Unit{u}); err != nil {
			return nil, err
		}
	}
	return db.Update(ctx, r.DB, func(tx *db.Tx) (*Filing, error) {
		f, err := takeFiling(tx, "member.application.admit", id)
		if err != nil {
			return nil, err
		}
		if err := f.take(f.action, ""); err != nil {
			return nil, err
		}
		if _, err := joinUnit(tx, Membership{Unit: u.ID, Since: in.Since, Ranks: []string{in.Rank}, Part: in.Part, Resolution: in.Resolution}); err != nil {
			return nil, err
		}
		f.Unit, f.Resolution, f.ResolutionID = u.ID, in.Resolution, in.ResolutionID
		return f, keepFiling(tx, f)
	})
}

func (in *Admission) application(f *Filing) Application {
	a := f.Application
	a.Since, a.Rank, a.Part, a.Resolution = in.Since, in.Rank, in.Part, in.Resolution
	return a
}

// resolved finds the resolution that an admission names; without one nobody is
// taken in by an application.
func (r *Roll) resolved(tx *db.Tx, in *Admission) error {
	var wrong fault.List
	if in.ResolutionID != "" {
		list, err := r.resolutions(tx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(x Resolution) bool { return x.ID == in.ResolutionID })
		if i < 0 {
			wrong.Add("resolution_id", "member.application.resolution")
		} else {
			in.Resolution = list[i].Label
			if in.Since == "" {
				in.Since = list[i].Day
			}
		}
	} else if strings.TrimSpace(in.Resolution) == "" {
		wrong.Add("resolution", "member.application.resolution")
	}
	checkDay(&wrong, "since", in.Since, today(tx))
	return wrong.Err()
}

func (r *Roll) resolutions(tx *db.Tx) ([]Resolution, error) {
	if r.Resolutions == nil {
		return nil, nil
	}
	return r.Resolutions(tx)
}

// takeFiling gets an application for an action of those who run the body.
func takeFiling(tx *db.Tx, action, id string) (*Filing, error) {
	f, err := findFiling(tx, id)
	if err != nil {
		return nil, err
	}
	if !filingPolicy.Can(tx.Context(), "member.application.read", f) {
		return nil, fault.NotFound.New("fault.not_found")
	}
	f.action = action
	return f, filingPolicy.Allow(tx.Context(), action, f)
}

// held gets an application for an action of whoever holds its key.
func (r *Roll) held(tx *db.Tx, action, key string) (*Filing, error) {
	f, err := filingByKey(tx, r.Keys.Hash("application", strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(key))))
	if errors.Is(err, fault.NotFound) {
		return nil, fault.NotFound.New("member.application.unknown")
	}
	if err != nil {
		return nil, err
	}
	f.mine, f.action = true, action
	return f, filingPolicy.Allow(tx.Context(), action, f)
}

// keepFiling saves an application and lets the journal tell of it, without those
// to speak to.
func keepFiling(tx *db.Tx, f *Filing) error {
	if f.action == "" {
		panic("member: an application is kept that was taken for no action")
	}
	f.ChangedAt = tx.Now.Truncate(time.Microsecond)
	if err := saveFiling(tx, f); err != nil {
		return err
	}
	return journal.Record(tx, f.action, f.ID, map[string]string{"number": f.Number, "state": f.State, "name": f.Name, "credit_code": f.CreditCode,
		"reason": f.Reason, "resolution": f.ResolutionID, "unit": f.Unit})
}

// unseal reads who to speak to, masked but for whoever may see it whole.
func (r *Roll) unseal(f *Filing, whole bool) (err error) {
	said := [3]string{}
	for i, text := range f.sealed {
		if said[i], err = r.Keys.Open(text); err != nil {
			return err
		}
	}
	f.Contact, f.Mobile, f.Email = said[0], said[1], said[2]
	if !whole {
		f.Contact, f.Mobile = codes.MaskName(said[0]), codes.MaskPhone(said[1])
		if said[2] != "" {
			f.Email = codes.MaskEmail(said[2])
		}
	}
	return nil
}
