package gradtest

import (
	"math"
	"math/rand/v2"
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// cancelled is how much smaller than its operand a result is of which rounding has
// taken digits that matter.
const cancelled = 0x1p-10

// rounding returns how far a gradient moves when what it is the difference of moves
// by a few roundings. A cost may be known to all its digits where its gradient is
// not: that of a network which is sure of every class is the difference of 1 and a
// probability next to it.
func (p *point) rounding(cost, gradient *graph.Node, values []float64) (float64, error) {
	operands, at, err := p.cancelling(cost, gradient)
	if err != nil {
		return 0, err
	}
	rng := rand.New(rand.NewPCG(6, 6))
	farthest := 0.0
	for i, n := range operands {
		prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{gradient}, Given: append(p.inputs(), n), Dtype: tensor.Float64})
		if err != nil {
			return 0, err
		}
		moved, err := p.shake(prog, rng, gradient, n, at[i], values)
		prog.Close() // nothing is running
		if err != nil {
			return 0, err
		}
		farthest = max(farthest, moved)
	}
	return farthest, nil
}

// cancelling returns the nodes of which operations behind the cost make something far
// smaller, entry by entry, and their values.
func (p *point) cancelling(cost, gradient *graph.Node) (operands []*graph.Node, values [][]float64, err error) {
	forward, all := graph.Upstream(cost), graph.Upstream(gradient)
	here, err := p.evaluate(tensor.Float64, cost, all)
	if err != nil {
		return nil, nil, err
	}
	largest := map[*graph.Node]float64{}
	for i, n := range all {
		largest[n] = norm(here.gradients[i])
	}
	taken := map[*graph.Node]bool{}
	for _, n := range all {
		if n.Op() == nil || n.Op().Binary == nil || slices.Contains(forward, n) {
			continue
		}
		for _, in := range n.Inputs() {
			taken[in] = taken[in] || len(in.Inputs()) > 0 && largest[n] < cancelled*largest[in]
		}
	}
	for i, n := range all {
		if taken[n] {
			operands, values = append(operands, n), append(values, here.gradients[i])
		}
	}
	return operands, values, nil
}

// shake returns how far the gradient, which prog computes, moves from values while n moves by a few
// roundings.
func (p *point) shake(prog *graph.Program, rng *rand.Rand, gradient, n *graph.Node, at, values []float64) (farthest float64, err error) {
	feeds := graph.Feeds{}
	for _, in := range prog.Inputs() {
		feeds[in] = p.wide[in]
	}
	for range few {
		feeds[n] = shaken(rng, at)
		if err := prog.Run(feeds); err != nil {
			return 0, err
		}
		moved, err := prog.Float64s(nil, gradient)
		if err != nil {
			return 0, err
		}
		for e, v := range moved {
			farthest = max(farthest, math.Abs(v-values[e]))
		}
	}
	return farthest, nil
}

// shaken returns numbers that are off by up to two roundings.
func shaken(rng *rand.Rand, values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = v * (1 + epsilon*float64(rng.IntN(5)-2))
	}
	return out
}
