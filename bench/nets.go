package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
)

// A netsTask is a small network that is trained from many starts.
type netsTask struct {
	sizes    []int
	examples int
	goal     float64 // the most that a trial may take together of its time alone; 0 for none
}

func netsTasks() []netsTask {
	return []netsTask{
		{[]int{2, 2, 1}, 4, 0.1}, {[]int{2, 4, 1}, 8, 0.33}, {[]int{2, 4, 1}, 32, 0}, {[]int{2, 8, 1}, 32, 0},
	}
}

const (
	netsTogether = 256 // networks
	netsAlone    = 8
	netsSteps    = 1000 // of a trial
)

// nets times trials of small networks together and one by one, each from its first weights
// to its last, graphs and compilation included.
func (s *session) nets(ctx context.Context) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(s.Threads[0]))
	var races []*race
	for _, t := range netsTasks() {
		steps := netsSteps
		if s.Quick {
			steps = 100
		}
		r, err := s.race(ctx, t.name(), "float64", t.goal,
			racer{"together", func() (time.Duration, error) { return t.together(s.Threads[0], steps) }},
			racer{"one by one", func() (time.Duration, error) { return t.oneByOne(s.Threads[0], steps) }})
		if err != nil {
			return err
		}
		races = append(races, r)
	}
	about := fmt.Sprintf("Time of a trial, %d steps of gradient descent from weights of its own, of which %d run together (`optim.Together`)\n"+
		"or one after the other, graph and compilation included. Trials a second:\n", netsSteps, netsTogether)
	for _, r := range races {
		line := fmt.Sprintf("%s: %.0f together, %.0f one by one\n", r.first.Workload, 1e9/r.first.Median(), 1e9/r.second.Median())
		about += "- " + line
		if !s.JSON {
			fmt.Fprint(s.out, "trials a second of ", line)
		}
	}
	return s.reportRaces("nets", "Many small networks", about, races)
}

// name is the sizes of the layers and of the batch.
func (t netsTask) name() string {
	name := fmt.Sprint(t.sizes[0])
	for _, n := range t.sizes[1:] {
		name += fmt.Sprint("-", n)
	}
	return fmt.Sprintf("nets-%s-m%d", name, t.examples)
}

// trainer returns a network with weights of a seed.
func (t netsTask) trainer(seed uint64, workers int) *optim.Trainer {
	net := layers.MLPSettings{Sizes: t.sizes}.New(rand.New(rand.NewPCG(seed, 0)))
	return &optim.Trainer{Params: net.Params(), Rule: optim.GradientDescent{LearningRate: 0.5}, Workers: workers,
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.SigmoidCrossEntropy(net.Apply(g.Input("X", 2, m)), g.Input("Y", 1, m))
		}}
}

// batch returns examples of XOR.
func (t netsTask) batch() optim.Batch {
	m := t.examples
	x, y := make([]float64, 2*m), make([]float64, m)
	for i := range m {
		a, b := i%2, i/2%2
		x[i], x[m+i], y[i] = float64(a), float64(b), float64(a^b)
	}
	return optim.Batch{"X": graph.Tensor(x, 2, m), "Y": graph.Tensor(y, 1, m)}
}

// together returns the time of a trial among many.
func (t netsTask) together(workers, steps int) (time.Duration, error) {
	batch, start := t.batch(), time.Now()
	all := &optim.Together{Trainer: t.trainer(0, workers)}
	defer all.Close()
	for seed := range uint64(netsTogether) {
		all.Nets = append(all.Nets, t.trainer(seed, workers).Params)
	}
	for range steps {
		if _, err := all.Step(batch); err != nil {
			return 0, err
		}
	}
	err := all.Store()
	return time.Since(start) / netsTogether, err
}

// oneByOne returns the time of a trial after others.
func (t netsTask) oneByOne(workers, steps int) (time.Duration, error) {
	batch, start := t.batch(), time.Now()
	for seed := range uint64(netsAlone) {
		one := t.trainer(seed, workers)
		for range steps {
			if _, err := one.Step(batch); err != nil {
				return 0, err
			}
		}
		if err := one.Close(); err != nil {
			return 0, err
		}
	}
	return time.Since(start) / netsAlone, nil
}
