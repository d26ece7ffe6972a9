package council_test

import (
	"testing"
	"testing/fstest"

	"guildhall/ballot"
)

func boardFiles(t *testing.T, b *ballot.Board) fstest.MapFS {
	t.Helper()
	files, err := b.Files()
	if err != nil {
		t.Fatal(err)
	}
	dir := fstest.MapFS{}
	for _, f := range files {
		dir[f.Name] = &fstest.MapFile{Data: f.Content}
	}
	return dir
}
