package main

import (
	"errors"
	"fmt"
	"math"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/internal/handgrad"
	"gorgonia.org/tensor"
)

// A comparison says how far the gradient that the chain rule made is from two
// others, for one parameter. Differences are by max-norm, relative to the
// largest entry or, where all are smaller, to gradientFloor.
type comparison struct {
	Parameter   string  `json:"parameter"`
	Formulas    float64 `json:"formulas"`    // from back-propagation written by hand
	Differences float64 `json:"differences"` // from central differences
	RelativeTo  float64 `json:"relative_to"` // gradientFloor or more
	Compared    int     `json:"compared"`    // entries with a central difference
	Entries     int     `json:"entries"`
	wrong       error
}

// gradientFloor is what differences are relative to where a gradient is smaller.
const gradientFloor = 1e-3

// sample is how many entries of a parameter are compared with central
// differences, each of which costs two runs of the network.
func (p *problem) sample() int { return min(max(5000/p.hidden, 5), 50) }

// checkGradients compares the gradients of the cost with respect to all
// parameters, as they are now.
func (p *problem) checkGradients() ([]comparison, error) {
	symbolic, err := p.gradients()
	if err != nil {
		return nil, err
	}
	byHand, err := p.formulas()
	if err != nil {
		return nil, err
	}
	e := p.express(p.newGraph(), p.data.M)
	settings := gradtest.Settings{Floor: gradientFloor, MaxEntries: p.sample()}
	report, err := gradtest.Compare(settings, e.cost, graph.Feeds{e.x: p.x, e.y: p.y}, e.params...)
	if err != nil {
		return nil, err
	}
	var check []comparison
	for _, row := range report.Rows {
		if row.Float32 {
			continue // the formulas tell as much
		}
		i := len(check)
		c := comparison{
			Parameter:   p.net.Params()[i].Name(),
			Formulas:    relative(symbolic[i], byHand[i].Data),
			RelativeTo:  norm(symbolic[i]),
			Differences: row.Error,
			Compared:    row.Entries - row.Kinks,
			Entries:     len(symbolic[i]),
			wrong:       row.Err(),
		}
		if c.wrong == nil && !(c.Formulas <= p.tolerance()) {
			c.wrong = fmt.Errorf("the gradient of %s differs from the formulas written by hand by %.2g, at most %g expected",
				c.Parameter, c.Formulas, p.tolerance())
		}
		check = append(check, c)
	}
	return check, nil
}

// tolerance is how far the gradient may be from the formulas, in float64.
func (p *problem) tolerance() float64 {
	if p.dtype == tensor.Float32 {
		return 1e-3
	}
	return 1e-10
}

// wrongGradients returns what is wrong with the gradients, or nil.
func wrongGradients(check []comparison) error {
	var all []error
	for _, c := range check {
		all = append(all, c.wrong)
	}
	return errors.Join(all...)
}

// gradients returns the symbolic gradients in the problem's dtype.
func (p *problem) gradients() ([][]float64, error) {
	e := p.express(p.newGraph(), p.data.M)
	nodes, err := graph.Grad(e.cost, e.params...)
	if err != nil {
		return nil, err
	}
	prog, err := graph.Compile(graph.Spec{Outputs: nodes})
	if err != nil {
		return nil, err
	}
	if err := prog.Run(graph.Feeds{e.x: p.x, e.y: p.y}); err != nil {
		return nil, err
	}
	var out [][]float64
	for _, n := range nodes {
		t, err := prog.Value(n)
		if err != nil {
			return nil, err
		}
		out = append(out, floats(t))
	}
	return out, nil
}

// formulas returns the gradients by hand, in float64, for the parameters and
// the data as they are rounded.
func (p *problem) formulas() ([]handgrad.Matrix, error) {
	hidden := map[string]handgrad.Activation{
		"tanh": handgrad.Tanh, "sigmoid": handgrad.Sigmoid, "relu": handgrad.ReLU,
	}[p.activation]
	n := handgrad.TwoLayer{Hidden: hidden,
		W1: byRows(p.net.W1.Value()), B1: byRows(p.net.B1.Value()),
		W2: byRows(p.net.W2.Value()), B2: byRows(p.net.B2.Value())}
	g, err := n.Gradients(byRows(p.x), byRows(p.y))
	if err != nil {
		return nil, err
	}
	return []handgrad.Matrix{g.DW1, g.DB1, g.DW2, g.DB2}, nil
}

// byRows returns a row-major matrix.
func byRows(t *tensor.Dense) handgrad.Matrix {
	return handgrad.Matrix{Rows: t.Shape()[0], Cols: t.Shape()[1], Data: floats(t)}
}

// relative returns the largest difference of the entries of a and b, relative
// to the norm of b.
func relative(a, b []float64) float64 {
	gap := 0.0
	for i := range a {
		gap = math.Max(gap, math.Abs(a[i]-b[i])) // NaN if one is
	}
	return gap / norm(b)
}

// norm returns the largest entry of a without its sign, at least gradientFloor.
func norm(a []float64) float64 {
	largest := gradientFloor
	for _, v := range a {
		largest = math.Max(largest, math.Abs(v))
	}
	return largest
}
