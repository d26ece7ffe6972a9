// Package paper (文书) makes documents: a value of type Doc is written once, and
// printed as PDF (WritePDF) or handed out as Word (WriteWord). Minutes, reports and
// bulletins are all made so.
//
// The PDF keeps to Chinese typography: no line begins with closing punctuation or
// ends with an opening one (避头尾), words and figures of other scripts are not torn,
// table heads repeat on each page, pages are numbered "1 / 3". Charts are drawn as
// vectors from the same values as on the page (package chart). The same Doc with the
// same Fonts gives the same bytes.
//
// No font is shipped. Find takes TrueType fonts from a configured place, or those
// that are installed, and tells what to install where there is none. Word files need
// no font.
package paper

import (
	"embed"
	"time"

	"guildhall/internal/chart"
	"guildhall/internal/i18n"
)

//go:embed text/*.json
var text embed.FS

var _ = i18n.Add(text)

// Doc is a document from its title to its last signature.
type Doc struct {
	Title    string
	Subtitle string    // under the title: number, date
	Author   string    // who issues it; also at the foot of each page
	At       time.Time // told in the file as the time when it was made; it may be zero
	Cover    bool      // the title stands lower, over what a first page of its own holds
	Parts    []Part
}

// Part is a piece of a document: Heading, Text, List, Table, Line, Pairs, Bars,
// Sign or Break.
type Part interface{ part() }

// Heading begins a section. Level 1 is the highest under the title.
type Heading struct {
	Level int
	Text  string
}

// Text is a paragraph. Chinese ones begin two characters in; Flat ones do not.
type Text struct {
	Text  string
	Flat  bool
	Small bool // a note
}

// List is a numbered list of short paragraphs.
type List struct{ Items []string }

// Table has a head that repeats on every page. All rows are as long as its head.
type Table struct {
	Caption string
	Head    []string
	Rows    [][]string
	// Widths are the shares of the columns in the width of the page; nil makes them
	// by what the cells hold. Right tells which columns hold figures.
	Widths []float64
	Right  []bool
}

// Line, Pairs and Bars are charts. Word shows their title and values in words.
type (
	Line struct {
		Caption string
		chart.Line
	}
	Pairs struct {
		Caption        string
		Supply, Demand string // what the two dots are
		chart.Pairs
	}
	Bars struct {
		Caption string
		chart.Bars
	}
)

// Sign is the end of a document: places to sign, each on a line with room for the
// hand and the date, and where the seal goes.
type Sign struct {
	Places []string // who signs: 理事长, 记录人
	Date   string   // the word before the date; empty leaves it away
	Seal   string   // 盖章处: drawn as a dashed circle with this word; empty: none
}

// Break begins a new page.
type Break struct{}

func (Heading) part() {}
func (Text) part()    {}
func (List) part()    {}
func (Table) part()   {}
func (Line) part()    {}
func (Pairs) part()   {}
func (Bars) part()    {}
func (Sign) part()    {}
func (Break) part()   {}
