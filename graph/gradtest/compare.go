package gradtest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"chainrule/graph"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// Compare checks the gradient of cost, a node with one entry, with respect to
// each of the nodes wrt, until ctx is done. The error is about the arguments or
// about a graph whose gradient cannot be computed; whether the gradient is right
// says the report.
//
// Inputs that feeds leaves out get normally distributed values, those of integers 0; feeds may be
// nil. Compare adds the nodes of the gradient to cost's graph. Parameters are
// read, and never changed.
func Compare(ctx context.Context, s Settings, cost *graph.Node, feeds graph.Feeds, wrt ...*graph.Node) (Report, error) {
	p, err := newPoint(ctx, s, cost, feeds, wrt)
	if err != nil {
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
		if order == p.Order {
			return report, nil
		}
		cost = functional(weights, gradient)
	}
}

// A Claim is a gradient to judge that was computed elsewhere.
type Claim struct {
	Of     *graph.Node
	Values []float64 // row-major, as many as Of has entries
}

// Judge is Compare for gradients of order 1 that are given as numbers instead
// of being made by graph.Grad. The report has a row for every claim.
func Judge(ctx context.Context, s Settings, cost *graph.Node, feeds graph.Feeds, claims ...Claim) (Report, error) {
	var wrt []*graph.Node
	for _, c := range claims {
		wrt = append(wrt, c.Of)
		if n := c.Of; n != nil && n.Err() == nil && len(c.Values) != n.Shape().TotalSize() {
			return Report{}, graph.Errorf(opName, "%s given for the gradient of %v", words.Count(len(c.Values), "value"), n)
		}
	}
	if s.Order > 1 {
		return Report{}, graph.Errorf(opName, "Order is %d, and given gradients are of order 1", s.Order)
	}
	p, err := newPoint(ctx, s, cost, feeds, wrt)
	if err != nil {
		return Report{}, err
	}
	here, err := p.evaluate(tensor.Float64, cost, nil)
	if err != nil {
		return Report{}, err
	}
	for _, c := range claims {
		here.gradients = append(here.gradients, c.Values)
	}
	here.rounding = func(int) (float64, error) { return 0, nil } // nobody knows how they were made
	rows, err := p.judge(1, cost, here)
	return Report{rows}, err
}

