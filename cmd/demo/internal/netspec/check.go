package netspec

import (
	"context"
	"fmt"
	"math"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"gorgonia.org/tensor"
)

// The settings of a check of gradients.
const (
	checkTolerance = 1e-6
	checkFloor     = 1e-3 // times max(1, cost): below it comparisons are absolute

	checkEntries      = 50   // of a parameter that are compared at most
	leastCheckEntries = 2    // however large the network is
	checkFLOP         = 1e11 // of all forward passes together, about
)

// checkStep is how far an entry is moved, times max(1, |entry|): the cube root
// of the machine epsilon balances truncation and rounding.
var checkStep = math.Cbrt(0x1p-52)

// A Verdict is what a central difference says about a gradient.
type Verdict int

// The verdicts.
const (
	Agrees    Verdict = iota // also where the comparison is absolute
	Differs                  // the gradient is wrong
	AtKink                   // an input of ReLU or leaky ReLU crosses 0 within the step, so the difference decides nothing
	Undecided                // the cost overflows within the step
)

// A CheckedEntry is an entry of a gradient beside its central difference.
type CheckedEntry struct {
	Row, Col   int     // from 1
	Gradient   float64 // by the chain rule
	Difference float64 // (cost(θ+h) − cost(θ−h))/2h
	Verdict    Verdict
}

// A CheckedParam compares the gradient of one parameter.
type CheckedParam struct {
	Line     Line // dW1, …
	Entries  []CheckedEntry
	Total    int     // entries of the parameter
	Error    float64 // the largest difference where there is no kink, by RelativeTo
	Relative float64 // the largest entry of the gradient, or the floor if that is larger
	Floor    float64 // below which comparisons are absolute
	Absolute bool    // all entries of the gradient are
}

// Count returns how many entries have a verdict.
func (p CheckedParam) Count(v Verdict) int {
	n := 0
	for _, e := range p.Entries {
		if e.Verdict == v {
			n++
		}
	}
	return n
}

// CheckGradients compares gradients of W and b with central differences, until
// ctx is done. Of a parameter with many entries it takes some, evenly chosen.
func CheckGradients(ctx context.Context, s *Spec, r *Result) ([]CheckedParam, error) {
	m, err := newModel(s)
	if err != nil {
		return nil, err
	}
	kinked := m.kinked(s)
	prog, err := graph.Compile(graph.Spec{Outputs: append(kinked, m.Cost)})
	if err != nil {
		return nil, err
	}
	defer prog.Close()
	p := probe{ctx: ctx, entries: entriesToCheck(s), prog: prog, feeds: s.Feeds(m.Nodes), cost: m.Cost, kinked: kinked}
	if _, err := p.run(); err != nil {
		return nil, err
	}
	p.base = p.values
	floor := checkFloor * max(1, math.Abs(r.Cost))
	var all []CheckedParam
	for l := range s.W {
		for _, of := range []struct {
			line     Line
			param    *graph.Param
			value    handgrad.Matrix
			gradient handgrad.Matrix
		}{
			{Line{kindDW, l + 1}, m.net.Params()[2*l], s.W[l], r.DW[l]},
			{Line{kindDB, l + 1}, m.net.Params()[2*l+1], s.B[l], r.DB[l]},
		} {
			checked, err := p.check(of.param, of.value, of.gradient, floor)
			if err != nil {
				return nil, fmt.Errorf("%v: %w", of.line, err)
			}
			checked.Line = of.line
			all = append(all, checked)
		}
	}
	return all, nil
}

// entriesToCheck returns how many entries of a parameter have a central
// difference, each of which takes two forward passes.
func entriesToCheck(s *Spec) int {
	weights := 0
	for _, w := range s.W {
		weights += len(w.Data)
	}
	perPass := 2 * float64(weights) * float64(s.Examples())
	passes := 2 * 2 * float64(s.Layers())
	return int(min(max(checkFLOP/(perPass*passes), leastCheckEntries), checkEntries))
}

// kinked returns the nodes whose sign decides which side of a kink a network is
// on.
func (m *model) kinked(s *Spec) []*graph.Node {
	var nodes []*graph.Node
	for l, g := range s.Activations {
		if isKinked(g) {
			nodes = append(nodes, m.Z[l])
		}
	}
	return nodes
}

// A probe evaluates the cost for varied parameters.
type probe struct {
	ctx     context.Context
	entries int // of a parameter, at most
	prog    *graph.Program
	feeds   graph.Feeds
	cost    *graph.Node
	kinked  []*graph.Node
	values  []float64 // of the kinked nodes in the last run
	base    []float64 // the same before anything was moved
}

// run returns the cost, and keeps the values of the kinked nodes.
func (p *probe) run() (float64, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	if err := p.prog.Run(p.feeds); err != nil {
		return 0, err
	}
	p.values = nil
	for _, n := range p.kinked {
		z, err := matrixOf(p.prog, n)
		if err != nil {
			return 0, err
		}
		p.values = append(p.values, z.Data...)
	}
	return p.prog.Scalar(p.cost)
}

// check compares the gradient of one parameter, which it leaves as it was.
func (p *probe) check(param *graph.Param, value, gradient handgrad.Matrix, floor float64) (CheckedParam, error) {
	moved := handgrad.Matrix{Rows: value.Rows, Cols: value.Cols, Data: append([]float64{}, value.Data...)}
	whole := dense(moved)
	size := norm(gradient.Data)
	c := CheckedParam{Total: len(value.Data), Relative: max(size, floor), Floor: floor, Absolute: size < floor}
	count := min(c.Total, p.entries)
	for k := range count {
		i := k * c.Total / count
		e, err := p.difference(param, whole, moved.Data, i)
		if err != nil {
			return c, err
		}
		e.Row, e.Col, e.Gradient = i/value.Cols+1, i%value.Cols+1, gradient.Data[i]
		gap := math.Abs(e.Gradient-e.Difference) / c.Relative
		if e.Verdict == Agrees {
			c.Error = max(c.Error, gap)
			if !(gap <= checkTolerance) {
				e.Verdict = Differs
			}
		}
		c.Entries = append(c.Entries, e)
	}
	return c, param.Set(whole)
}

// difference returns the central difference for entry i of the values, which
// are those of the tensor whole.
func (p *probe) difference(param *graph.Param, whole *tensor.Dense, values []float64, i int) (CheckedEntry, error) {
	var e CheckedEntry
	before := values[i]
	step := checkStep * max(1, math.Abs(before))
	var costs, at [2]float64
	for side, by := range []float64{step, -step} {
		values[i] = before + by
		at[side] = values[i]
		if err := param.Set(whole); err != nil {
			return e, err
		}
		cost, err := p.run()
		if err != nil {
			return e, err
		}
		costs[side] = cost
		if p.crossed() {
			e.Verdict = AtKink
		}
	}
	values[i] = before
	e.Difference = (costs[0] - costs[1]) / (at[0] - at[1])
	if math.IsNaN(e.Difference) || math.IsInf(e.Difference, 0) {
		e.Verdict = Undecided
	}
	return e, nil
}

// crossed reports whether a kinked node has another sign than before anything
// was moved.
func (p *probe) crossed() bool {
	for i, v := range p.values {
		if sign(v) != sign(p.base[i]) {
			return true
		}
	}
	return false
}

func sign(v float64) int {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}
