package member

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"guildhall/internal/fault"
)

// Filing is an application (入会申请) as a unit sent it, and what became of it.
type Filing struct {
	ID     string `json:"id"`
	Number string `json:"number"` // by which people speak of it: 2026-3
	State  string `json:"state"`
	Application
	Statement    string    `json:"statement"` // what the unit wants to bring and to find
	Reason       string    `json:"reason,omitempty"`
	ResolutionID string    `json:"resolution_id,omitempty"` // in the council
	Unit         string    `json:"unit,omitempty"`          // as which it was admitted
	MadeAt       time.Time `json:"made_at"`
	ChangedAt    time.Time `json:"changed_at"`
	Contact      string    `json:"contact"` // masked, but for whoever asks to see it
	Mobile       string    `json:"mobile"`
	Email        string    `json:"email"`

	keyHash string
	sealed  [3]string // contact, mobile, email
	action  string    // for which it was taken; keepFiling tells the journal
	mine    bool      // whoever asks holds its key
}

// FilingForm is what the public form sends.
type FilingForm struct {
	Application
	Statement string `json:"statement"`
	Contact   string `json:"contact"`
	Mobile    string `json:"mobile"`
	Email     string `json:"email"`
	Charter   bool   `json:"charter"` // the charter is accepted
}

// step is a way from one state of an application to another: who may go it is in
// the rule book under the action.
type step struct {
	From   string
	Action string
	To     string
	Reason bool // must be given
}

// Steps is the whole way of an application. docs/membership.md draws it.
var Steps = []step{
	{"", "member.application.send", "submitted", false},
	{"submitted", "member.application.return", "returned", true},
	{"returned", "member.application.mend", "submitted", false},
	{"submitted", "member.application.check", "checked", false},
	{"checked", "member.application.return", "returned", true},
	{"checked", "member.application.admit", "admitted", false},
	{"submitted", "member.application.refuse", "refused", true},
	{"checked", "member.application.refuse", "refused", true},
	{"submitted", "member.application.withdraw", "withdrawn", false},
	{"returned", "member.application.withdraw", "withdrawn", false},
	{"checked", "member.application.withdraw", "withdrawn", false},
}

// FilingStates lists the states of an application, in the order of its way.
var FilingStates = []string{"submitted", "returned", "checked", "admitted", "refused", "withdrawn"}

// can tells whether a step leads on from where the application stands.
func (f *Filing) can(action string) bool {
	return slices.ContainsFunc(Steps, func(s step) bool { return s.From == f.State && s.Action == action })
}

// take takes the step of an action, with the reason where one is needed.
func (f *Filing) take(action, reason string) error {
	reason = strings.TrimSpace(reason)
	for _, s := range Steps {
		if s.From != f.State || s.Action != action {
			continue
		}
		var wrong fault.List
		if s.Reason && reason == "" {
			wrong.Add("reason", "member.application.reason")
		}
		if n := len([]rune(reason)); n > 1000 {
			wrong.Add("reason", "member.application.long", n, 1000)
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		f.State, f.Reason = s.To, reason
		return nil
	}
	return fault.Conflict.New("member.application.state." + f.State)
}

var phoneWorks = regexp.MustCompile(`^\+?[0-9][0-9 ()/-]{5,24}$`)

// check tells what is wrong with the form beside the unit itself.
func (in *FilingForm) check(wrong *fault.List) {
	in.Statement, in.Contact = strings.TrimSpace(in.Statement), strings.TrimSpace(in.Contact)
	in.Mobile, in.Email = strings.TrimSpace(in.Mobile), strings.TrimSpace(in.Email)
	switch n := len([]rune(in.Statement)); {
	case n < 10:
		wrong.Add("statement", "member.application.statement")
	case n > 2000:
		wrong.Add("statement", "member.application.long", n, 2000)
	}
	if n := len([]rune(in.Contact)); n == 0 || n > 50 {
		wrong.Add("contact", "member.application.name_missing")
	}
	if !phoneWorks.MatchString(in.Mobile) {
		wrong.Add("mobile", "member.application.mobile", in.Mobile)
	}
	if in.Email != "" {
		if _, err := mail.ParseAddress(in.Email); err != nil || len(in.Email) > 120 {
			wrong.Add("email", "member.application.email", in.Email)
		}
	}
	if !in.Charter {
		wrong.Add("charter", "member.application.charter")
	}
	if in.Application.CreditCode == "" && in.Class != "other" {
		wrong.Add("credit_code", "member.application.code")
	}
}
