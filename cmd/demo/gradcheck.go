package main

import (
	"context"
	"fmt"

	"chainrule/cmd/demo/internal/netspec"
)

// maxListed is how many entries of one gradient are listed: all of them, or the
// first, and what is wrong or undecided behind them.
const maxListed = 12

// gradCheck compares gradients with central differences, and returns an error
// if one is wrong.
func (r *textReport) gradCheck(ctx context.Context, spec *netspec.Spec, result *netspec.Result) error {
	checked, err := netspec.CheckGradients(ctx, spec, result)
	if ctx.Err() != nil {
		return errInterrupted
	}
	if err != nil {
		return err
	}
	r.text("Each gradient beside its central difference (cost(θ+h) − cost(θ−h))/2h.")
	var wrong []netspec.Line
	for _, p := range checked {
		r.checkedParam(p)
		if p.Count(netspec.Differs) > 0 {
			wrong = append(wrong, p.Line)
		}
	}
	r.checkNotes(checked)
	if r.err != nil || len(wrong) == 0 {
		return r.err
	}
	return fmt.Errorf("%s: not what the central differences are", lineNames(wrong))
}

// checkedParam writes the table of one gradient.
func (r *textReport) checkedParam(p netspec.CheckedParam) {
	rows := [][]string{{p.Line.String(), "gradient", "difference", ""}}
	for i, e := range p.Entries {
		if i >= maxListed && e.Verdict == netspec.Agrees {
			continue
		}
		rows = append(rows, []string{fmt.Sprintf("[%d,%d]", e.Row, e.Col),
			fmt.Sprintf("%.9g", e.Gradient), fmt.Sprintf("%.9g", e.Difference), verdictText(e.Verdict)})
	}
	r.print("\n")
	r.table(rows)
	if n := len(p.Entries) - len(rows) + 1; n > 0 {
		r.printf("  … and %d that agree\n", n)
	}
}

// verdictText is the remark on an entry.
func verdictText(v netspec.Verdict) string {
	return map[netspec.Verdict]string{
		netspec.Differs:   "wrong",
		netspec.AtKink:    "at a kink",
		netspec.Undecided: "overflow",
	}[v]
}

// checkNotes says what the differences decide, and what they cannot.
func (r *textReport) checkNotes(checked []netspec.CheckedParam) {
	count := map[netspec.Verdict]int{}
	compared, total, largest := 0, 0, 0.0
	var small []netspec.Line
	for _, p := range checked {
		for _, v := range []netspec.Verdict{netspec.Agrees, netspec.Differs, netspec.AtKink, netspec.Undecided} {
			count[v] += p.Count(v)
		}
		compared += len(p.Entries)
		total += p.Total
		largest = max(largest, p.Error)
		if p.Absolute {
			small = append(small, p.Line)
		}
	}
	r.print("\n")
	r.text("%d of %d entries agree; the largest relative error is %.1e.", count[netspec.Agrees], compared, largest)
	if n := count[netspec.Differs]; n > 0 {
		r.text("%s wrong.", counted(n, "entry is"))
	}
	if n := count[netspec.AtKink]; n > 0 {
		r.text("%d at a kink: an input of ReLU or leaky ReLU is within the step of 0, where it has no derivative. "+
			"A central difference then decides nothing, and a right gradient may lie far from it.", n)
	}
	if n := count[netspec.Undecided]; n > 0 {
		r.text("%d undecided: the cost overflows within the step.", n)
	}
	if len(small) > 0 {
		r.text("All entries of %s are below %.3g, the floor of this check. There a difference has few digits or none, "+
			"so that it is compared absolutely: the error is relative to the floor.", lineNames(small), checked[0].Floor)
	}
	if compared < total {
		r.text("Compared: %d of %d entries, evenly chosen, to be quick.", compared, total)
	}
}
