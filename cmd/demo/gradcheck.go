package main

import (
	"context"
	"fmt"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/netspec"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/graph/gradtest"
	"chainrule/internal/words"
)

// maxListed is how many entries of one gradient are listed: all of them, or the
// first, and what is wrong or undecided behind them.
const maxListed = 12

// gradCheck compares gradients with differences of the cost, and returns an
// error if one is wrong.
func (r *textReport) gradCheck(ctx context.Context, spec *netspec.Spec, result *netspec.Result) error {
	checked, err := netspec.CheckGradients(ctx, spec, result)
	if ctx.Err() != nil {
		return cli.ErrInterrupted
	}
	if err != nil {
		return err
	}
	r.Text("Each gradient beside its central difference (cost(θ+h) − cost(θ−h))/2h, extrapolated to h = 0, and the estimated error of that.")
	var wrong []netspec.Line
	for _, p := range checked {
		r.checkedParam(p)
		if p.Count(gradtest.Wrong) > 0 {
			wrong = append(wrong, p.Line)
		}
	}
	r.checkNotes(checked)
	if r.Err != nil || len(wrong) == 0 {
		return r.Err
	}
	return fmt.Errorf("%s: not what the central differences are", lineNames(wrong))
}

// checkedParam writes the table of one gradient.
func (r *textReport) checkedParam(p netspec.CheckedParam) {
	rows := checkedRows(p, 9)
	if terminal.TableWidth(rows) > r.Width {
		rows = checkedRows(p, 5)
	}
	r.Print("\n")
	r.Table(rows)
	if n := len(p.Entries) - len(rows) + 1; n > 0 {
		r.Printf("  … and %d that agree\n", n)
	}
}

// checkedRows returns the table of one gradient, with so many digits.
func checkedRows(p netspec.CheckedParam, digits int) [][]string {
	rows := [][]string{{p.Line.String(), "gradient", "difference", "±", ""}}
	for i, e := range p.Entries {
		if i >= maxListed && e.Verdict == gradtest.Right {
			continue
		}
		remark := e.Verdict.String()
		if e.Verdict == gradtest.Right {
			remark = ""
		}
		rows = append(rows, []string{fmt.Sprintf("[%d,%d]", e.Index[0]+1, e.Index[1]+1),
			fmt.Sprintf("%.*g", digits, e.Symbolic), fmt.Sprintf("%.*g", digits, e.Numeric), fmt.Sprintf("%.0e", e.Error), remark})
	}
	return rows
}

// checkNotes says what the differences decide, and what they cannot.
func (r *textReport) checkNotes(checked []netspec.CheckedParam) {
	count := map[gradtest.Verdict]int{}
	compared, total, largest, undecided := 0, 0, 0.0, ""
	for _, p := range checked {
		for _, e := range p.Entries {
			if count[e.Verdict]++; e.Verdict == gradtest.Undecided && undecided == "" {
				undecided = fmt.Sprintf("%v[%d,%d]: %s", p.Line, e.Index[0]+1, e.Index[1]+1, e.Reason)
			}
		}
		compared += len(p.Entries)
		total += p.Total()
		largest = max(largest, p.Relative())
	}
	r.Print("\n")
	r.Text("%d of %d entries agree; the largest relative error is %.1e.", count[gradtest.Right], compared, largest)
	if n := count[gradtest.Wrong]; n > 0 {
		verb := "are"
		if n == 1 {
			verb = "is"
		}
		r.Text("%s %s wrong.", words.Count(n, "entry"), verb)
	}
	if n := count[gradtest.Kink]; n > 0 {
		r.Text("%d at a kink: an input of ReLU or leaky ReLU is within the steps of 0, where it has no derivative. "+
			"A central difference then decides nothing, and a right gradient may lie far from it.", n)
	}
	if n := count[gradtest.Undecided]; n > 0 {
		r.Text("Undecided: %d of %d entries. The first is %s.", n, compared, undecided)
	}
	if compared < total {
		r.Text("Compared: %d of %d entries, chosen at random, to be quick.", compared, total)
	}
}
