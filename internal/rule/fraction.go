package rule

import (
	"errors"
	"strconv"
	"strings"
)

// Fraction is a share as charters write it, "2/3". What it asks of a number is
// computed in whole numbers, so that 56 of 84 is two thirds and 55 is not.
type Fraction struct{ Num, Den int }

// Reached tells whether n of all is at least the fraction.
func (f Fraction) Reached(n, all int) bool { return n*f.Den >= f.Num*all }

// Passed tells whether n of all is more than the fraction.
func (f Fraction) Passed(n, all int) bool { return n*f.Den > f.Num*all }

// Least gives the smallest number that is at least the fraction of all.
func (f Fraction) Least(all int) int { return (f.Num*all + f.Den - 1) / f.Den }

// Proper tells whether the fraction is more than nothing and at most the whole.
func (f Fraction) Proper() bool { return f.Num > 0 && f.Den > 0 && f.Num <= f.Den }

func (f Fraction) String() string { return strconv.Itoa(f.Num) + "/" + strconv.Itoa(f.Den) }

// MarshalText writes "2/3", and nothing for no fraction.
func (f Fraction) MarshalText() ([]byte, error) {
	if f == (Fraction{}) {
		return nil, nil
	}
	return []byte(f.String()), nil
}

// UnmarshalText reads "2/3", with whatever spaces and slashes people type, up to
// 1000 on either side. Of nothing it makes no fraction, which is not Proper.
func (f *Fraction) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*f = Fraction{}
		return nil
	}
	num, den, ok := strings.Cut(strings.NewReplacer(" ", "", "／", "/", "⁄", "/").Replace(string(text)), "/")
	n, err := strconv.Atoi(num)
	d, also := strconv.Atoi(den)
	if !ok || err != nil || also != nil || n < 0 || d < 1 || n > 1000 || d > 1000 {
		return errors.New("rule: not a fraction")
	}
	*f = Fraction{n, d}
	return nil
}
