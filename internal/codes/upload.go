package codes

import (
	"io"
	"net/http"
	"strings"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
	"guildhall/internal/sheet"
	"guildhall/internal/web"
)

// uploadLimits bound the sheet of a new edition.
var uploadLimits = sheet.Limits{Size: 32 << 20, Unpacked: 256 << 20, Rows: mostCodes + 100, Columns: 64, Length: 4096}

// uploaded reads the codes of a new edition from the sheet in a form. The
// columns are those of an export, in either language, so that an edition can be
// exported, edited and sent back.
func uploaded(r *http.Request, kinds []string) ([]Code, error) {
	file, header, err := r.FormFile("file")
	if err != nil {
		var wrong fault.List
		wrong.Add("file", "codes.missing")
		return nil, wrong.Err()
	}
	defer r.MultipartForm.RemoveAll()
	defer file.Close()
	book, err := sheet.Open(file, header.Size, uploadLimits)
	if err != nil {
		return nil, err
	}
	rows, err := book.Read(0)
	if err != nil {
		return nil, err
	}
	return readCodes(rows, kinds)
}

// readCodes reads a head row and then a code from each row.
func readCodes(rows sheet.Reader, kinds []string) (codes []Code, err error) {
	var columns []string
	for {
		record, err := rows.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		switch {
		case record.Blank():
		case columns == nil:
			if columns, err = headOf(record); err != nil {
				return nil, err
			}
		default:
			codes = append(codes, codeOf(record, columns, kinds))
		}
	}
	if columns == nil {
		return nil, fault.Invalid.New("codes.upload.empty")
	}
	return codes, nil
}

// headOf tells what each column holds, and every column that we do not know.
func headOf(record sheet.Record) (columns []string, err error) {
	var wrong fault.List
	known := map[string]string{}
	for _, language := range i18n.Languages {
		words := i18n.Words(language)
		for _, column := range []string{"code", "name", "name_en", "kind", "parent", "level", "edition"} {
			known[Fold(words["codes."+column])], known[column] = column, column
		}
		for key, word := range words {
			if attr, ok := strings.CutPrefix(key, "codes.attr."); ok {
				known[Fold(word)], known[attr] = "attr."+attr, "attr."+attr
			}
		}
	}
	has := map[string]bool{}
	for _, cell := range record.Cells {
		column, ok := known[Fold(cell.Text)]
		if !ok && strings.TrimSpace(cell.Text) != "" {
			wrong.Add("file", "codes.upload.column", cell.Text)
		}
		columns, has[column] = append(columns, column), true
	}
	for _, needed := range []string{"code", "name"} {
		if !has[needed] {
			wrong.Add("file", "codes.upload.needed", i18n.Key("codes."+needed))
		}
	}
	return columns, wrong.Err()
}

func codeOf(record sheet.Record, columns, kinds []string) (c Code) {
	for i, cell := range record.Cells {
		text := strings.TrimSpace(sheet.Unsafe(cell.Text))
		if i >= len(columns) || text == "" {
			continue
		}
		switch columns[i] {
		case "code":
			c.Code = text
		case "name":
			c.Name = text
		case "name_en":
			c.NameEN = text
		case "kind":
			c.Kind = kindSaid(text, kinds)
		case "parent":
			c.Parent = text
		default:
			if attr, ok := strings.CutPrefix(columns[i], "attr."); ok {
				if c.Attr == nil {
					c.Attr = map[string]string{}
				}
				c.Attr[attr] = text
			}
		}
	}
	return c
}

// kindSaid gives the kind that a word stands for in any language, or the word.
func kindSaid(word string, kinds []string) string {
	for _, kind := range kinds {
		for _, language := range i18n.Languages {
			if said := i18n.Words(language)["codes.kind."+kind]; said != "" && Fold(said) == Fold(word) {
				return kind
			}
		}
	}
	return word
}

// getEditionForm shows the form on which an edition is added.
func (c *Codes) getEditionForm(r *http.Request) (web.Reply, error) {
	l, err := c.List(r.Context(), r.PathValue("list"), Search{Limit: 1})
	if err != nil {
		return web.Reply{}, err
	}
	if err := policy.Allow(r.Context(), "codes.edition.publish", l.Edition); err != nil {
		return web.Reply{}, err
	}
	draft := l.Edition
	draft.Edition, draft.ValidFrom, draft.ValidTo, draft.Source = "", "", "", ""
	if draft.Licence == facts {
		draft.Licence = say(r.Context(), "licence.facts")
	}
	return web.Reply{Data: draft, Page: editionForm(draft, nil)}, nil
}
