package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/internal/handgrad"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
	"gorgonia.org/tensor"
)

// A comparison says how far the gradient that the chain rule made is from two
// others, for one parameter, by max-norm.
type comparison struct {
	Parameter   string   `json:"parameter"`
	Formulas    *float64 `json:"formulas"`    // from back-propagation written by hand; nil where there is none
	Differences float64  `json:"differences"` // from differences of the cost, relative to the largest entry
	Rounding    float64  `json:"rounding"`    // of the gradient in float32 from that in float64; 0 in float64
	RelativeTo  float64  `json:"relative_to"` // of the others: the largest entry, or the floor
	Compared    int      `json:"compared"`    // entries that differences decide
	Undecided   int      `json:"undecided"`   // entries that they don't
	Kinks       int      `json:"-"`           // entries without differences, because there is no derivative
	Entries     int      `json:"entries"`
	wrong       error
	undecided   string // why the first of those is
}

// The largest differences at which gradients agree, where gradtest doesn't say.
const (
	formulasAgree = 1e-10 // computed in float64
	constAgree    = 1e-6  // the same, but with the constants of a float32 graph, such as 1/m
	float32Agrees = 1e-2  // 64 layers lose some digits
)

// A check compares the gradients of a problem before it is trained.
type check struct {
	rows     []comparison
	examples int // of those to train on, how many it took
	sample   int // entries of a parameter that have a difference, at most
	floor    float64
}

// checkGradients compares the gradients of the cost with respect to all
// parameters, as they are now.
func (p *problem) checkGradients() (check, error) {
	var c check
	c.examples, c.sample = p.extent()
	set := p.sample(c.examples)
	cost, symbolic, err := p.gradients(set)
	if err != nil {
		return c, err
	}
	if !(cost <= maxCost) {
		return c, fmt.Errorf("the cost is %.3g before the training: the first weights are too large, see --init and --init-scale", cost)
	}
	c.floor = 1e-3 * max(1, cost) // a large cost has rounding errors
	var byHand []handgrad.Matrix
	if p.byHand() {
		if byHand, err = p.formulas(set); err != nil {
			return c, err
		}
	}
	e := p.Express(p.NewGraph(), set.Len())
	settings := gradtest.Settings{MaxEntries: c.sample, Float32Tolerance: float32Agrees}
	// It is short, and an interrupted training still shows what there is: no context.
	report, err := gradtest.Compare(context.Background(), settings, e.Cost, graph.Feeds{e.X: set.Inputs(p.Dtype()), e.Y: set.Labels(p.Dtype())}, e.Params...)
	if err != nil {
		return c, err
	}
	for _, row := range report.Rows {
		if i := len(c.rows); !row.Float32 {
			name := p.Network.Params()[i].Name()
			var hand []float64
			if byHand != nil {
				hand = byHand[i].Data
			}
			c.rows = append(c.rows, p.compare(c.floor, name, symbolic[i], hand, row))
		} else {
			c.rows[i-1].addRounding(row)
		}
	}
	return c, nil
}

// byHand reports whether the formulas written by hand are those of the problem: of a chain
// of dense layers under cross-entropy.
func (p *problem) byHand() bool {
	return p.net != nil && reflect.DeepEqual(p.Settings.Cost, experiment.Cost{Kind: "cross-entropy"})
}

// compare returns the comparison of one parameter, all computed in float64; byHand is nil
// where there are no formulas.
func (p *problem) compare(floor float64, name string, symbolic, byHand []float64, row gradtest.Row) comparison {
	c := comparison{
		Parameter:   name,
		RelativeTo:  max(norm(symbolic), floor),
		Differences: row.Relative(),
		Compared:    row.Count(gradtest.Right) + row.Count(gradtest.Wrong),
		Undecided:   row.Count(gradtest.Undecided),
		Kinks:       row.Count(gradtest.Kink),
		Entries:     len(symbolic),
	}
	if largest := norm(symbolic); largest < 1e-9*floor { // rounding errors, as of a gradient that is 0
		worst, _ := row.Worst()
		c.Differences = worst.Gap() / floor
	}
	switch err := row.Err(); {
	case errors.Is(err, gradtest.ErrUndecided):
		i := slices.IndexFunc(row.Entries, func(e gradtest.Entry) bool { return e.Verdict == gradtest.Undecided })
		c.undecided = row.Entries[i].Reason
	default:
		c.wrong = err
	}
	most := formulasAgree
	if p.Dtype() == tensor.Float32 {
		most = constAgree
	}
	if byHand != nil {
		formulas := gap(symbolic, byHand) / max(norm(byHand), floor)
		c.Formulas = &formulas
	}
	if c.wrong == nil && byHand != nil && !(*c.Formulas <= most) {
		c.wrong = fmt.Errorf("the gradient of %s differs from the formulas written by hand by %.2g, at most %g expected",
			name, *c.Formulas, most)
	}
	return c
}

