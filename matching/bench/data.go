package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"guildhall/matching/sample"
)

// writeData writes a random round as CSV files.
func writeData(args []string) error {
	f := flag.NewFlagSet("bench data", flag.ContinueOnError)
	n := f.Int("n", 1_000_000, "candidates")
	out := f.String("out", "", "directory to write to")
	firm := f.Int("firm", 10, "positions of an enterprise; 0: no enterprises")
	weights := f.Int("weights", 0, "weights are 1 to this; 0: none")
	seed := f.Uint64("seed", 1, "seed")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *out == "" {
		return fmt.Errorf("data: -out DIR is needed")
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	a := sample.Market(sample.Shape{Candidates: *n, Firm: *firm, Weights: *weights, Seed: *seed})
	for name, write := range map[string]func(w *bufio.Writer){
		"candidates.csv": func(w *bufio.Writer) {
			fmt.Fprintln(w, "candidate_id")
			for c := range *n {
				fmt.Fprintf(w, "s%08d\n", c)
			}
		},
		"positions.csv": func(w *bufio.Writer) {
			fmt.Fprintln(w, "position_id,enterprise_id,capacity")
			for p, c := range a.Capacity {
				fmt.Fprintf(w, "p%07d,e%06d,%d\n", p, a.Under[p], c)
			}
		},
		"nodes.csv": func(w *bufio.Writer) {
			fmt.Fprintln(w, "node_id,parent_id,cap")
			for k, c := range a.NodeCap {
				fmt.Fprintf(w, "e%06d,,%d\n", k, c)
			}
		},
		"choices.csv":    func(w *bufio.Writer) { writeChoices(w, a) },
		"priorities.csv": func(w *bufio.Writer) { writePriorities(w, a) },
	} {
		if err := writeFile(filepath.Join(*out, name), write); err != nil {
			return err
		}
	}
	return nil
}

func writeChoices(w *bufio.Writer, a *sample.Arrays) {
	head := "candidate_id,position_id,rank"
	if a.Weight != nil {
		head += ",weight"
	}
	fmt.Fprintln(w, head)
	for c := range len(a.Off) - 1 {
		for e := a.Off[c]; e < a.Off[c+1]; e++ {
			fmt.Fprintf(w, "s%08d,p%07d,%d", c, a.Edge[e]>>32, e-a.Off[c]+1)
			if a.Weight != nil {
				fmt.Fprintf(w, ",%d", a.Weight[e])
			}
			w.WriteByte('\n')
		}
	}
}

func writePriorities(w *bufio.Writer, a *sample.Arrays) {
	fmt.Fprintln(w, "position_id,candidate_id,key")
	for c := range len(a.Off) - 1 {
		for e := a.Off[c]; e < a.Off[c+1]; e++ {
			fmt.Fprintf(w, "p%07d,s%08d,%d\n", a.Edge[e]>>32, c, uint32(a.Edge[e]))
		}
	}
}

func writeFile(path string, write func(w *bufio.Writer)) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	write(w)
	if err := w.Flush(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
