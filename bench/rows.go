package main

import (
	"context"
	"fmt"

	"chainrule/graph"
)

// rowsGoal is the most that distances of rows may take of PyTorch's time.
const rowsGoal = 0.5

// Each of rowsCount rows meets each of as many others.
const rowsCount = 256

// rowsLengths are how many entries a row has.
var rowsLengths = []int{11, 16, 64, 256}

// newRowsRun compiles the squared distances of all pairs of rows of so many entries.
func newRowsRun(dtype string, threads, length int) (*programRun, error) {
	d := dtypeOf(&Problem{Dtype: dtype})
	g := graph.New(graph.Settings{Dtype: d})
	p, q := g.Input("p", rowsCount, 1, length), g.Input("q", 1, rowsCount, length)
	outputs := []*graph.Node{graph.Sum(graph.Square(graph.Sub(p, q)), 2)}
	program, err := graph.Compile(graph.Spec{Outputs: outputs, Workers: threads})
	if err != nil {
		return nil, err
	}
	r := &programRun{program: program, outputs: outputs}
	for _, n := range program.Inputs() {
		values := sines(rowsCount * length)
		if n == q {
			for i := range values {
				values[i] = -values[i]
			}
		}
		r.values = append(r.values, newTensor(d, values, n.Shape()...))
	}
	return r, nil
}

// rows times distances of rows against PyTorch's in the same form.
func (s *session) rows(ctx context.Context) error {
	var races []*race
	err := s.withTorch(ctx, "torch-rows", func(torch *peer) error {
		for _, dtype := range s.Dtypes {
			for _, length := range rowsLengths {
				r, err := s.rowsRace(ctx, dtype, length, torch)
				if err != nil {
					return err
				}
				races = append(races, r)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.reportRaces("rows", "Distances of rows", fmt.Sprintf("Sum(Square(Sub(p, q))) of all pairs of %d rows and as many others, beside PyTorch's in the same form, which has the\narray of all differences in memory. Goal: %v of its time.",
		rowsCount, rowsGoal), races)
}

// rowsRace times one program, if torch is not nil against that.
func (s *session) rowsRace(ctx context.Context, dtype string, length int, torch *peer) (*race, error) {
	ours, err := newRowsRun(dtype, s.Threads[0], length)
	if err != nil {
		return nil, err
	}
	defer ours.program.Close()
	return s.torchRace(ctx, fmt.Sprintf("rows of %d", length), dtype, rowsGoal, ours, 5, torch,
		map[string]any{"count": rowsCount, "length": length})
}
