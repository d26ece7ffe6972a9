package privacy

// Kind is one kind of personal data in the register (个人信息处理清单). Its words are its
// name, privacy.kind.<code>, and what it is for, privacy.purpose.<code>.
type Kind struct {
	Code   string `json:"code"`
	Basis  string `json:"basis"`  // on which it is kept, by article 13: consent, contract, law, duty
	Source string `json:"source"` // who gave it: self, school, unit, house
	Term   string `json:"term"`   // the kind of the retention rule; empty: as long as the account is there
}

// Kinds is the register, in the order in which people read it.
var Kinds = []Kind{
	{"talent.identity", "duty", "school", "talent.identity"},
	{"talent.profile", "consent", "school", "talent.identity"},
	{"talent.consent", "law", "self", "talent.consent"},
	{"round.wish", "consent", "self", ""},
	{"round.result", "consent", "house", "round.result"},
	{"placement.internship", "contract", "school", "placement.internship"},
	{"placement.employment", "contract", "school", "placement.employment"},
	{"directory.account", "contract", "unit", "directory.account"},
	{"directory.post", "contract", "unit", ""},
	{"directory.duty", "contract", "unit", ""},
	{"directory.session", "law", "self", "directory.session"},
	{"directory.token", "contract", "self", "directory.token"},
	{"directory.link", "contract", "house", "directory.link"},
	{"factor.code", "law", "self", ""},
	{"factor.passkey", "law", "self", ""},
	{"sso.link", "contract", "self", ""},
	{"council.attendance", "law", "unit", "council.minutes"},
	{"council.vote", "law", "unit", "council.minutes"},
	{"council.trustee", "law", "unit", "council.minutes"},
	{"plan.task", "contract", "unit", ""},
	{"plan.note", "contract", "self", ""},
	{"facility.booking", "contract", "self", "facility.booking"},
	{"survey.answer", "contract", "unit", "survey.answer"},
	{"demand.line", "contract", "unit", ""},
	{"demand.reply", "contract", "self", ""},
	{"files.file", "contract", "self", ""},
	{"intake.job", "contract", "self", "intake.rows"},
	{"privacy.request", "law", "self", "privacy.request"},
	{"privacy.hold", "law", "house", "privacy.request"},
	{"journal.entry", "law", "house", "journal.entry"},
}

// Find gives a kind of the register.
func Find(code string) (Kind, bool) {
	for _, k := range Kinds {
		if k.Code == code {
			return k, true
		}
	}
	return Kind{}, false
}
