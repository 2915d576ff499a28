package gradtest

import (
	"math"
	"math/rand/v2"
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// A variation computes a cost as a function of one node.
type variation struct {
	prog  *graph.Program // nil if the cost does not depend on the node
	cost  *graph.Node
	feeds graph.Feeds // each a []float64
	x     []float64   // the node's entries, which the program reads
	kinks kinkList    // between node and cost
	base  float64     // the cost at the point
	signs []int8      // at the point
	moved []int8      // where an entry was last moved to
}

// newVariation returns the variation of cost with x, a node of any kind, which
// is fed to the program instead of being computed.
func newVariation(p *point, cost, x *graph.Node, values []float64) (*variation, error) {
	v := &variation{cost: cost, feeds: graph.Feeds{}, x: slices.Clone(values)}
	var err error
	if v.kinks, err = findKinks([]*graph.Node{cost}, x); err != nil {
		return nil, err
	}
	outputs := append([]*graph.Node{cost}, v.kinks.inputs()...)
	prog, err := graph.Compile(graph.Spec{Outputs: outputs, Given: append(p.inputs(), x), Dtype: tensor.Float64})
	if err != nil {
		return nil, err
	}
	inputs := prog.Inputs()
	if !slices.Contains(inputs, x) {
		return v, prog.Close()
	}
	v.prog = prog
	for _, n := range inputs {
		v.feeds[n] = p.wide[n]
	}
	v.feeds[x] = v.x
	if v.base, err = v.run(); err != nil {
		return nil, err
	}
	v.signs, err = v.kinks.signs(prog, nil)
	return v, err
}

func (v *variation) close() {
	if v.prog != nil {
		v.prog.Close() // nothing is running
	}
}

// run returns the cost with the entries as they are.
func (v *variation) run() (float64, error) {
	if err := v.prog.Run(v.feeds); err != nil {
		return 0, err
	}
	return v.prog.Scalar(v.cost)
}

// at returns the cost with x in entry e, and whether there is a kink on the way
// there.
func (v *variation) at(e int, x float64) (cost float64, kink bool, err error) {
	defer func(before float64) { v.x[e] = before }(v.x[e])
	v.x[e] = x
	if cost, err = v.run(); err != nil {
		return 0, false, err
	}
	if v.moved, err = v.kinks.signs(v.prog, v.moved[:0]); err != nil {
		return 0, false, err
	}
	return cost, !slices.Equal(v.moved, v.signs), nil
}

// conditioning returns how far the cost moves when everything that is fed moves
// by a few roundings: where large terms cancel in it, that is more than an
// epsilon of the cost.
func (v *variation) conditioning() (float64, error) {
	var data, before [][]float64
	for _, n := range v.prog.Inputs() {
		values := v.feeds[n].([]float64)
		data, before = append(data, values), append(before, slices.Clone(values))
	}
	defer func() {
		for i, values := range before {
			copy(data[i], values)
		}
	}()
	rng := rand.New(rand.NewPCG(5, 5))
	farthest := 0.0
	for range few {
		for i, values := range before {
			copy(data[i], shaken(rng, values))
		}
		cost, err := v.run()
		if err != nil {
			return 0, err
		}
		farthest = max(farthest, math.Abs(cost-v.base))
	}
	return farthest, nil
}
