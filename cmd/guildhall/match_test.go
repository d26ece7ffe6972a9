package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// round is a small matching round as files.
var round = map[string]string{
	"candidates.csv": "candidate_id\nli\nwang\nzhang\n",
	"positions.csv":  "position_id,enterprise_id,capacity\nwelder,acme,1\nfitter,acme,1\n",
	"choices.csv":    "candidate_id,position_id,rank\nli,welder,1\nwang,welder,1\nwang,fitter,2\nzhang,fitter,1\nli,fitter,2\n",
	"priorities.csv": "position_id,candidate_id,key\nwelder,li,1\nwelder,wang,1\nfitter,wang,2\nfitter,zhang,3\nwelder,zhang,1\n",
	"rule.json":      `{"seed":"1 March"}`,
}

func writeRound(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// call runs the program and gives its exit code and what it printed.
func call(t *testing.T, args ...string) (code int, out, err string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), streams{strings.NewReader(""), &o, &e}, args)
	return code, o.String(), e.String()
}

func TestMatchAndVerify(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	code, told, errs := call(t, "match", "--in", writeRound(t, round), "--out", out)
	if code != exitOK {
		t.Fatalf("match ends with %d: %s", code, errs)
	}
	for _, want := range []string{"2 of 3 candidates placed", "1 pairs that only the candidate lists, 1 that only the position lists", "fingerprint "} {
		if !strings.Contains(told, want) {
			t.Errorf("not told: %q in\n%s", want, told)
		}
	}
	for _, want := range []string{"reading", "solving 3 candidates", "done"} {
		if !strings.Contains(errs, want) {
			t.Errorf("no progress %q in\n%s", want, errs)
		}
	}
	if code, told, errs := call(t, "verify", out); code != exitOK || told != "ok\n" {
		t.Errorf("verify ends with %d: %s%s", code, told, errs)
	}
	if code, _, _ := call(t, "verify", "round", out); code != exitOK {
		t.Errorf("verify round ends with %d", code)
	}
	path := filepath.Join(out, "assignment.csv")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(raw, []byte("wang,fitter"), []byte("wang,"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("wang,fitter")) {
		if code, told, _ := call(t, "verify", out); code != exitRefused || !strings.Contains(told, `blocking candidate="wang" position="fitter"`) {
			t.Errorf("verify of a changed result ends with %d: %s", code, told)
		}
	} else {
		t.Errorf("unexpected result\n%s", raw)
	}
}

// Any order of lines, and a directory that held another round, give the same bytes.
func TestMatchSameBytes(t *testing.T) {
	shuffled := map[string]string{}
	for name, text := range round {
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		slices.Reverse(lines[1:])
		shuffled[name] = strings.Join(lines, "\r\n") + "\r\n"
	}
	shuffled["rule.json"] = round["rule.json"]
	a, b := filepath.Join(t.TempDir(), "a"), t.TempDir()
	if err := os.WriteFile(filepath.Join(b, "assignment.csv"), []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	for in, out := range map[string]string{writeRound(t, round): a, writeRound(t, shuffled): b} {
		if code, _, errs := call(t, "match", "--quiet", "--in", in, "--out", out); code != exitOK {
			t.Fatal(errs)
		}
	}
	list, err := os.ReadDir(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		x, _ := os.ReadFile(filepath.Join(a, f.Name()))
		y, _ := os.ReadFile(filepath.Join(b, f.Name()))
		if !bytes.Equal(x, y) {
			t.Errorf("%s differs:\n%s\n%s", f.Name(), x, y)
		}
	}
	if len(list) < 8 {
		t.Errorf("%d files only", len(list))
	}
}

func TestMatchRefusesBadInput(t *testing.T) {
	bad := map[string]string{}
	for name, text := range round {
		bad[name] = text
	}
	bad["choices.csv"] += "nobody,welder,1\nli,welder,x\n"
	bad["nodes.csv"] = "node_id,parent_id,cap\nacme,a,-2\n"
	out := filepath.Join(t.TempDir(), "out")
	code, told, errs := call(t, "match", "--quiet", "--in", writeRound(t, bad), "--out", out)
	if code != exitUsage || told != "" {
		t.Errorf("ends with %d: %s", code, told)
	}
	for _, want := range []string{"choices.csv:7: there is no candidate", "choices.csv:8: rank is", "nodes.csv:2: cap is -2"} {
		if !strings.Contains(errs, want) {
			t.Errorf("not told: %q in\n%s", want, errs)
		}
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Error("something was written")
	}
	for _, args := range [][]string{{"match"}, {"match", "--in", "/nowhere", "--out", out}, {"verify"}, {"verify", "/nowhere"}, {"verify", t.TempDir()}, {"verify", "ballot", t.TempDir()}} {
		if code, _, errs := call(t, args...); code != exitUsage || errs == "" {
			t.Errorf("%v ends with %d and %q", args, code, errs)
		}
	}
}
