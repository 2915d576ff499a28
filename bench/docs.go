package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chainrule/internal/plotting"
)

// docsHead is the text of a new docs/benchmarks.md. Each command of the program
// rewrites the section between its own two comments and nothing else.
const docsHead = `# Benchmarks

Written by ` + "`go run ./bench --update`, and with `gemm`, `growth`, `folds`, `fit`, `batches`, `nets`, `serve`, `gather`, `rows`, `conv` and `scan` before `--update`" + `.

Where nothing else is said a time is that of one training step: forward pass, cost, backward pass and update, on data
that lies in memory; of a forward workload, of the forward pass. All systems start from the same parameters and are checked to agree on the cost,
the gradients and two updates before they are timed. They take turns, round by round in one process each, and the tables
show medians over the rounds with the least and the largest.

| system | what it is |
| --- | --- |
| graph | this library: a step of an optim.Trainer, or a compiled forward pass |
| hand | the hand-derived formulas in Go on the library's own kernels, fused, without allocation |
| gonum | the same formulas on gonum's matrix products, plain loops for the rest |
| gorgonia | gorgonia's own operations, gradients, TapeMachine and solver |
| loop | a plain Go loop over the examples |
| numpy | the hand-derived formulas in NumPy, in place |
| torch | PyTorch with autograd, its fused costs and its Adam |
| sklearn | scikit-learn: MLPClassifier, MLPRegressor, LogisticRegression, LinearRegression |
`

func docsFile(folder string) string { return filepath.Join(folder, "benchmarks.md") }

// updateSection puts text between the comments of a section of the docs.
func updateSection(folder, section, text string) error {
	path := docsFile(folder)
	old, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		old, err = []byte(docsHead), nil
	}
	if err != nil {
		return err
	}
	begin, end := "<!-- "+section+" -->\n", "<!-- end of "+section+" -->\n"
	head, rest, found := strings.Cut(string(old), begin)
	tail := ""
	if found {
		var closed bool
		if _, tail, closed = strings.Cut(rest, end); !closed {
			return fmt.Errorf("%s: the section %q has no end", path, section)
		}
	} else {
		head += "\n"
	}
	return os.WriteFile(path, []byte(head+begin+text+end+tail), 0o644)
}

// updateComparisons writes the results of the workloads or products.
func (s *session) updateComparisons() error {
	var b bytes.Buffer
	section, title := "workloads", "Training steps and forward passes"
	if s.Command == "gemm" {
		section, title = "gemm", "Matrix products"
	}
	fmt.Fprintf(&b, "## %s\n\n%s\n", title, s.machine())
	if s.Command != "gemm" {
		name := filepath.Join("pictures", "benchmarks.svg")
		if err := os.MkdirAll(filepath.Join(s.Docs, "pictures"), 0o755); err != nil {
			return err
		}
		if err := s.drawComparisons(filepath.Join(s.Docs, name)); err != nil {
			return err
		}
		fmt.Fprintf(&b, "![time of every system over that of the best peer, by workload](%s)\n\n", filepath.ToSlash(name))
	}
	rows, note := s.summary((*Result).Median)
	fmt.Fprintf(&b, "Time of %s over that of the others, by medians%s:\n\n%s\n", first, note, markdown(rows))
	if n := s.disturbed(); n > 0 {
		rows, _ := s.summary((*Result).Min)
		fmt.Fprintf(&b, "%s The same by the least times:\n\n%s\n", s.warning(n), markdown(rows))
	}
	b.WriteString("All times:\n\n" + markdown(s.allTimes()))
	return updateSection(s.Docs, section, b.String())
}

// allTimes lists median, least and largest time of everything.
func (s *session) allTimes() [][]string {
	rows := [][]string{{"workload", "dtype", "threads", "system", "median", "min", "max", "off by"}}
	product := s.Command == "gemm"
	if product {
		rows[0] = append(rows[0], "GFLOP/s")
	}
	for _, c := range s.done {
		for _, r := range c.Results {
			row := []string{r.Workload, r.Dtype, fmt.Sprint(r.Threads), r.System}
			if r.Err != nil {
				row = append(row, r.Err.Error(), "", "", "")
			} else {
				row = append(row, duration(r.Median()), duration(r.Min()), duration(r.Max()), fmt.Sprintf("%.0e", r.Deviation))
			}
			if product {
				row = append(row, fmt.Sprintf("%.1f", c.Problem.Product.flops()/r.Median()))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// updateGrowth writes the curves.
func (s *session) updateGrowth(curves []*curve, picture plotting.Picture) error {
	if err := os.MkdirAll(filepath.Join(s.Docs, "pictures"), 0o755); err != nil {
		return err
	}
	if err := plotting.Save(filepath.Join(s.Docs, "pictures", "growth.svg"), picture); err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "## Growth\n\n%s\n![times against sizes](pictures/growth.svg)\n\n", s.machine())
	b.WriteString("Programs are made for networks of 8 units a layer. Steps are those of a network of 64 inputs and units " +
		"in two hidden layers, 10 outputs and 64 examples, but for the size that varies.\n")
	for _, c := range curves {
		fmt.Fprintf(&b, "\n### %s, %s\n\n%s\n%s\n", c.label, c.points[0].Dtype, markdown(c.rows()), c.fit())
	}
	return updateSection(s.Docs, "growth", b.String())
}

// updateFolds writes how systems did on folds.
func (s *session) updateFolds(all [][]foldRow) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "## Networks on %d folds\n\n%s\n", foldCount, s.machine())
	b.WriteString("The examples of a set are dealt into folds by a seed, which is also that of first weights and shuffling. A network is trained\n" +
		"on all folds but one, scaled by these, and judged by that one; a seed's figure is the mean over the folds. Settings were\n" +
		"chosen by other seeds (see bench/foldtable.go). scikit-learn gets the same folds, units, function, rule,\n" +
		"rate, L2, batches and epochs, but has no dropout and no images. The rows of regressions have no hidden layer, and in both programs the penalty\n" +
		"of LogisticRegression, or none for numbers.\n")
	for i, t := range s.foldTasks() {
		fmt.Fprintf(&b, "\n### %s\n\n%s", t.title(), markdown(foldColumns(all[i])))
	}
	return updateSection(s.Docs, "folds", b.String())
}

// markdown writes a table.
func markdown(rows [][]string) string {
	var b strings.Builder
	for i, row := range rows {
		cells := make([]string, len(row))
		for j, cell := range row {
			cells[j] = strings.ReplaceAll(cell, "|", "\\|")
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
		if i == 0 {
			fmt.Fprintf(&b, "|%s\n", strings.Repeat(" --- |", len(row)))
		}
	}
	return b.String()
}
