package gradtest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// Compare checks the gradient of cost, a node with one entry, with respect to
// each of the nodes wrt. The error is about the arguments, about a graph whose
// gradient cannot be computed, or about a cost that is not finite; whether the
// gradient is right says the report.
//
// Inputs that feeds leaves out get normally distributed values; feeds may be
// nil. Compare adds the nodes of the gradient to cost's graph. Parameters are
// read, and never changed.
func Compare(s Settings, cost *graph.Node, feeds graph.Feeds, wrt ...*graph.Node) (Report, error) {
	s, err := s.withDefaults()
	if err != nil {
		return Report{}, err
	}
	if len(wrt) == 0 {
		return Report{}, graph.Errorf(opName, "no node is given to differentiate with respect to")
	}
	if cost == nil {
		return Report{}, graph.Errorf(opName, "the cost is nil")
	}
	if err := cost.Err(); err != nil {
		return Report{}, err
	}
	p := point{Settings: s, g: cost.Graph(), wrt: wrt, sample: rand.New(rand.NewPCG(s.Seed, 3))}
	if err := p.feed(feeds); err != nil {
		return Report{}, err
	}
	weights := rand.New(rand.NewPCG(s.Seed, 2))
	var report Report
	for order := 1; ; order++ {
		gradient, err := graph.Grad(cost, wrt...)
		if err != nil {
			return Report{}, err
		}
		rows, err := p.compare(order, cost, gradient)
		if err != nil {
			return Report{}, err
		}
		report.Rows = append(report.Rows, rows...)
		if order == s.Order {
			return report, nil
		}
		cost = functional(weights, gradient)
	}
}

// functional returns Σ v⊙g over all gradients g, with random v.
func functional(rng *rand.Rand, gradient []*graph.Node) *graph.Node {
	var total *graph.Node
	for _, g := range gradient {
		v := g.Graph().Constant(newTensor(g.Graph().Dtype(), g.Shape(), normal(rng, g.Shape().TotalSize())))
		term := graph.Sum(graph.Mul(v, g))
		if total == nil {
			total = term
			continue
		}
		total = graph.Add(total, term)
	}
	return total
}

// A point is where the gradients are compared.
type point struct {
	Settings
	g      *graph.Graph
	wrt    []*graph.Node
	feeds  graph.Feeds // of every input, in the graph's dtype
	wide   graph.Feeds // the same in float64
	sample *rand.Rand
}

// compare returns a row for every node, and a second one in a float32 graph.
func (p *point) compare(order int, cost *graph.Node, gradient []*graph.Node) ([]Row, error) {
	here, err := p.evaluate(tensor.Float64, cost, gradient)
	if err != nil {
		return nil, err
	}
	if !isFinite(here.cost) {
		return nil, p.notFinite(order, cost, here.cost)
	}
	narrow := here
	if p.g.Dtype() == tensor.Float32 {
		if narrow, err = p.evaluate(tensor.Float32, cost, gradient); err != nil {
			return nil, err
		}
	}
	floor := p.Floor
	if floor == 0 {
		floor = 1e-3 * max(1, math.Abs(here.cost))
	}
	var rows []Row
	for i, x := range p.wrt {
		c := newComparison(x, order, p.Tolerance, floor)
		if err := p.difference(c, cost, x, here.nodes[i], here.gradients[i]); err != nil {
			return nil, err
		}
		rows = append(rows, c.row())
		if p.g.Dtype() != tensor.Float32 {
			continue
		}
		// Rounding to float32 may have moved an argument across its kink.
		kink := !slices.Equal(here.signs, narrow.signs)
		c = newComparison(x, order, p.Float32Tolerance, floor)
		c.Float32 = true
		for e, v := range here.gradients[i] {
			c.add(e, narrow.gradients[i][e], v, kink)
		}
		rows = append(rows, c.row())
	}
	return rows, nil
}

// An evaluation is what the graph computes at the point.
type evaluation struct {
	cost      float64
	nodes     [][]float64 // values of wrt
	gradients [][]float64
	signs     []int8 // of all kinks
}

// evaluate runs the graph at the point, in a precision.
func (p *point) evaluate(dtype tensor.Dtype, cost *graph.Node, gradient []*graph.Node) (evaluation, error) {
	var ev evaluation
	kinks, err := findKinks(p.g, append([]*graph.Node{cost}, gradient...), nil)
	if err != nil {
		return ev, err
	}
	outputs := slices.Concat([]*graph.Node{cost}, p.wrt, gradient, kinks.inputs())
	prog, err := graph.Compile(graph.Spec{Outputs: outputs, Dtype: dtype})
	if err != nil {
		return ev, err
	}
	feeds := p.wide
	if dtype == tensor.Float32 {
		feeds = p.feeds
	}
	if err := prog.Run(feeds); err != nil {
		return ev, err
	}
	if ev.cost, err = prog.Scalar(cost); err != nil {
		return ev, err
	}
	if ev.nodes, err = valuesOf(prog, p.wrt); err != nil {
		return ev, err
	}
	if ev.gradients, err = valuesOf(prog, gradient); err != nil {
		return ev, err
	}
	ev.signs, err = kinks.signs(prog)
	return ev, err
}

// notFinite returns an error that says where a cost that is not finite begins.
func (p *point) notFinite(order int, cost *graph.Node, value float64) error {
	what := "the cost"
	if order > 1 {
		what = fmt.Sprintf("the sum over derivatives of order %d", order-1)
	}
	nodes := below(p.g, []*graph.Node{cost}, nil)
	prog, err := graph.Compile(graph.Spec{Outputs: nodes, Dtype: tensor.Float64})
	if err != nil {
		return err
	}
	if err := prog.Run(p.wide); err != nil {
		return err
	}
	values, err := valuesOf(prog, nodes)
	if err != nil {
		return err
	}
	for i, n := range nodes {
		for e, v := range values[i] {
			if !isFinite(v) {
				return graph.Errorf(opName, "%s is %v; the first value that is not finite is %v in %v, entry %s",
					what, value, v, n, tuple(unravel(e, n.Shape())))
			}
		}
	}
	return graph.Errorf(opName, "%s is %v", what, value)
}

// difference adds the central differences of cost with respect to the entries
// of x, which has the given values, to c.
func (p *point) difference(c *comparison, cost, x *graph.Node, values, symbolic []float64) error {
	v, err := newVariation(p, cost, x, values)
	if err != nil {
		return err
	}
	entries := p.entries(len(values))
	for _, e := range entries {
		numeric, kink, err := v.derivative(e, p.Step*max(1, math.Abs(values[e])))
		if err != nil {
			return err
		}
		c.add(e, symbolic[e], numeric, kink)
	}
	return nil
}

// entries returns which of n entries are compared, in order.
func (p *point) entries(n int) []int {
	all := p.sample.Perm(n)
	if p.MaxEntries > 0 && n > p.MaxEntries {
		all = all[:p.MaxEntries]
	}
	slices.Sort(all)
	return all
}
