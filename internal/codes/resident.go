package codes

import (
	"strings"
	"time"

	"guildhall/internal/fault"
)

// ResidentID is what an identity number of 18 characters tells about its
// holder. It is personal data as much as the number itself.
type ResidentID struct {
	// Holder tells whose kind of number it is.
	Holder Holder
	// Region is the place of first registration, six digits. It can be a code
	// that was abolished long ago, so an unknown one proves nothing. For a
	// foreigner it holds the issuing province and the country instead.
	Region string
	Birth  time.Time // a date, midnight UTC
	Female bool
}

// Holder is the kind of person to whom an identity number was given.
type Holder string

const (
	Resident  Holder = "resident"  // resident identity card
	Permit    Holder = "permit"    // residence permit of a resident of Hong Kong, Macao or Taiwan
	Foreigner Holder = "foreigner" // foreigner's permanent residence card, form of 2023
)

// NormaliseResidentID brings a number as people write it to the form that
// CheckResidentID reads: no spaces, no leading quotation mark of a spreadsheet,
// half width, upper case.
func NormaliseResidentID(s string) string {
	return strings.TrimLeft(plain(s), "'’‘`")
}

// CheckResidentID checks the form, birth date and check character of a resident
// identity number (公民身份号码, GB 11643-1999), already normalised, and reads
// it. The fault tells what is wrong: codes.resident_id.length, .old (the 15
// digits, not accepted since 2013), .scientific (digits lost in a spreadsheet's
// 4.5E+17), .character, .rounded (a spreadsheet kept 15 digits), .birth or
// .check.
//
// It knows no clock: whether the birth lies in the future, ask [ResidentID.BornBy].
// Passports and foreigners' cards of 15 characters are other numbers and fail.
func CheckResidentID(s string) (ResidentID, error) {
	if err := checkResidentIDForm(s); err != nil {
		return ResidentID{}, err
	}
	right := s[17] == residentCheck(s[:17])
	if !right && strings.HasSuffix(s, "000") {
		return ResidentID{}, fault.Invalid.New("codes.resident_id.rounded")
	}
	birth, err := time.Parse("20060102", s[6:14])
	if err != nil || birth.Year() < 1850 {
		return ResidentID{}, fault.Invalid.New("codes.resident_id.birth")
	}
	if !right {
		return ResidentID{}, fault.Invalid.New("codes.resident_id.check")
	}
	return ResidentID{holder(s), s[:6], birth, (s[16]-'0')%2 == 0}, nil
}

func checkResidentIDForm(s string) error {
	n := len([]rune(s))
	switch {
	case scientific(s):
		return fault.Invalid.New("codes.resident_id.scientific")
	case n == 15 && digits(s):
		return fault.Invalid.New("codes.resident_id.old")
	case n != 18:
		return fault.Invalid.New("codes.resident_id.length", n)
	case len(s) != 18, !digits(s[:17]), !digits(s[17:]) && s[17] != 'X', s[0] == '0':
		return fault.Invalid.New("codes.resident_id.character")
	}
	return nil
}

// residentCheck gives the check character of the 17 digits before it.
func residentCheck(s string) byte {
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

func holder(s string) Holder {
	switch {
	case s[0] == '9':
		return Foreigner
	case s[:6] == "810000", s[:6] == "820000", s[:6] == "830000":
		return Permit
	}
	return Resident
}

// BornBy tells whether the holder was born on that day or before it.
func (r ResidentID) BornBy(day time.Time) bool {
	y, m, d := day.Date()
	return !r.Birth.After(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

// scientific recognises what a spreadsheet makes of a long number: 4.50298E+17.
func scientific(s string) bool {
	mantissa, exponent, ok := strings.Cut(strings.ToUpper(s), "E+")
	return ok && digits(exponent) && digits(strings.Replace(mantissa, ".", "", 1))
}
