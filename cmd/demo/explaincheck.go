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
				l.Near, l.Remark = differences(p.Row, l.Value.Shape()), checkRemark(p.Row)
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
func differences(p gradtest.Row, shape tensor.Shape) *tensor.Dense {
	entries := slices.Repeat([]float64{math.NaN()}, shape.TotalSize())
	for _, e := range p.Entries {
		if e.Verdict == gradtest.Right || e.Verdict == gradtest.Wrong {
			entries[at(e.Index, shape)] = e.Numeric
		}
	}
	return graph.Tensor(entries, shape...)
}

// checkRemark says what the differences decide about a gradient, and what they
// cannot.
func checkRemark(p gradtest.Row) string {
	n := len(p.Entries)
	remark := fmt.Sprintf("central differences: %d of %d agree", p.Count(gradtest.Right), n)
	if p.Count(gradtest.Right)+p.Count(gradtest.Wrong) > 0 {
		remark += fmt.Sprintf(", largest relative error %.1e", p.Relative())
	}
	parts := []string{remark}
	if wrong, ok := p.Worst(); ok && p.Count(gradtest.Wrong) > 0 {
		parts = append(parts, fmt.Sprintf("WRONG, the worst in %s: %.9g, but the difference is %.9g",
			place(wrong.Index), wrong.Symbolic, wrong.Numeric))
	}
	if k := p.Count(gradtest.Kink); k > 0 {
		parts = append(parts, fmt.Sprintf("%d at a kink, where an input of ReLU or leaky ReLU is within the steps of 0, or two entries of a window of each other, and a difference decides nothing", k))
	}
	for _, e := range p.Entries {
		if e.Verdict == gradtest.Undecided {
			parts = append(parts, fmt.Sprintf("undecided: %d of %d, in %s because %s",
				p.Count(gradtest.Undecided), n, place(e.Index), e.Reason))
			break
		}
	}
	if all := p.Shape.TotalSize(); n < all {
		parts = append(parts, fmt.Sprintf("compared: %d of %d entries, chosen at random", n, all))
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
