package oracletest

import (
	"fmt"
	"math"
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// How far results may be from the table, as a part of the largest entry of
// their array, or of 1 if that is larger.
var tolerances = map[tensor.Dtype]float64{tensor.Float64: 1e-12, tensor.Float32: 1e-5}

// A pair is an array of the table with what this library makes of it.
type pair struct {
	what      string
	want, got array

	// each compares every entry relative to itself. Numbers that float32
	// cannot hold in full count as 0.
	each bool
}

// scale is what the difference of an entry is relative to.
func (p pair) scale(i int) float64 {
	if p.each {
		return max(math.Abs(p.want.Data[i]), 1e-37)
	}
	scale := 1.0
	for _, v := range p.want.Data {
		scale = max(scale, math.Abs(v))
	}
	return scale
}

// distance returns how far the two are apart and at which entry. A NaN is
// infinitely far from all numbers.
func (p pair) distance() (worst float64, at int) {
	for i, v := range p.want.Data {
		d := math.Abs(p.got.Data[i]-v) / p.scale(i)
		if math.IsNaN(d) {
			d = math.Inf(1)
		}
		if d > worst {
			worst, at = d, i
		}
	}
	return worst, at
}

// check reports a pair that differs by more than the tolerance.
func (p pair) check(tolerance float64) error {
	if !slices.Equal(p.want.Shape, p.got.Shape) || len(p.want.Data) != len(p.got.Data) {
		return fmt.Errorf("%s: shape %v, %v expected", p.what, p.got.Shape, p.want.Shape)
	}
	if d, i := p.distance(); d > tolerance {
		return fmt.Errorf("%s: entry %d is %v, %v expected: off by %.2g", p.what, i, p.got.Data[i], p.want.Data[i], d)
	}
	return nil
}

// checkNotices reports an entry of the table that could be wrong by 10 times
// the tolerance without check reporting it.
func (p pair) checkNotices(tolerance float64) error {
	p.want.Data = slices.Clone(p.want.Data)
	for i, v := range p.want.Data {
		p.want.Data[i] = v - 10*tolerance*p.scale(i)
		if p.check(tolerance) == nil {
			return fmt.Errorf("%s: a change of entry %d goes unnoticed", p.what, i)
		}
		p.want.Data[i] = v
	}
	return nil
}

// A computation is a graph whose nodes are to be compared with the table.
type computation struct {
	g      *graph.Graph
	feeds  graph.Feeds
	fetch  []*graph.Node
	result []pair
}

func newComputation(dtype tensor.Dtype) *computation {
	return &computation{g: graph.New(graph.Settings{Dtype: dtype}), feeds: graph.Feeds{}}
}

// input adds an input that is fed from the table.
func (c *computation) input(name string, a array) *graph.Node {
	n := c.g.Input(name, a.Shape...)
	c.feeds[n] = a.tensor(c.g.Dtype())
	return n
}

// inputs numbers them: W1, W2, …
func (c *computation) inputs(name string, arrays []array) []*graph.Node {
	nodes := make([]*graph.Node, len(arrays))
	for i, a := range arrays {
		nodes[i] = c.input(fmt.Sprint(name, i+1), a)
	}
	return nodes
}

// params is like inputs.
func (c *computation) params(name string, arrays []array) []*graph.Node {
	nodes := make([]*graph.Node, len(arrays))
	for i, a := range arrays {
		nodes[i] = c.g.Use(graph.NewParam(fmt.Sprint(name, i+1), a.tensor(c.g.Dtype())))
	}
	return nodes
}

// expect adds a node that has to have the values of an array.
func (c *computation) expect(what string, n *graph.Node, want array) {
	c.fetch = append(c.fetch, n)
	c.result = append(c.result, pair{what: what, want: want})
}

// expectAll numbers them from 1.
func (c *computation) expectAll(what string, nodes []*graph.Node, want []array) {
	for i, n := range nodes {
		c.expect(fmt.Sprint(what, i+1), n, want[i])
	}
}

// run computes the nodes that were expected.
func (c *computation) run() ([]pair, error) {
	p, err := graph.Compile(graph.Spec{Outputs: c.fetch})
	if err != nil {
		return nil, err
	}
	fed := graph.Feeds{}
	for _, n := range p.Inputs() {
		fed[n] = c.feeds[n]
	}
	if err := p.Run(fed); err != nil {
		return nil, err
	}
	for i, n := range c.fetch {
		v, err := p.Value(n)
		if err != nil {
			return nil, err
		}
		c.result[i].got = widened(v)
	}
	return c.result, p.Close()
}
