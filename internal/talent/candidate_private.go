package talent

import (
	"encoding/json"
	"time"

	"guildhall/internal/i18n"
)

// open unseals what is private of a candidate.
func (t *Talent) open(c *Candidate) (p Private, err error) {
	text, err := t.Keys.Open(c.sealed)
	if err != nil || text == "" {
		return p, err
	}
	return p, json.Unmarshal([]byte(text), &p)
}

// shut seals what is private of a candidate, and keeps of it what is needed to
// find them again and to know whether they are of age.
func (t *Talent) shut(c *Candidate, p Private) {
	c.sealed = ""
	if p != (Private{}) {
		text, err := json.Marshal(p)
		if err != nil {
			panic(err) // four strings
		}
		c.sealed = t.Keys.Seal(string(text))
	}
	c.identity = t.identity(p.Identity)
	c.AdultFrom = adultFrom(p.Birth)
}

// identity gives the keyed hash by which an identity number is found.
func (t *Talent) identity(number string) string { return t.Keys.Hash("talent.identity", number) }

// adultFrom gives the first month that somebody born on a day is eighteen all
// through, as 2029-06: enough to know who is under age, and less than a birth date.
func adultFrom(birth string) string {
	day, err := time.Parse(time.DateOnly, birth)
	if err != nil {
		return ""
	}
	eighteen := time.Date(day.Year()+18, day.Month(), 1, 0, 0, 0, 0, time.UTC)
	if day.Day() > 1 {
		eighteen = eighteen.AddDate(0, 1, 0)
	}
	return eighteen.Format("2006-01")
}

func month(at time.Time) string { return at.In(i18n.China).Format("2006-01") }
