package council

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/paper"
	"guildhall/internal/seal"
	"guildhall/internal/web"
)

// print gives a document as a file. It is written whole before the first byte
// leaves, so that a missing font is told as a fault.
func (c *Council) print(ctx context.Context, d paper.Doc, format string) (web.Reply, error) {
	var out bytes.Buffer
	kind := "application/pdf"
	var err error
	switch format {
	case "pdf":
		var fonts paper.Fonts
		if fonts, err = paper.Find(c.Fonts); err == nil {
			err = paper.WritePDF(ctx, &out, d, fonts)
		}
	case "docx":
		kind, err = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", paper.WriteWord(&out, d)
	default:
		err = fault.Invalid.New("council.format", format)
	}
	if err != nil {
		return web.Reply{}, err
	}
	return web.Reply{File: &web.File{Name: d.Title + "." + format, Type: kind,
		Write: func(w io.Writer) error { _, err := w.Write(out.Bytes()); return err }}}, nil
}

// minutesPaper lays the minutes out: what the secretary wrote, and where the chair
// and the secretary sign and the seal goes.
func minutesPaper(ctx context.Context, m *Meeting) paper.Doc {
	zh := i18n.With(ctx, "zh-CN")
	d := paper.Doc{Title: say(zh, "minutes.title", m.Title), Subtitle: span(zh, m), Author: web.BodyName(zh)}
	if m.ClosedAt != nil {
		d.At = *m.ClosedAt
	}
	for line := range strings.SplitSeq(m.Minutes, "\n") {
		if line = strings.TrimSpace(line); line != "" && line != d.Title {
			d.Parts = append(d.Parts, paper.Text{Text: line, Flat: strings.ContainsRune("0123456789", rune(line[0]))})
		}
	}
	if m.ConfirmedAt != nil {
		d.Parts = append(d.Parts, paper.Text{Text: say(zh, "confirmed_line", m.ConfirmedBy, i18n.Time(zh, *m.ConfirmedAt)), Small: true, Flat: true})
	}
	d.Parts = append(d.Parts, paper.Sign{Places: []string{say(zh, "chair"), say(zh, "secretary")}, Date: say(zh, "column.at"), Seal: say(zh, "seal_place")})
	return d
}

// resolutionPaper lays a resolution out: its words, how it was carried, the hashes
// by which it is known, and where it is signed and sealed.
func resolutionPaper(ctx context.Context, r *Resolution) paper.Doc {
	zh := i18n.With(ctx, "zh-CN")
	d := paper.Doc{Title: r.Title, Subtitle: say(zh, "resolution_no", r.Mark()) + "　" + i18n.Day(zh, r.At), Author: web.BodyName(zh), At: r.At}
	for line := range strings.SplitSeq(r.Words, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			d.Parts = append(d.Parts, paper.Text{Text: line})
		}
	}
	v := r.Votes
	rows := [][]string{{say(zh, "column.class"), v.Class}, {say(zh, "column.article"), v.Article}, {say(zh, "column.level"), say(zh, "level."+v.Level)},
		{say(zh, "entitled"), fmt.Sprint(v.Question.All)}, {say(zh, "taking_part"), fmt.Sprint(v.Question.Present)}, {say(zh, "result"), r.tally(zh)},
		{say(zh, "needed"), fmt.Sprint(v.Result.Need)}}
	d.Parts = append(d.Parts, paper.Heading{Level: 2, Text: say(zh, "how_carried")},
		paper.Table{Head: []string{say(zh, "column.note"), ""}, Rows: rows, Widths: []float64{1, 3}},
		paper.Text{Text: say(zh, "hash") + " " + seal.HashOf(r.Hash) + "：" + r.Hash, Small: true, Flat: true}, paper.Text{Text: say(zh, "seal") + "：" + v.Seal, Small: true, Flat: true},
		paper.Sign{Places: []string{say(zh, "chair"), say(zh, "secretary")}, Date: say(zh, "column.at"), Seal: say(zh, "seal_place")})
	return d
}
