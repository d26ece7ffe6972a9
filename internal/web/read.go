package web

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/fault"
)

// Read fills a T from the body: JSON, or a form whose names are T's json names.
// Fields are strings, whole numbers, floats, booleans, time.Time (a day, as
// 2026-10-31), or slices of strings; every field that cannot be read is told.
func Read[T any](r *http.Request) (in T, err error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		err := json.NewDecoder(r.Body).Decode(&in)
		if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			var l fault.List
			l.Add(kind.Field, "fault.type", kind.Value)
			return in, l.Err()
		}
		return in, unreadable(err)
	}
	if err := parseForm(r); err != nil {
		return in, unreadable(err)
	}
	return in, fill(reflect.ValueOf(&in).Elem(), r.PostForm)
}

func parseForm(r *http.Request) error {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		return r.ParseMultipartForm(1 << 20)
	}
	return r.ParseForm()
}

func unreadable(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	if big, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.Invalid.New("fault.too_large", big.Limit/1024)
	}
	return fault.Invalid.New("fault.unreadable")
}

// Query fills a T from the address, as Read does from a form. It is how lists
// are searched, sorted and paged: the address is the view.
func Query[T any](r *http.Request) (in T, err error) {
	return in, fill(reflect.ValueOf(&in).Elem(), r.URL.Query())
}

func fill(v reflect.Value, form url.Values) error {
	if v.Kind() != reflect.Struct {
		return nil
	}
	var wrong fault.List
	for _, f := range reflect.VisibleFields(v.Type()) {
		if !f.IsExported() || f.Anonymous {
			continue
		}
		name := fieldName(f)
		values, ok := form[name]
		if !ok || len(values) == 0 {
			continue
		}
		if key := set(v.FieldByIndex(f.Index), values); key != "" {
			wrong.Add(name, key, values[0])
		}
	}
	return wrong.Err()
}

func fieldName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		name = strings.ToLower(f.Name)
	}
	return name
}

// set gives the key of what is wrong, or "".
func set(v reflect.Value, values []string) string {
	text := strings.TrimSpace(values[0])
	switch to := v.Addr().Interface().(type) {
	case *time.Time:
		if text == "" {
			return ""
		}
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return "fault.date"
		}
		*to = day
		return ""
	case *[]string:
		*to = values
		return ""
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(values[0])
	case reflect.Bool:
		v.SetBool(text != "" && text != "0" && text != "false" && text != "off")
	case reflect.Int, reflect.Int64, reflect.Int32:
		if text == "" {
			return ""
		}
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			return "fault.number"
		}
		v.SetInt(n)
	case reflect.Float64:
		if text == "" {
			return ""
		}
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return "fault.number"
		}
		v.SetFloat(n)
	}
	return ""
}

// With gives the address of this view with some of its settings changed: pairs
// of name and value; an empty value takes the name out.
func With(r *url.URL, pairs ...string) string {
	q := r.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return r.Path
	}
	return r.Path + "?" + q.Encode()
}
