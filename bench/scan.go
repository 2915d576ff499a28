package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"chainrule/graph"
)

// The LSTM has scanSize units and inputs, and scanExamples examples. A loop of scanShort steps may take
// scanGoal of the time of as many steps that are built one behind the other.
const (
	scanSize, scanExamples = 32, 16
	scanShort, scanLong    = 64, 1024
	scanGoal               = 1.05
)

// newScanRun compiles an LSTM of so many steps, and the gradients of its weights and inputs: as a
// loop, or unrolled.
func newScanRun(dtype string, steps, threads int, unrolled bool) (*programRun, error) {
	d := dtypeOf(&Problem{Dtype: dtype})
	g := graph.New(graph.Settings{Dtype: d})
	weights := func(name string, cols int) *graph.Node {
		v := sines(4 * scanSize * cols)
		for i := range v {
			v[i] /= 4
		}
		return g.Use(graph.NewParam(name, newTensor(d, v, 4*scanSize, cols)))
	}
	w, u, b := weights("W", scanSize), weights("U", scanSize), weights("b", 1)
	x, dh := g.Input("x", steps, scanSize, scanExamples), g.Input("dh", scanSize, scanExamples)
	step := func(h, c, x *graph.Node) (*graph.Node, *graph.Node) {
		z := graph.Split(graph.Add(graph.Add(graph.MatMul(w, x), graph.MatMul(u, h)), b), 0, scanSize, scanSize, scanSize, scanSize)
		c = graph.Add(graph.Mul(graph.Sigmoid(z[1]), c), graph.Mul(graph.Sigmoid(z[0]), graph.Tanh(z[2])))
		return graph.Mul(graph.Sigmoid(z[3]), graph.Tanh(c)), c
	}
	h := g.Const(0, scanSize, scanExamples)
	if unrolled {
		c := h
		for t := range steps {
			h, c = step(h, c, graph.At(x, 0, t))
		}
	} else {
		final, _ := graph.Loop{Init: []*graph.Node{h, h}, Over: []*graph.Node{x}}.Scan(func(state, in []*graph.Node) (next, out []*graph.Node) {
			h, c := step(state[0], state[1], in[0])
			return []*graph.Node{h, c}, nil
		})
		h = final[0]
	}
	gradients, err := graph.VJP(h, dh, w, u, b, x)
	if err != nil {
		return nil, err
	}
	outputs := append([]*graph.Node{h}, gradients...)
	program, err := graph.Compile(graph.Spec{Outputs: outputs, Workers: threads})
	if err != nil {
		return nil, err
	}
	r := &programRun{program: program, outputs: outputs}
	for _, n := range program.Inputs() {
		shape := n.Shape()
		r.values = append(r.values, newTensor(d, sines(shape.TotalSize()), shape...))
	}
	return r, nil
}

// scans times loops.
func (s *session) scans(ctx context.Context) error {
	var races []*race
	err := s.withTorch(ctx, "torch-scan", func(torch *peer) error {
		for _, dtype := range s.Dtypes {
			for _, run := range []func(context.Context, string, *peer) (*race, error){s.scanBuilding, s.scanFirst, s.scanUnrolled, s.scanTorch} {
				r, err := run(ctx, dtype, torch)
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
	return s.reportRaces("scan", "Loops", fmt.Sprintf("An LSTM of %d units and inputs for %d examples, with the gradients of its weights and inputs: as a loop against its\nsteps built one behind the other (goal: %v), and beside PyTorch's.",
		scanSize, scanExamples, scanGoal), races)
}

// scanBuilding times what comes before the first run.
func (s *session) scanBuilding(ctx context.Context, dtype string, _ *peer) (*race, error) {
	return s.scanOnce(ctx, dtype, "building and compiling", 0)
}

// scanFirst times all of it: building, compiling and the first run.
func (s *session) scanFirst(ctx context.Context, dtype string, _ *peer) (*race, error) {
	return s.scanOnce(ctx, dtype, "building, compiling and the first run", 1)
}

func (s *session) scanOnce(ctx context.Context, dtype, what string, runs int) (*race, error) {
	return s.race(ctx, fmt.Sprintf("LSTM of %d steps, %s", scanLong, what), dtype, 0, racer{"graph", func() (time.Duration, error) {
		start := time.Now()
		r, err := newScanRun(dtype, scanLong, s.Threads[0], false)
		if err != nil {
			return 0, err
		}
		defer r.program.Close()
		_, err = r.run(runs)
		return time.Since(start), err
	}})
}

// scanUnrolled races a loop with the same steps one behind the other.
func (s *session) scanUnrolled(ctx context.Context, dtype string, _ *peer) (*race, error) {
	var racers []racer
	var runs []*programRun
	for _, system := range []string{"graph", "unrolled"} {
		r, err := newScanRun(dtype, scanShort, s.Threads[0], system == "unrolled")
		if err != nil {
			return nil, err
		}
		defer r.program.Close()
		if _, err := r.run(1); err != nil {
			return nil, err
		}
		runs = append(runs, r)
		racers = append(racers, racer{system, func() (time.Duration, error) { return r.run(1) }})
	}
	for i, n := range runs[0].outputs {
		a, err := runs[0].program.Float64s(nil, n)
		if err != nil {
			return nil, err
		}
		b, err := runs[1].program.Float64s(nil, runs[1].outputs[i])
		if err != nil {
			return nil, err
		}
		if !slices.Equal(a, b) {
			return nil, fmt.Errorf("result %d of the loop is not that of its steps", i)
		}
	}
	return s.race(ctx, fmt.Sprintf("LSTM of %d steps", scanShort), dtype, scanGoal, racers...)
}

// scanTorch races a loop with PyTorch's.
func (s *session) scanTorch(ctx context.Context, dtype string, torch *peer) (*race, error) {
	r, err := newScanRun(dtype, scanLong, s.Threads[0], false)
	if err != nil {
		return nil, err
	}
	defer r.program.Close()
	return s.torchRace(ctx, fmt.Sprintf("LSTM of %d steps", scanLong), dtype, 1, r, 1, torch,
		map[string]any{"steps": scanLong, "size": scanSize, "examples": scanExamples})
}
