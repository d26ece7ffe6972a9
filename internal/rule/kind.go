package rule

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"slices"
	"sync"

	"guildhall/internal/fault"
)

// Checked is a rule's type. Check tells everything in it that cannot be, as a
// fault.List whose places are its JSON names, with dots between and indexes in
// lists: "classes.0.fraction". A rule whose numbers cannot be met is refused here.
type Checked interface{ Check() error }

// Kind is a kind of rule, as its room declared it. Its words stand in the room's
// books: the kind's name, ".line" under it, and for each field its name after the
// kind's, "council.meeting.notice_days"; a field of choices has one more for each.
// Where there is a word that ends in ".help", it stands under the field.
type Kind struct {
	Name   string
	Type   reflect.Type
	Setups func() []Setup // shipped, from which an operator picks one and changes it

	first any // the rule of a body that has decided none
	check func(any) error
}

// Setup is a shipped rule for a usual case, such as a legal form.
type Setup struct {
	Code    string          `json:"code"`
	Name    string          `json:"name"`
	NameEN  string          `json:"name_en"`
	Article string          `json:"article"` // that usually stands so
	Data    json.RawMessage `json:"data"`
}

var kinds = map[string]*Kind{}

// Declare makes a kind of rule known, with the usual rule and the files of its
// set-ups. It is called while packages start, as i18n.Add is; what was declared
// is never changed.
func Declare[T Checked](name string, usual T, setups ...fs.FS) bool {
	kinds[name] = &Kind{Name: name, Type: reflect.TypeFor[T](), first: usual,
		check:  func(v any) error { return v.(T).Check() },
		Setups: sync.OnceValue(func() []Setup { return readSetups(setups) })}
	return true
}

// readSetups reads every JSON file of a room's set-ups, in the order of their names.
func readSetups(from []fs.FS) (list []Setup) {
	for _, files := range from {
		names, _ := fs.Glob(files, "data/*.json")
		for _, name := range names {
			content, err := fs.ReadFile(files, name)
			s := Setup{Code: path.Base(name)}
			if err == nil {
				err = json.Unmarshal(content, &s)
			}
			if err != nil {
				panic("rule: " + name + ": " + err.Error())
			}
			list = append(list, s)
		}
	}
	return list
}

// Kinds gives every kind that a room has declared, by name.
func Kinds() (list []*Kind) {
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		list = append(list, kinds[name])
	}
	return list
}

// Known gives the kind of a name.
func Known(name string) (*Kind, bool) {
	k, ok := kinds[name]
	return k, ok
}

// Find gives the kind of a name that a room itself has declared.
func Find(name string) *Kind {
	k, ok := kinds[name]
	if !ok {
		panic("rule: no room has declared " + name)
	}
	return k
}

// Setup gives the shipped set-up of a code.
func (k *Kind) Setup(code string) (Setup, bool) {
	list := k.Setups()
	i := slices.IndexFunc(list, func(s Setup) bool { return s.Code == code })
	if i < 0 {
		return Setup{}, false
	}
	return list[i], true
}

// usual gives the shipped rule as if it were a version. Its id changes with what
// it says, so that results tell two editions of the program apart.
func (k *Kind) usual() *Version {
	data, err := json.Marshal(k.first)
	if err != nil {
		panic("rule: " + k.Name + ": " + err.Error())
	}
	sum := sha256.Sum256(data)
	return &Version{ID: "usual-" + hex.EncodeToString(sum[:6]), Kind: k.Name, Data: data}
}

// whole gives what was kept with every field that a later edition of the program
// has added, as the usual rule has it.
func (k *Kind) whole(kept json.RawMessage) (json.RawMessage, error) {
	var fields, added map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(kept, &fields), json.Unmarshal(k.usual().Data, &added)); err != nil {
		return nil, err
	}
	maps.Copy(added, fields)
	return json.Marshal(added)
}

// read gives the rule that data tells, in its one written form, or everything
// that is wrong with it.
func (k *Kind) read(data json.RawMessage) (json.RawMessage, error) {
	v := reflect.New(k.Type)
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v.Interface()); err != nil {
		var wrong fault.List
		if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			wrong.Add(kind.Field, "fault.type", kind.Value)
		} else {
			wrong.Add("data", "rule.data.unreadable", err.Error())
		}
		return nil, wrong
	}
	if err := k.check(v.Elem().Interface()); err != nil {
		return nil, err
	}
	return json.Marshal(v.Interface())
}

// Check tells what is wrong with a shipped set-up; tests ask it.
func (k *Kind) Check(s Setup) error {
	_, err := k.read(s.Data)
	return err
}

// gather adds the faults within err to a list; what is no list of faults comes
// back as it is.
func gather(wrong fault.List, err error) (fault.List, error) {
	more, ok := errors.AsType[fault.List](err)
	if err != nil && !ok {
		return wrong, err
	}
	return append(wrong, more...), nil
}
