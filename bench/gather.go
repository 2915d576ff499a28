package main

import (
	"context"
	"fmt"

	"chainrule/graph"
)

// gatherGoal is the most that rows chosen by integers, and their gradient, may take of
// PyTorch's time.
const gatherGoal = 1

// The matrix has gatherClasses rows of gatherSize entries, of which gatherTokens are chosen.
const gatherClasses, gatherSize, gatherTokens = 10000, 64, 256

// newGatherRun compiles it, with the gradient of the matrix if backward is set.
func newGatherRun(dtype string, threads int, backward bool) (*programRun, error) {
	d := dtypeOf(&Problem{Dtype: dtype})
	g := graph.New(graph.Settings{Dtype: d})
	w := g.Use(graph.NewParam("W", newTensor(d, sines(gatherClasses*gatherSize), gatherClasses, gatherSize)))
	tokens, dy := g.Ints("tokens", gatherTokens), g.Input("dy", gatherTokens, gatherSize)
	y := graph.Gather(w, 0, tokens)
	outputs := []*graph.Node{y}
	if backward {
		dw, err := graph.VJP(y, dy, w)
		if err != nil {
			return nil, err
		}
		outputs = append(outputs, dw...)
	}
	program, err := graph.Compile(graph.Spec{Outputs: outputs, Workers: threads})
	if err != nil {
		return nil, err
	}
	r := &programRun{program: program, outputs: outputs}
	for _, n := range program.Inputs() {
		if n == dy {
			r.values = append(r.values, newTensor(d, sines(gatherTokens*gatherSize), gatherTokens, gatherSize))
			continue
		}
		chosen := make([]int, gatherTokens)
		for i := range chosen {
			chosen[i] = i * 7919 % gatherClasses
		}
		r.values = append(r.values, chosen)
	}
	return r, nil
}

// gathers times rows chosen by integers against PyTorch's.
func (s *session) gathers(ctx context.Context) error {
	var races []*race
	err := s.withTorch(ctx, "torch-gather", func(torch *peer) error {
		for _, dtype := range s.Dtypes {
			for _, backward := range []bool{false, true} {
				r, err := s.gatherRace(ctx, dtype, backward, torch)
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
	return s.reportRaces("gather", "Rows chosen by integers", fmt.Sprintf("%d of %d rows of %d entries, alone and with the gradient of the matrix, beside PyTorch's embedding.\nGoal: %v of its time.",
		gatherTokens, gatherClasses, gatherSize, gatherGoal), races)
}

// gatherRace times one program, if torch is not nil against that.
func (s *session) gatherRace(ctx context.Context, dtype string, backward bool, torch *peer) (*race, error) {
	ours, err := newGatherRun(dtype, s.Threads[0], backward)
	if err != nil {
		return nil, err
	}
	defer ours.program.Close()
	name := "rows"
	if backward {
		name = "rows, with the gradient"
	}
	return s.torchRace(ctx, name, dtype, gatherGoal, ours, 20, torch,
		map[string]any{"classes": gatherClasses, "size": gatherSize, "tokens": gatherTokens, "backward": backward})
}
