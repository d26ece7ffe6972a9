package rule

import (
	"context"
	"encoding"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"guildhall/internal/fault"
	"guildhall/internal/i18n"
)

// A form is made of a rule's type: whole numbers, decimals, ticks, texts, choices
// (a tag `choices:"present,all"`), lists of texts, types that read themselves from
// text, structs, and lists of structs. A field is one entry of it.
type field struct {
	name    string // as the form sends it: "classes.0.base"
	word    string // key of its word: "council.meeting.classes.base"
	sort    string // number, decimal, tick, text, choice, lines, group, list
	value   string // as it stands on the form
	choices []string
	inner   []field   // of a group
	rows    [][]field // of a list, with empty ones at its end
}

const (
	spareRows = 2   // that a list has for what is to be added
	mostRows  = 100 // that a form may send
)

var readsText = reflect.TypeFor[encoding.TextUnmarshaler]()

// sortOf tells how a type stands on a form.
func sortOf(f reflect.StructField) string {
	t := f.Type
	switch {
	case f.Tag.Get("choices") != "":
		return "choice"
	case reflect.PointerTo(t).Implements(readsText) || t.Kind() == reflect.String:
		return "text"
	case t.Kind() == reflect.Bool:
		return "tick"
	case t.Kind() == reflect.Float64:
		return "decimal"
	case t.Kind() == reflect.Struct:
		return "group"
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct && !reflect.PointerTo(t.Elem()).Implements(readsText):
		return "list"
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
		return "lines"
	case t.Kind() == reflect.Int || t.Kind() == reflect.Int64:
		return "number"
	}
	panic(fmt.Sprintf("rule: no form for the field %s of type %s", f.Name, t))
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		return f.Name
	}
	return name
}

// fields lays a rule out as a form, filled with what data tells.
func (k *Kind) fields(data json.RawMessage) ([]field, error) {
	v := reflect.New(k.Type)
	if err := json.Unmarshal(data, v.Interface()); err != nil {
		return nil, err
	}
	return lay(v.Elem(), "", k.Name), nil
}

func lay(v reflect.Value, before, word string) (list []field) {
	for i := range v.NumField() {
		sf := v.Type().Field(i)
		if !sf.IsExported() || sf.Tag.Get("json") == "-" {
			continue
		}
		name := jsonName(sf)
		f := field{name: before + name, word: word + "." + name, sort: sortOf(sf)}
		if c := sf.Tag.Get("choices"); c != "" {
			f.choices = strings.Split(c, ",")
		}
		switch at := v.Field(i); f.sort {
		case "group":
			f.inner = lay(at, f.name+".", f.word)
		case "list":
			for n := range at.Len() {
				f.rows = append(f.rows, lay(at.Index(n), f.row(n), f.word))
			}
			for range spareRows {
				f.rows = append(f.rows, blank(lay(reflect.Zero(at.Type().Elem()), f.row(len(f.rows)), f.word)))
			}
		case "lines":
			f.value = strings.Join(at.Convert(reflect.TypeFor[[]string]()).Interface().([]string), "\n")
		default:
			f.value = written(at)
		}
		list = append(list, f)
	}
	return list
}

func (f field) row(n int) string { return f.name + "." + strconv.Itoa(n) + "." }

func blank(row []field) []field {
	for i := range row {
		row[i].value = ""
		blank(row[i].inner)
	}
	return row
}

func written(v reflect.Value) string {
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		text, _ := m.MarshalText()
		return string(text)
	}
	if v.Kind() == reflect.Bool {
		return map[bool]string{true: "1"}[v.Bool()]
	}
	return fmt.Sprint(v.Interface())
}

// parse reads a form into the JSON of a rule. It adds what cannot be read to
// wrong, and gives back what was said with the rows that were taken out or left
// empty closed up, so that a fault's place is that of the form shown again.
func (k *Kind) parse(form url.Values, wrong *fault.List) (data json.RawMessage, said url.Values) {
	said = url.Values{}
	v := reflect.New(k.Type).Elem()
	for name, values := range form {
		if len(values) > 0 {
			form[name] = []string{strings.TrimSpace(strings.ReplaceAll(values[0], "\r\n", "\n"))}
		}
	}
	fill(v, "", "", form, said, wrong)
	data, err := json.Marshal(v.Interface())
	if err != nil {
		panic("rule: " + k.Name + ": " + err.Error())
	}
	return data, said
}

// fill reads the fields of a struct, sent under from and shown again under to.
func fill(v reflect.Value, from, to string, form, said url.Values, wrong *fault.List) {
	for i := range v.NumField() {
		sf := v.Type().Field(i)
		if !sf.IsExported() || sf.Tag.Get("json") == "-" {
			continue
		}
		name, at := jsonName(sf), v.Field(i)
		switch sortOf(sf) {
		case "group":
			fill(at, from+name+".", to+name+".", form, said, wrong)
		case "list":
			fillRows(at, from+name, to+name, form, said, wrong)
		default:
			text := form.Get(from + name)
			said.Set(to+name, text)
			if key := read(at, text, sf.Tag.Get("choices")); key != "" {
				wrong.Add(to+name, key, text)
			}
		}
	}
}

