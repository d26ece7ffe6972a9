package intake

import (
	"regexp"
	"strings"

	"guildhall/internal/codes"
	"guildhall/internal/fault"
	"guildhall/internal/sheet"
)

// readID reads a resident identity number. What a spreadsheet has done to it, or
// what its check character tells, cannot be guessed back: only a person with
// the card in hand can mend it, so the row is refused.
func (c *cell) readID() {
	text := c.text
	if strings.ContainsAny(text[:1], "'‘’`") {
		c.fix("id_quote_prefix")
	}
	id := codes.NormaliseResidentID(text)
	if strings.Contains(text, "x") {
		c.fix("id_lowercase_x")
	}
	if c.raw.Kind == sheet.Number && len(id) == 18 { // a number cell keeps 15 digits, whatever the check character says
		c.flag("id_precision_lost").grave = true
		return
	}
	_, err := codes.CheckResidentID(id)
	if err == nil {
		c.keep(id)
		return
	}
	name := "id_bad_check"
	switch fault.Of(err).Key {
	case "codes.resident_id.scientific":
		name = "id_scientific"
	case "codes.resident_id.rounded":
		name = "id_precision_lost"
	case "codes.resident_id.old", "codes.resident_id.length":
		name = "id_length"
	}
	c.flag(name).grave = true
}

func (c *cell) readCredit() {
	code := codes.NormaliseUSCC(strings.TrimLeft(c.text, "'‘’`"))
	if strings.ToUpper(c.text) != c.text {
		c.fix("uscc_lowercase")
	}
	if err := codes.CheckUSCC(code); err != nil {
		f := c.flag("uscc_bad_check")
		f.grave = true
		f.mend, _ = codes.SuggestUSCC(code)
		return
	}
	c.keep(code)
}

var (
	scientific = regexp.MustCompile(`^[0-9](\.[0-9]+)?[eE]\+?[0-9]{2}$`)
	fixedLine  = regexp.MustCompile(`^(0[0-9]{2,3})-?([0-9]{7,8})(?:(?:-|转|ext\.?)([0-9]{1,6}))?$`)
	service    = regexp.MustCompile(`^(400|800)-?([0-9]{3})-?([0-9]{4})$`)
)

// readPhone reads a mobile number, or the number of a fixed line.
func (c *cell) readPhone() {
	text := strings.TrimLeft(c.text, "'‘’`")
	if text != c.text {
		c.fix("quote_prefix")
	}
	if scientific.MatchString(text) {
		c.flag("phone_scientific", text)
		return
	}
	if line := c.fixed(text); line != "" {
		c.keep(line)
		return
	}
	number := codes.NormaliseMobile(text)
	if codes.CheckMobile(number) != nil {
		name := "phone_wrong"
		if allDigits(number) && len(number) < 11 {
			name = "phone_short"
		}
		c.flag(name, text)
		return
	}
	if number == text {
		c.keep(text)
		return
	}
	switch {
	case strings.HasPrefix(text, "+86"), strings.HasPrefix(text, "86"), strings.HasPrefix(text, "0086"):
		c.fix("phone_plus86")
	case strings.ContainsAny(text, "-–—"):
		c.fix("phone_dashes")
	default:
		c.fix("phone_spaces")
	}
	c.keep(number)
}

// fixed reads a number with its area code, or one that a company pays for.
func (c *cell) fixed(text string) string {
	bare := strings.NewReplacer(" ", "", "(", "", ")", "-", "（", "", "）", "-").Replace(text)
	if m := fixedLine.FindStringSubmatch(bare); m != nil {
		line := m[1] + "-" + m[2]
		if m[3] != "" {
			line += "-" + m[3]
		}
		return line
	}
	if m := service.FindStringSubmatch(bare); m != nil {
		return m[1] + "-" + m[2] + "-" + m[3]
	}
	return ""
}
