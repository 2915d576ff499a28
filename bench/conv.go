package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"chainrule/graph"
)

// The most that convolutions may take of PyTorch's time: forward, and with the gradients.
const (
	convForwardGoal = 1.15
	convBothGoal    = 0.8
)

// A convCase is a convolution with stride 1.
type convCase struct {
	name           string
	image, weights []int
	padding        int
	inner          bool // the gradient of the images is wanted too
}

// convCases are one of middle size, and those of LeNets on the digits and on MNIST.
func convCases() []convCase {
	return []convCase{
		{"16x28x28 to 32, 3x3, batch 16", []int{16, 28, 28, 16}, []int{32, 16, 3, 3}, 1, true},
		{"1x8x8 to 16, 3x3, batch 64", []int{1, 8, 8, 64}, []int{16, 1, 3, 3}, 1, false},
		{"16x4x4 to 32, 3x3, batch 64", []int{16, 4, 4, 64}, []int{32, 16, 3, 3}, 1, true},
		{"1x28x28 to 6, 5x5, batch 64", []int{1, 28, 28, 64}, []int{6, 1, 5, 5}, 0, false},
		{"6x12x12 to 16, 5x5, batch 64", []int{6, 12, 12, 64}, []int{16, 6, 5, 5}, 0, true},
	}
}

// A convRun is a compiled convolution with bias.
type convRun struct {
	program *graph.Program
	feeds   graph.Feeds
	outputs []*graph.Node
}

// newConvRun compiles a convolution, with its gradients if backward is set.
func newConvRun(c convCase, dtype string, threads int, backward bool) (*convRun, error) {
	d := dtypeOf(&Problem{Dtype: dtype})
	g, r := graph.New(graph.Settings{Dtype: d}), &convRun{feeds: graph.Feeds{}}
	input := func(name string, shape ...int) *graph.Node {
		n := g.Input(name, shape...)
		values := make([]float64, n.Shape().TotalSize())
		for i := range values {
			values[i] = math.Sin(float64(i) * 0.37)
		}
		r.feeds[n] = newTensor(d, values, shape...)
		return n
	}
	x, w, b := input("x", c.image...), input("w", c.weights...), input("b", c.weights[0], 1, 1, 1)
	y := graph.Add(graph.Conv2D(x, w, graph.ConvSettings{Padding: [2]int{c.padding, c.padding}}), b)
	r.outputs = []*graph.Node{y}
	if backward {
		wrt := []*graph.Node{w, b, x}
		if !c.inner {
			wrt = wrt[:2]
		}
		gradients, err := graph.VJP(y, input("dy", y.Shape()...), wrt...)
		if err != nil {
			return nil, err
		}
		r.outputs = append(r.outputs, gradients...)
	}
	var err error
	r.program, err = graph.Compile(graph.Spec{Outputs: r.outputs, Workers: threads})
	return r, err
}

// run times n steps.
func (r *convRun) run(n int) (time.Duration, error) {
	start := time.Now()
	for range n {
		if err := r.program.Run(r.feeds); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

// agrees compares the sums of the squares of all results with those of another program.
func (r *convRun) agrees(sums []float64) error {
	for i, n := range r.outputs {
		v, err := r.program.Value(n)
		if err != nil {
			return err
		}
		total := 0.0
		for _, x := range floats(v) {
			total += x * x
		}
		if i >= len(sums) || math.Abs(total-sums[i]) > 1e-3*total {
			return fmt.Errorf("result %d does not agree: squares of %v, and %v of PyTorch", i, total, sums)
		}
	}
	return nil
}

// convs times convolutions against PyTorch's.
func (s *session) convs(ctx context.Context) error {
	var races []*race
	err := s.withTorch(ctx, "torch-conv", func(torch *peer) error {
		for _, c := range convCases() {
			for _, dtype := range s.Dtypes {
				for _, backward := range []bool{false, true} {
					r, err := s.convRace(ctx, c, dtype, backward, torch)
					if err != nil {
						return err
					}
					races = append(races, r)
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.reportRaces("conv", "Convolutions", fmt.Sprintf("Stride 1, with bias, forward and with the gradients, that of the images included but for the first layers'.\n"+
		"PyTorch's is the faster of oneDNN on and off. Goals: %v of its time forward, %v with the gradients.", convForwardGoal, convBothGoal), races)
}

// convRace times one convolution, if torch is not nil against that.
func (s *session) convRace(ctx context.Context, c convCase, dtype string, backward bool, torch *peer) (*race, error) {
	ours, err := newConvRun(c, dtype, s.Threads[0], backward)
	if err != nil {
		return nil, err
	}
	defer ours.program.Close()
	name, goal := c.name+", forward", convForwardGoal
	if backward {
		name, goal = c.name+", with gradients", convBothGoal
	}
	return s.torchRace(ctx, name, dtype, goal, ours, 3, torch,
		map[string]any{"image": c.image, "weights": c.weights, "padding": c.padding, "inner": c.inner, "backward": backward})
}
