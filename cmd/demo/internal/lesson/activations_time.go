package lesson

import (
	"context"
	"fmt"
	"time"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/internal/numpyrand"
	"chainrule/layers"
)

// time measures functions and slopes, in nanoseconds an entry.
func (c slopes) time(ctx context.Context, r *Report, n int) error {
	rng := numpyrand.New(1)
	z := handgrad.Matrix{Rows: 1, Cols: n, Data: make([]float64, n)}
	for i := range z.Data {
		z.Data[i] = rng.NormFloat64()
	}
	t := Table{Header: []string{"activation", "a = g(z), ns", "dz = da·g′(z) from a, ns"}, Timed: true}
	for _, k := range c.claimed {
		forward, backward, err := timeActivation(ctx, k.g, z)
		if err != nil {
			return err
		}
		t.Rows = append(t.Rows, []string{k.g.String(), fmt.Sprintf("%.2f", forward), backward})
	}
	r.Say("What they cost, in nanoseconds an entry, on one core: the function, and its part of back-propagation, which has a to begin with. A slope that is made of a needs no e^z of its own.")
	r.Table(t)
	return nil
}

// timeActivation returns the nanoseconds an entry of an activation and of its
// backward rule, "–" where that has nothing to do.
func timeActivation(ctx context.Context, g layers.Activation, z handgrad.Matrix) (forward float64, backward string, err error) {
	graphs := graph.New(graph.Settings{})
	in, da := graphs.Input("Z", 1, z.Cols), graphs.Input("dA", 1, z.Cols)
	a := g.Apply(in)
	back, err := graph.VJP(a, da, in)
	if err != nil {
		return 0, "", err
	}
	feeds := graph.Feeds{in: asTensor(z), da: asTensor(z), a: asTensor(z)}
	if forward, err = timeNode(ctx, a.Times(1), nil, feeds); err != nil {
		return 0, "", err
	}
	if g == layers.Identity {
		return forward, "–", nil // dz is da: nothing is computed
	}
	took, err := timeNode(ctx, back[0], []*graph.Node{a}, feeds)
	return forward, fmt.Sprintf("%.2f", took), err
}

// timeNode returns the nanoseconds that an entry of a node takes, from nodes
// that are given.
func timeNode(ctx context.Context, n *graph.Node, given []*graph.Node, feeds graph.Feeds) (float64, error) {
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{n}, Given: given, Workers: 1})
	if err != nil {
		return 0, err
	}
	defer p.Close()
	own := graph.Feeds{}
	for _, in := range p.Inputs() {
		own[in] = feeds[in]
	}
	seconds, err := leastSeconds(ctx, 20*time.Millisecond, func() error { return p.Run(own) })
	return 1e9 * seconds / float64(n.Shape().TotalSize()), err
}
