package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/cmd/demo/internal/netspec"
	"chainrule/graph/explain"
	"gorgonia.org/tensor"
)

// addCheck puts the central differences of the cost beside the gradients of
// the parameters. What is wrong is returned.
func addCheck(ctx context.Context, d *explain.Derivation, values *netspec.Spec) (wrong, err error) {
	checked, err := netspec.CheckGradients(ctx, values, gradientsOf(d, values.Layers()))
	if ctx.Err() != nil {
		return nil, errInterrupted
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
		if p.Count(netspec.Differs) > 0 {
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
		if e.Verdict == netspec.Agrees || e.Verdict == netspec.Differs {
			entries[(e.Row-1)*shape[1]+e.Col-1] = e.Difference
		}
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(entries))
}

// checkRemark says what the differences decide about a gradient, and what they
// cannot.
func checkRemark(p netspec.CheckedParam) string {
	n := len(p.Entries)
	remark := fmt.Sprintf("central differences: %d of %d agree", p.Count(netspec.Agrees), n)
	if p.Count(netspec.Agrees)+p.Count(netspec.Differs) > 0 {
		error := fmt.Sprintf("largest relative error %.1e", p.Error)
		if p.Absolute {
			error = fmt.Sprintf("largest error %.1e, absolute because all entries are below %.3g", p.Error*p.Relative, p.Floor)
		}
		remark += ", " + error
	}
	parts := []string{remark}
	if wrong := worstEntry(p); wrong != nil {
		parts = append(parts, fmt.Sprintf("WRONG, the worst in row %d, column %d: %.9g, but the difference is %.9g",
			wrong.Row, wrong.Col, wrong.Gradient, wrong.Difference))
	}
	if k := p.Count(netspec.AtKink); k > 0 {
		parts = append(parts, fmt.Sprintf("%d at a kink, where an input of ReLU or leaky ReLU is within the step of 0 and a difference decides nothing", k))
	}
	if k := p.Count(netspec.Undecided); k > 0 {
		parts = append(parts, fmt.Sprintf("%d undecided, as the cost overflows within the step", k))
	}
	if n < p.Total {
		parts = append(parts, fmt.Sprintf("compared: %d of %d entries, evenly chosen", n, p.Total))
	}
	return strings.Join(parts, "; ")
}

// worstEntry returns the wrong entry with the largest gap, nil if none is wrong.
func worstEntry(p netspec.CheckedParam) *netspec.CheckedEntry {
	var worst *netspec.CheckedEntry
	gap := func(e *netspec.CheckedEntry) float64 { return math.Abs(e.Gradient - e.Difference) }
	for i := range p.Entries {
		e := &p.Entries[i]
		if e.Verdict == netspec.Differs && (worst == nil || gap(e) > gap(worst)) {
			worst = e
		}
	}
	return worst
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