func fillRows(list reflect.Value, from, to string, form, said url.Values, wrong *fault.List) {
	n, _ := strconv.Atoi(form.Get(from + ".rows"))
	for i := range min(n, mostRows) {
		at := from + "." + strconv.Itoa(i) + "."
		if form.Get(at+"out") != "" || !told(form, at) {
			continue
		}
		row := reflect.New(list.Type().Elem()).Elem()
		fill(row, at, to+"."+strconv.Itoa(list.Len())+".", form, said, wrong)
		list.Set(reflect.Append(list, row))
	}
	said.Set(to+".rows", strconv.Itoa(list.Len()))
}

// told tells whether anything of a row was filled in.
func told(form url.Values, row string) bool {
	for name, values := range form {
		if strings.HasPrefix(name, row) && values[0] != "" {
			return true
		}
	}
	return false
}

// read sets a value from text and gives the key of what is wrong with it, or "".
func read(v reflect.Value, text, choices string) string {
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if u.UnmarshalText([]byte(text)) != nil {
			return "rule.field.unreadable"
		}
		return ""
	}
	if choices != "" && !strings.Contains(","+choices+",", ","+text+",") {
		return "rule.field.choice"
	}
	var err error
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(text != "")
	case reflect.Float64:
		var n float64
		n, err = strconv.ParseFloat(text, 64)
		v.SetFloat(n)
	case reflect.Slice:
		lines := []string{}
		for line := range strings.SplitSeq(text, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
		v.Set(reflect.ValueOf(lines).Convert(v.Type()))
	default:
		var n int64
		n, err = strconv.ParseInt(text, 10, 64)
		v.SetInt(n)
	}
	if err != nil {
		return "fault.number"
	}
	return ""
}

// again gives the fields as they were filled in.
func again(list []field, said url.Values) []field {
	for i, f := range list {
		switch f.sort {
		case "group":
			list[i].inner = again(f.inner, said)
		case "list":
			n, _ := strconv.Atoi(said.Get(f.name + ".rows"))
			last := len(f.rows) - 1
			list[i].rows = nil
			for at := range n + spareRows {
				list[i].rows = append(list[i].rows, again(renamed(f.rows[last], f.row(last), f.row(at)), said))
			}
		default:
			list[i].value = said.Get(f.name)
		}
	}
	return list
}

// renamed gives a row's fields under another row's name.
func renamed(row []field, from, to string) []field {
	list := make([]field, len(row))
	for i, f := range row {
		f.name = to + strings.TrimPrefix(f.name, from)
		f.inner = renamed(f.inner, from, to)
		rows := make([][]field, len(f.rows))
		for n := range f.rows {
			rows[n] = renamed(f.rows[n], from, to)
		}
		f.rows, list[i] = rows, f
	}
	return list
}

// fact is a field as people read it.
type fact struct{ name, label, text string }

// facts tells what a rule says, field by field; rows of lists bear their number.
func facts(ctx context.Context, list []field, label string) (all []fact) {
	for _, f := range list {
		said := i18n.T(ctx, f.word)
		if label != "" {
			said = label + " · " + said
		}
		switch f.sort {
		case "group":
			all = append(all, facts(ctx, f.inner, said)...)
		case "list":
			for n, row := range f.rows[:max(0, len(f.rows)-spareRows)] {
				all = append(all, facts(ctx, row, fmt.Sprintf("%s %d", said, n+1))...)
			}
		default:
			all = append(all, fact{f.name, said, f.said(ctx)})
		}
	}
	return all
}

func (f field) said(ctx context.Context) string {
	switch {
	case f.sort == "tick" && f.value != "":
		return say(ctx, "yes")
	case f.sort == "tick":
		return say(ctx, "no")
	case f.sort == "choice" && f.value != "":
		return i18n.T(ctx, f.word+"."+f.value)
	case f.value == "":
		return say(ctx, "nothing")
	}
	return strings.ReplaceAll(f.value, "\n", "；")
}

// Words gives the keys of all words that a kind needs; a test asks for them.
func (k *Kind) Words() []string {
	keys := []string{k.Name, k.Name + ".line"}
	var walk func([]field)
	walk = func(list []field) {
		for _, f := range list {
			keys = append(keys, f.word)
			for _, c := range f.choices {
				keys = append(keys, f.word+"."+c)
			}
			walk(f.inner)
			if len(f.rows) > 0 {
				walk(f.rows[len(f.rows)-1])
			}
		}
	}
	walk(lay(reflect.New(k.Type).Elem(), "", k.Name))
	return keys
}