// addRounding takes in how the gradient in float32 differs. Entries that
// rounding moves over a kink don't count.
func (c *comparison) addRounding(row gradtest.Row) {
	c.Rounding = row.Relative()
	if c.wrong == nil && !(c.Rounding <= float32Agrees) {
		c.wrong = fmt.Errorf("the gradient of %s in float32 differs from that in float64 by %.2g, at most %g expected",
			c.Parameter, c.Rounding, float32Agrees)
	}
}

// extent returns on how many examples the gradients are compared, and how many
// entries of each parameter have a difference, each of which takes about ten
// runs of the network. All of it is to take less than a second.
func (p *problem) extent() (examples, entries int) {
	const (
		budget      = 0.5e9 // ns
		enough      = 2000  // examples
		most, least = 50, 4 // entries
	)
	perExample := p.perExample()
	runs := func(entries int) float64 { return float64(10 * entries * len(p.Network.Params())) }
	examples = min(p.Train.Len(), enough)
	if fit := budget / (perExample * runs(least)); fit < float64(examples) {
		examples = max(int(fit), 1)
	}
	entries = int(budget / (perExample * float64(examples) * runs(1)))
	return examples, min(max(entries, least), most)
}

// wrong returns what is wrong with the gradients, or nil.
func (c check) wrong() error {
	var all []error
	for _, row := range c.rows {
		all = append(all, row.wrong)
	}
	return errors.Join(all...)
}

// gradients returns the cost and its symbolic gradients in float64, the entries
// of each row by row.
func (p *problem) gradients(set *dataset.Set) (cost float64, entries [][]float64, err error) {
	e := p.Express(p.NewGraph(), set.Len())
	nodes, err := graph.Grad(e.Cost, e.Params...)
	if err != nil {
		return 0, nil, err
	}
	prog, err := graph.Compile(graph.Spec{Outputs: append(nodes, e.Cost), Dtype: tensor.Float64})
	if err != nil {
		return 0, nil, err
	}
	defer prog.Close()
	if err := prog.Run(graph.Feeds{e.X: set.Inputs(tensor.Float64), e.Y: set.Labels(tensor.Float64)}); err != nil {
		return 0, nil, err
	}
	for _, n := range nodes {
		t, err := prog.Value(n)
		if err != nil {
			return 0, nil, err
		}
		values, _, _ := rows(t)
		entries = append(entries, values)
	}
	cost, err = prog.Scalar(e.Cost)
	return cost, entries, err
}

// formulas returns the gradients by hand, in float64.
func (p *problem) formulas(set *dataset.Set) ([]handgrad.Matrix, error) {
	n := handgrad.MLP{Softmax: p.softmax()}
	for l := range p.net.W {
		n.W, n.B = append(n.W, matrix(p.net.W[l].Value())), append(n.B, matrix(p.net.B[l].Value()))
	}
	for _, name := range p.activation {
		a, err := handgrad.ActivationByName(name)
		if err != nil {
			return nil, err
		}
		n.Hidden = append(n.Hidden, a)
	}
	g, err := n.Gradients(matrix(set.Inputs(tensor.Float64)), matrix(set.Labels(tensor.Float64)))
	if err != nil {
		return nil, err
	}
	var out []handgrad.Matrix
	for l := range g.DW {
		out = append(out, g.DW[l], g.DB[l])
	}
	return out, nil
}

// matrix returns the same matrix for the formulas.
func matrix(t *tensor.Dense) handgrad.Matrix {
	entries, height, width := rows(t)
	return handgrad.Matrix{Rows: height, Cols: width, Data: entries}
}

// gap returns the largest difference of the entries of a and b, NaN if one is.
func gap(a, b []float64) float64 {
	largest := 0.0
	for i := range a {
		largest = math.Max(largest, math.Abs(a[i]-b[i]))
	}
	return largest
}

// norm returns the largest entry of a without its sign.
func norm(a []float64) float64 {
	largest := 0.0
	for _, v := range a {
		largest = math.Max(largest, math.Abs(v))
	}
	return largest
}
