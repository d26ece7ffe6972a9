package watch

import (
	"context"

	"guildhall/internal/i18n"
)

// Level says how a thing stands. A level is always shown by a word too, never by colour
// alone.
type Level string

const (
	OK   Level = "ok"   // 正常
	Warn Level = "warn" // 注意: it works, and somebody should look
	Fail Level = "fail" // 异常: something is lost, or will be
	Note Level = "note" // 说明: it only tells
)

// Line is one thing that was looked at: how it stands, and what to do unless it is well.
// The page for operators and guildhall doctor speak in lines.
type Line struct {
	Key   string `json:"key"`
	Level Level  `json:"level"`
	Name  string `json:"name"`
	Said  string `json:"said"`
	Mend  string `json:"mend,omitempty"`
	Link  string `json:"link,omitempty"`
	Try   *Try   `json:"-"`
}

// Try is what can be done about a line at once: a button.
type Try struct{ Kind, ID, Name string }

// Say makes a line of what was found (state) of a thing (key), in the reader's language.
func Say(ctx context.Context, key string, level Level, state string, args ...any) Line {
	l := Line{Key: key, Level: level, Name: i18n.T(ctx, "watch.line."+key), Said: i18n.T(ctx, "watch.said."+key+"."+state, args...)}
	if mend := "watch.mend." + key + "." + state; level == Warn || level == Fail {
		l.Mend = i18n.T(ctx, mend)
	}
	return l
}

// To names the page on which more is told of a line.
func (l Line) To(link string) Line { l.Link = link; return l }

// Part is a group of lines.
type Part struct {
	Key   string `json:"key"`
	Lines []Line `json:"lines"`
}

// Worst gives the worst level among lines.
func Worst(lines []Line) Level {
	worst := OK
	for _, l := range lines {
		if l.Level == Fail || l.Level == Warn && worst != Fail {
			worst = l.Level
		}
	}
	return worst
}
