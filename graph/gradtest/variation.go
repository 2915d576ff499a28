package gradtest

import (
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// A variation computes a cost as a function of one node.
type variation struct {
	prog  *graph.Program // nil if the cost does not depend on the node
	cost  *graph.Node
	feeds graph.Feeds
	x     []float64 // the node's entries, which the program reads
	kinks kinkList  // between node and cost
	signs []int8    // at the point
}

// newVariation returns the variation of cost with x, a node of any kind, which
// is fed to the program instead of being computed.
func newVariation(p *point, cost, x *graph.Node, values []float64) (*variation, error) {
	v := &variation{cost: cost, feeds: graph.Feeds{}, x: slices.Clone(values)}
	var err error
	if v.kinks, err = findKinks(p.g, []*graph.Node{cost}, x); err != nil {
		return nil, err
	}
	outputs := append([]*graph.Node{cost}, v.kinks.inputs()...)
	prog, err := graph.Compile(graph.Spec{Outputs: outputs, Given: []*graph.Node{x}, Dtype: tensor.Float64})
	if err != nil {
		return nil, err
	}
	inputs := prog.Inputs()
	if !slices.Contains(inputs, x) {
		return v, nil
	}
	v.prog = prog
	for _, n := range inputs {
		v.feeds[n] = p.wide[n]
	}
	v.feeds[x] = tensor.New(tensor.WithShape(x.Shape()...), tensor.WithBacking(v.x))
	_, v.signs, err = v.run()
	return v, err
}

// derivative returns the difference quotient of the cost for entry e with step
// h, and whether there is a kink on the way.
func (v *variation) derivative(e int, h float64) (quotient float64, kink bool, err error) {
	if v.prog == nil {
		return 0, false, nil
	}
	x := v.x[e]
	defer func() { v.x[e] = x }()
	var cost, at [2]float64
	for i, h := range []float64{-h, h} {
		at[i] = x + h
		v.x[e] = at[i]
		var signs []int8
		if cost[i], signs, err = v.run(); err != nil {
			return 0, false, err
		}
		kink = kink || !slices.Equal(signs, v.signs)
	}
	return (cost[1] - cost[0]) / (at[1] - at[0]), kink, nil
}

func (v *variation) run() (cost float64, signs []int8, err error) {
	if err := v.prog.Run(v.feeds); err != nil {
		return 0, nil, err
	}
	if cost, err = v.prog.Scalar(v.cost); err != nil {
		return 0, nil, err
	}
	signs, err = v.kinks.signs(v.prog)
	return cost, signs, err
}