// functional returns Σ v⊙g over all gradients g, with random v.
func functional(rng *rand.Rand, gradient []*graph.Node) *graph.Node {
	var total *graph.Node
	for _, g := range gradient {
		v := g.Graph().Array(newTensor(g.Graph().Dtype(), g.Shape(), normal(rng, g.Shape().TotalSize())))
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
	ctx    context.Context
	g      *graph.Graph
	wrt    []*graph.Node
	feeds  graph.Feeds // of every input, in the graph's dtype
	wide   graph.Feeds // the same in float64
	sample *rand.Rand
}

func newPoint(ctx context.Context, s Settings, cost *graph.Node, feeds graph.Feeds, wrt []*graph.Node) (*point, error) {
	s, err := s.withDefaults()
	if err != nil {
		return nil, err
	}
	if len(wrt) == 0 {
		return nil, graph.Errorf(opName, "no node is given to differentiate with respect to")
	}
	if cost == nil {
		return nil, graph.Errorf(opName, "the cost is nil")
	}
	if err := cost.Err(); err != nil {
		return nil, err
	}
	for _, n := range wrt {
		if n.IsInteger() {
			return nil, graph.Errorf(opName, "%v is of integers, which cannot be varied: the gradient with respect to them is zero", n)
		}
	}
	p := &point{Settings: s, ctx: ctx, g: cost.Graph(), wrt: wrt, sample: rand.New(rand.NewPCG(s.Seed, 3))}
	return p, p.feed(feeds)
}

// compare returns a row for every node, and a second one in a float32 graph.
func (p *point) compare(order int, cost *graph.Node, gradient []*graph.Node) ([]Row, error) {
	here, err := p.evaluate(tensor.Float64, cost, gradient)
	if err != nil {
		return nil, err
	}
	here.rounding = func(i int) (float64, error) { return p.rounding(cost, gradient[i], here.gradients[i]) }
	rows, err := p.judge(order, cost, here)
	if err != nil || p.g.Dtype() != tensor.Float32 {
		return rows, err
	}
	narrow, err := p.evaluate(tensor.Float32, cost, gradient)
	if err != nil {
		return nil, err
	}
	var both []Row
	for i, row := range rows {
		both = append(both, row, p.rounded(row, i, here, narrow))
	}
	return both, nil
}

// judge returns a row for every node: its gradient beside differences.
func (p *point) judge(order int, cost *graph.Node, here evaluation) ([]Row, error) {
	var rows []Row
	for i, x := range p.wrt {
		row := Row{Name: x.Name(), Shape: x.Shape(), Order: order}
		if row.Name == "" {
			row.Name = x.Symbol()
		}
		entries := p.entries(len(here.gradients[i]))
		var err error
		if isFinite(here.cost) {
			rounding := func() (float64, error) { return here.rounding(i) }
			err = p.decide(&row, cost, x, here.nodes[i], here.gradients[i], rounding, entries)
		} else {
			err = p.undecided(&row, cost, here, here.gradients[i], entries)
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// rounded returns the row that compares the gradient in float32 with the one in
// float64, for node i.
func (p *point) rounded(row Row, i int, here, narrow evaluation) Row {
	// Rounding to float32 may have moved an argument across its kink.
	kink := !slices.Equal(here.signs, narrow.signs)
	r := Row{Name: row.Name, Shape: row.Shape, Order: row.Order, Float32: true, Scale: 1e-3 * max(1, math.Abs(here.cost))}
	for e, v := range here.gradients[i] {
		r.Scale = max(r.Scale, finite(v), finite(narrow.gradients[i][e]))
	}
	for e, v := range here.gradients[i] {
		entry := Entry{Index: unravel(e, r.Shape), Symbolic: narrow.gradients[i][e], Numeric: v, Error: p.Float32Tolerance * r.Scale}
		switch {
		case !isFinite(here.cost) || !isFinite(v):
			entry.Verdict, entry.Reason = Undecided, "the gradient in float64 is not finite"
		case kink && isFinite(entry.Symbolic):
			entry.Verdict = Kink
		case !(entry.Gap() <= entry.Error):
			entry.Verdict = Wrong
		}
		r.Entries = append(r.Entries, entry)
	}
	return r
}

// An evaluation is what the graph computes at the point.
type evaluation struct {
	cost      float64
	nodes     [][]float64 // values of wrt
	gradients [][]float64
	signs     []int8                       // of all kinks
	rounding  func(i int) (float64, error) // how far gradient i may be off
}

// evaluate runs the graph at the point, in a precision.
func (p *point) evaluate(dtype tensor.Dtype, cost *graph.Node, gradient []*graph.Node) (evaluation, error) {
	var ev evaluation
	kinks, err := findKinks(append([]*graph.Node{cost}, gradient...), nil)
	if err != nil {
		return ev, err
	}
	outputs := slices.Concat([]*graph.Node{cost}, p.wrt, gradient, kinks.inputs())
	prog, err := graph.Compile(graph.Spec{Outputs: outputs, Given: p.inputs(), Dtype: dtype})
	if err != nil {
		return ev, err
	}
	defer prog.Close()
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
	ev.signs, err = kinks.signs(prog, nil)
	return ev, err
}

// undecided fills in the row of a cost that is not finite, and says where that
// begins.
func (p *point) undecided(row *Row, cost *graph.Node, here evaluation, symbolic []float64, entries []int) error {
	reason, err := p.notFinite(row.Order, cost, here.cost)
	for _, e := range entries {
		row.Entries = append(row.Entries, Entry{Index: unravel(e, row.Shape), Symbolic: symbolic[e], Numeric: math.NaN(),
			Error: math.Inf(1), Verdict: Undecided, Reason: reason})
	}
	return err
}

// notFinite says where a cost that is not finite begins.
func (p *point) notFinite(order int, cost *graph.Node, value float64) (string, error) {
	what := "the cost"
	if order > 1 {
		what = fmt.Sprintf("the sum over derivatives of order %d", order-1)
	}
	nodes := graph.Upstream(cost)
	prog, err := graph.Compile(graph.Spec{Outputs: nodes, Given: p.inputs(), Dtype: tensor.Float64})
	if err != nil {
		return "", err
	}
	defer prog.Close()
	if err := prog.Run(p.wide); err != nil {
		return "", err
	}
	values, err := valuesOf(prog, nodes)
	if err != nil {
		return "", err
	}
	for i, n := range nodes {
		for e, v := range values[i] {
			if !isFinite(v) {
				return fmt.Sprintf("%s is %v; the first value that is not finite is %v in %v, entry %s",
					what, value, v, n, tuple(unravel(e, n.Shape()))), nil
			}
		}
	}
	return fmt.Sprintf("%s is %v", what, value), nil
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
