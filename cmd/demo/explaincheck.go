package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/netspec"
	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/graph/gradtest"
	"gorgonia.org/tensor"
)

// addCheck puts the central differences of the cost beside the gradients of
// the parameters. What is wrong is returned.
func addCheck(ctx context.Context, d *explain.Derivation, values *netspec.Spec) (wrong, err error) {
	checked, err := netspec.CheckGradients(ctx, values, gradientsOf(d, values.Layers()))
	if ctx.Err() != nil {
		return nil, cli.ErrInterrupted
	}
	if err != nil {
		return nil, err
	}
	var bad []netspec.Line
	for _, p := range checked {
		for i := range d.Backward {
			if l := &d.Backward[i]; l.Symbol == p.Line.String() {
				l.Near, l.Remark = differences(p, l.Value.Shape()), checkRemark(p)
			}
		}
		if p.Count(gradtest.Wrong) > 0 {
			bad = append(bad, p.Line)
		}
	}
	if len(bad) > 0 {
		wrong = fmt.Errorf("%s: not what the central differences are", lineNames(bad))
	}
	return wrong, nil
}

// gradientsOf returns the cost and the gradients that a derivation gives.
func gradientsOf(d *explain.Derivation, depth int) *netspec.Result {
	lines := map[string]*tensor.Dense{}
	for _, l := range slices.Concat(d.Forward, d.Backward) {
		lines[l.Symbol] = l.Value
	}
	r := &netspec.Result{Cost: floats(lines["cost"])[0]}
	for l := 1; l <= depth; l++ {
		r.DW = append(r.DW, matrix(lines[fmt.Sprint("dW", l)]))
		r.DB = append(r.DB, matrix(lines[fmt.Sprint("db", l)]))
	}
	return r
}

// differences returns the matrix of the differences, NaN where there is none
// that says anything.
func differences(p netspec.CheckedParam, shape tensor.Shape) *tensor.Dense {
	entries := slices.Repeat([]float64{math.NaN()}, shape.TotalSize())
	for _, e := range p.Entries {
		if e.Verdict == gradtest.Right || e.Verdict == gradtest.Wrong {
			entries[e.Index[0]*shape[1]+e.Index[1]] = e.Numeric
		}
	}
	return graph.Tensor(entries, shape...)
}

// checkRemark says what the differences decide about a gradient, and what they
// cannot.
func checkRemark(p netspec.CheckedParam) string {
	n := len(p.Entries)
	remark := fmt.Sprintf("central differences: %d of %d agree", p.Count(gradtest.Right), n)
	if p.Count(gradtest.Right)+p.Count(gradtest.Wrong) > 0 {
		remark += fmt.Sprintf(", largest relative error %.1e", p.Relative())
	}
	parts := []string{remark}
	if wrong, ok := p.Worst(); ok && p.Count(gradtest.Wrong) > 0 {
		parts = append(parts, fmt.Sprintf("WRONG, the worst in row %d, column %d: %.9g, but the difference is %.9g",
			wrong.Index[0]+1, wrong.Index[1]+1, wrong.Symbolic, wrong.Numeric))
	}
	if k := p.Count(gradtest.Kink); k > 0 {
		parts = append(parts, fmt.Sprintf("%d at a kink, where an input of ReLU or leaky ReLU is within the steps of 0 and a difference decides nothing", k))
	}
	for _, e := range p.Entries {
		if e.Verdict == gradtest.Undecided {
			parts = append(parts, fmt.Sprintf("undecided: %d of %d, in row %d, column %d because %s",
				p.Count(gradtest.Undecided), n, e.Index[0]+1, e.Index[1]+1, e.Reason))
			break
		}
	}
	if n < p.Total() {
		parts = append(parts, fmt.Sprintf("compared: %d of %d entries, chosen at random", n, p.Total()))
	}
	return strings.Join(parts, "; ")
}

// dropUncheckedValues leaves the values only where there is something to compare
// them with.
func dropUncheckedValues(d *explain.Derivation) {
	for _, lines := range [][]explain.Line{d.Given, d.Forward, d.Raw, d.Backward} {
		for i := range lines {
			if lines[i].Near == nil {
				lines[i].Value = nil
			}
		}
	}
}
