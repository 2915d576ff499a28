package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"runtime"
	"time"

	"chainrule/graph"
)

// A timed is a program of ours that PyTorch has a like of.
type timed interface {
	run(n int) (time.Duration, error) // times n runs
	agrees(sums []float64) error      // compares the results with those of PyTorch
}

// withTorch lets race use PyTorch with a script, nil where there is none, and a folder for it,
// and our own threads.
func (s *session) withTorch(ctx context.Context, peerName string, race func(torch *peer) error) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(s.Threads[0]))
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	torch, err := startPeer(ctx, peerName, folder, s.Threads[0])
	if err != nil {
		s.missing = append(s.missing, "torch: "+err.Error())
	} else {
		defer torch.Close()
	}
	return race(torch)
}

// torchRace times ours, if torch is not nil against what it is asked for; both run first as
// often as given, in which they must agree.
func (s *session) torchRace(ctx context.Context, name, dtype string, goal float64, ours timed, first int, torch *peer, request map[string]any) (*race, error) {
	took, err := ours.run(first)
	if err != nil {
		return nil, err
	}
	n := max(1, int(time.Duration(first)*s.settings().slice/max(took, 1)))
	each := func(d time.Duration, err error) (time.Duration, error) { return d / time.Duration(n), err }
	racers := []racer{{"graph", func() (time.Duration, error) { return each(ours.run(n)) }}}
	if torch != nil {
		var reply struct{ Sums []float64 }
		request["do"], request["dtype"], request["threads"] = "prepare", dtype, s.Threads[0]
		if err := torch.ask(request, &reply); err != nil {
			return nil, err
		}
		if err := ours.agrees(reply.Sums); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		racers = append(racers, racer{"torch", func() (time.Duration, error) { return each(torch.Run(n)) }})
	}
	return s.race(ctx, name, dtype, goal, racers...)
}

// A programRun is a program and what it is given.
type programRun struct {
	program *graph.Program
	outputs []*graph.Node
	values  []any
}

// sines are what the arrays hold, on both sides.
func sines(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.Sin(float64(i))
	}
	return out
}

// agrees compares the results, each entry times a number of its place and added up, with
// those of another program.
func (r *programRun) agrees(sums []float64) error {
	for i, n := range r.outputs {
		v, err := r.program.Value(n)
		if err != nil {
			return err
		}
		total, size := 0.0, 0.0
		for k, x := range floats(v) {
			term := x * math.Cos(float64(k))
			total, size = total+term, size+math.Abs(term)
		}
		if i >= len(sums) || !(math.Abs(total-sums[i]) <= 1e-5*size) {
			return fmt.Errorf("result %d does not agree: weighed sums of %v, and %v of PyTorch", i, total, sums)
		}
	}
	return nil
}

// run times n runs.
func (r *programRun) run(n int) (time.Duration, error) {
	start := time.Now()
	for range n {
		if err := r.program.RunInOrder(r.values); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}
