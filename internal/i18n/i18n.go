// Package i18n says things in the reader's language. Each room keeps its own
// words in text/<language>.json; a key begins with the room's name.
package i18n

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
)

// Languages lists the languages that we speak, our own first.
var Languages = []string{"zh-CN", "en"}

// Each room's words are read when somebody first asks for a word, so that a
// command that says nothing does not pay for them.
var (
	sources []fs.FS
	words   = sync.OnceValue(read)
)

// Add takes in a room's words. It is called while packages start, as
// image.RegisterFormat is; what was added is never changed.
func Add(files fs.FS) bool {
	sources = append(sources, files)
	return true
}

func read() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, files := range sources {
		names, _ := fs.Glob(files, "text/*.json")
		for _, name := range names {
			language := strings.TrimSuffix(path.Base(name), ".json")
			if all[language] == nil {
				all[language] = map[string]string{}
			}
			into := all[language]
			data, err := fs.ReadFile(files, name)
			if err == nil {
				err = json.Unmarshal(data, &into)
			}
			if err != nil {
				panic(name + ": " + err.Error())
			}
		}
	}
	return all
}

// Words gives all that we can say in a language.
func Words(language string) map[string]string { return words()[language] }

type key struct{}

// With makes language the one in which T speaks.
func With(ctx context.Context, language string) context.Context {
	return context.WithValue(ctx, key{}, language)
}

// Language gives the language of ctx, or our own.
func Language(ctx context.Context) string {
	if l, ok := ctx.Value(key{}).(string); ok && words()[l] != nil {
		return l
	}
	return Languages[0]
}

// Chinese tells whether ctx is read in Chinese, for names that are kept in
// Chinese and in English.
func Chinese(ctx context.Context) bool { return strings.HasPrefix(Language(ctx), "zh") }

// Pick gives the Chinese or the English form of a name, and the other one
// where the one asked for is empty.
func Pick(ctx context.Context, zh, en string) string {
	if Chinese(ctx) && zh != "" || en == "" {
		return zh
	}
	return en
}

// T says key in the language of ctx. An argument that is itself a Key is said
// first. A word agrees with a count as in "%d {day|days}"; see Malformed.
func T(ctx context.Context, key string, args ...any) string {
	text, ok := words()[Language(ctx)][key]
	if !ok {
		return key
	}
	if len(args) == 0 {
		return text
	}
	said := make([]any, len(args))
	for i, a := range args {
		if k, ok := a.(Key); ok {
			a = T(ctx, string(k))
		}
		said[i] = a
	}
	return fmt.Sprintf(agree(text, said), said...)
}

// Key is an argument of T that is a word of ours, not the user's.
type Key string

// Has tells whether we have a word for key in every language.
func Has(key string) bool {
	for _, l := range Languages {
		if words()[l][key] == "" {
			return false
		}
	}
	return true
}
