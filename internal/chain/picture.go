package chain

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"guildhall/internal/i18n"
)

// picture is the chain drawn: the stages as lanes, the segments as boxes. Places
// across are per cent, so that the picture stretches and its words do not;
// places down are pixels.
type picture struct {
	Height int
	Lanes  []lane
	Boxes  []box
}

type lane struct {
	Stage    string
	Segments int
	X        string
	Y        int
	Arrow    bool // leads on to the next lane
}

type box struct {
	Segment
	X, Width  string
	Y, Height int
	Lines     []string // the name, broken
	Bar       string   // the kinds of work in it, against the segment that has most
}

const (
	headHeight = 28 // of a lane's name
	boxHeight  = 70
	gap        = 8   // between boxes, down
	gutter     = 1.2 // between boxes, across, per cent
	perColumn  = 6   // boxes one above the other in a lane, at most
	support    = "支撑"
	// The least widths at which the pictures are shown, in pixels: beside the
	// rail just before it folds, and on a small phone.
	leastWide   = 565
	leastNarrow = 290
)

// wide draws the lanes beside each other, as goods go, and the support under
// all of them.
func wide(ctx context.Context, stages []Stage) picture {
	var beside, under []Stage
	columns := 0
	for _, s := range stages {
		if s.Stage == support {
			under = append(under, s)
		} else {
			beside = append(beside, s)
			columns += columnsOf(s)
		}
	}
	d := drawing{ctx: ctx, most: most(stages), least: leastWide}
	left, lowest := 0, 0
	for i, s := range beside {
		n := columnsOf(s)
		d.lane(s, left, 0, columns, n, i < len(beside)-1)
		left, lowest = left+n, max(lowest, d.Height)
	}
	for _, s := range under {
		d.lane(s, 0, lowest+gap, len(s.Segments), len(s.Segments), false)
	}
	return d.picture
}

// narrow draws the lanes one under the other, two boxes across.
func narrow(ctx context.Context, stages []Stage) picture {
	d := drawing{ctx: ctx, most: most(stages), least: leastNarrow}
	for _, s := range stages {
		d.lane(s, 0, d.Height, 2, 2, false)
	}
	return d.picture
}

func columnsOf(s Stage) int { return (len(s.Segments) + perColumn - 1) / perColumn }

func most(stages []Stage) (most int) {
	for _, s := range stages {
		for _, seg := range s.Segments {
			most = max(most, seg.Positions)
		}
	}
	return max(most, 1)
}

type drawing struct {
	picture
	ctx   context.Context
	most  int     // kinds of work in the segment that has most
	least float64 // width of the picture where it is narrowest, in pixels
}

// lane draws a stage over the columns from left on, of so many across the whole.
func (d *drawing) lane(s Stage, left, top, across, columns int, arrow bool) {
	width := (100 - gutter*float64(across-1)) / float64(across)
	at := func(column int) string { return percent(float64(column) * (width + gutter)) }
	em := (width/100*d.least - 16) / 12 // of a line in a box
	d.Lanes = append(d.Lanes, lane{s.Stage, len(s.Segments), at(left), top + 18, arrow})
	for i, seg := range s.Segments {
		y := top + headHeight + i/columns*(boxHeight+gap)
		d.Boxes = append(d.Boxes, box{
			Segment: seg, X: at(left + i%columns), Width: percent(width), Y: y, Height: boxHeight,
			Lines: balanced(i18n.Pick(d.ctx, seg.Name, seg.NameEN), em, 3),
			Bar:   percent(60 * float64(seg.Positions) / float64(d.most)),
		})
		d.Height = max(d.Height, y+boxHeight+gap)
	}
}

func percent(v float64) string { return fmt.Sprintf("%.2f%%", v) }

// balanced breaks a name into no more lines than it needs, of about one length.
func balanced(name string, width float64, most int) []string {
	lines := broken(name, width, most)
	for w := measure(name) / float64(len(lines)); w < width; w += 0.25 {
		if even := broken(name, w, most+1); len(even) == len(lines) {
			return even
		}
	}
	return lines
}

// broken breaks a name into at most so many lines of a width in Chinese
// characters: English between words, Chinese anywhere but before a mark. What
// does not fit ends in a dot line.
func broken(name string, width float64, most int) (lines []string) {
	line := ""
	for _, word := range words(name) {
		if line != "" && measure(strings.TrimSpace(line+word)) > width {
			lines, line = append(lines, strings.TrimSpace(line)), ""
		}
		line += word
	}
	if lines = append(lines, strings.TrimSpace(line)); len(lines) > most {
		lines = append(lines[:most-1:most-1], lines[most-1]+"…")
	}
	return lines
}

// words parts a name where it may break: after spaces, and between Chinese
// characters unless a mark follows.
func words(name string) (words []string) {
	runes := []rune(name)
	start := 0
	for i := 1; i <= len(runes); i++ {
		if i == len(runes) || runes[i-1] == ' ' ||
			(unicode.Is(unicode.Han, runes[i-1]) || unicode.IsPunct(runes[i-1]) && runes[i-1] > 0x2000) && !unicode.IsPunct(runes[i]) {
			words = append(words, string(runes[start:i]))
			start = i
		}
	}
	return words
}

// measure gives a text's width in Chinese characters.
func measure(text string) (width float64) {
	for _, r := range text {
		switch {
		case r >= 0x2E80:
			width++
		case unicode.IsUpper(r):
			width += 0.68
		default:
			width += 0.54
		}
	}
	return width
}
