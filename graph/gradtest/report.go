package gradtest

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"text/tabwriter"

	"gorgonia.org/tensor"
)

// ErrNotVerified is the error of a report in which no entry was compared
// because all are at a kink.
var ErrNotVerified = errors.New("gradtest: nothing was verified: every entry is at a kink")

// A Report is the result of a check.
type Report struct {
	// Rows are in the order of the nodes, order of derivatives by order. In a
	// float32 graph each node has two.
	Rows []Row
}

// A Row is the result for one node.
type Row struct {
	Name  string // the node's name, or its symbol in formulas
	Shape tensor.Shape
	Order int // of the derivative

	// Float32 tells that the row compares the gradient in float32 with the one
	// in float64, not the latter with differences.
	Float32 bool

	Entries int // that were looked at
	Kinks   int // of these, how many are at a kink and were not compared

	Error     float64 // max|symbolic − numeric|, relative; +Inf if an entry is not finite
	Tolerance float64 // bound on Error
	Absolute  bool    // Error is relative to Settings.Floor: all entries are smaller
	Worst     Entry   // with the largest difference, or the first that is not finite
}

// An Entry is an entry of a gradient.
type Entry struct {
	Index    []int // nil if no entry was compared
	Symbolic float64
	Numeric  float64 // in a row with Float32 the gradient in float64
}

// Verified reports whether at least one entry was compared and all that were
// agree.
func (r Row) Verified() bool { return r.Err() == nil && r.Kinks < r.Entries }

// Err returns what is wrong with the gradient, or nil. Entries at a kink are
// not wrong, even if no others are left; see Verified.
func (r Row) Err() error {
	if r.Error <= r.Tolerance {
		return nil
	}
	what := fmt.Sprintf("relative error %.3g, at most %.3g allowed", r.Error, r.Tolerance)
	numeric := "the difference quotient"
	if r.Float32 {
		numeric = "the gradient in float64"
	}
	switch {
	case !isFinite(r.Worst.Symbolic):
		what = "the symbolic gradient is not finite"
	case !isFinite(r.Worst.Numeric):
		what = numeric + " is not finite"
	}
	return fmt.Errorf("gradtest: derivative of order %d with respect to %s %s, entry %s: %s: symbolic %v, %s %v",
		r.Order, r.Name, tuple(r.Shape), tuple(r.Worst.Index), what, r.Worst.Symbolic, numeric, r.Worst.Numeric)
}

// Err returns all that is wrong, ErrNotVerified if nothing was compared, or nil.
func (r Report) Err() error {
	var all []error
	verified := false
	for _, row := range r.Rows {
		if err := row.Err(); err != nil {
			all = append(all, err)
		}
		verified = verified || !row.Float32 && row.Verified()
	}
	if len(all) == 0 && !verified {
		return ErrNotVerified
	}
	return errors.Join(all...)
}

// Kinks returns how many entries were not compared, over all rows.
func (r Report) Kinks() int {
	total := 0
	for _, row := range r.Rows {
		total += row.Kinks
	}
	return total
}

// String returns the report as a table.
func (r Report) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "order\tnode\tshape\tcompared with\tentries\tkinks\terror\tallowed\tworst\tsymbolic\tnumeric\tresult")
	for _, row := range r.Rows {
		against := "differences"
		if row.Float32 {
			against = "float32 with 64"
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%d\t%d\t", row.Order, row.Name, tuple(row.Shape), against, row.Entries, row.Kinks)
		if row.Worst.Index == nil {
			fmt.Fprint(w, "–\t–\t–\t–\t–\t")
		} else {
			kind := ""
			if row.Absolute {
				kind = " (floor)"
			}
			fmt.Fprintf(w, "%.2g%s\t%.2g\t%s\t%.9g\t%.9g\t", row.Error, kind, row.Tolerance,
				tuple(row.Worst.Index), row.Worst.Symbolic, row.Worst.Numeric)
		}
		fmt.Fprintln(w, row.result())
	}
	w.Flush()
	return b.String()
}

func (r Row) result() string {
	switch {
	case r.Err() != nil:
		return "WRONG"
	case r.Kinks == r.Entries:
		return "NOT VERIFIED, only kinks"
	case r.Kinks > 0:
		return "ok but for kinks"
	}
	return "ok"
}

// tuple writes sizes or an index as in (2,3).
func tuple(v []int) string {
	return "(" + strings.ReplaceAll(strings.Trim(fmt.Sprint(v), "[]"), " ", ",") + ")"
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
