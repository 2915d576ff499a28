package gradtest

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"text/tabwriter"

	"gorgonia.org/tensor"
)

// The errors of a report in which nothing is wrong and something is missing.
var (
	// ErrNotVerified says that every entry is at a kink.
	ErrNotVerified = errors.New("gradtest: nothing was verified: every entry is at a kink")
	// ErrUndecided says that the differences do not tell of some entries
	// whether they are right.
	ErrUndecided = errors.New("gradtest: undecided")
)

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

	Entries []Entry // that were looked at, in the order of the node's
	Scale   float64 // the largest entry of either gradient, or the floor of a row with Float32
}

// An Entry is an entry of a gradient.
type Entry struct {
	Index    []int
	Symbolic float64
	Numeric  float64 // NaN if there is none; in a row with Float32 the gradient in float64
	Error    float64 // estimated, of Numeric; in a row with Float32 what is allowed
	Verdict  Verdict
	Reason   string // why it is Undecided
}

// Gap returns |symbolic − numeric|.
func (e Entry) Gap() float64 { return math.Abs(e.Symbolic - e.Numeric) }

// Count returns how many entries have a verdict.
func (r Row) Count(v Verdict) int {
	n := 0
	for _, e := range r.Entries {
		if e.Verdict == v {
			n++
		}
	}
	return n
}

// Relative returns the gap of the worst entry by the row's scale: 0 if there is
// none, +Inf if it is not finite.
func (r Row) Relative() float64 {
	e, _ := r.Worst()
	switch gap := e.Gap(); {
	case gap == 0:
		return 0
	case !isFinite(gap):
		return math.Inf(1)
	default:
		return gap / r.Scale
	}
}

// Worst returns the entry with the largest gap, of those that are wrong or, if
// none is, of those that are right. It reports false if there are neither.
func (r Row) Worst() (worst Entry, ok bool) {
	among := Right
	if r.Count(Wrong) > 0 {
		among = Wrong
	}
	for _, e := range r.Entries {
		if e.Verdict == among && (!ok || e.Gap() > worst.Gap() || !isFinite(e.Gap())) {
			worst, ok = e, true
		}
	}
	return worst, ok
}

// Verified reports whether at least one entry is right and all others are right
// or at a kink.
func (r Row) Verified() bool {
	return r.Count(Right) > 0 && r.Count(Wrong)+r.Count(Undecided) == 0
}

// Err returns what is wrong with the gradient or undecided, or nil. Entries at a
// kink are neither, even if no others are left; see Verified.
func (r Row) Err() error {
	if r.Count(Wrong) > 0 {
		return r.wrong()
	}
	for _, e := range r.Entries {
		if e.Verdict == Undecided {
			return fmt.Errorf("%w: %d of %d entries of the %s; entry %s: %s: symbolic %v", ErrUndecided,
				r.Count(Undecided), len(r.Entries), r.what(), tuple(e.Index), e.Reason, e.Symbolic)
		}
	}
	return nil
}

func (r Row) what() string {
	return fmt.Sprintf("derivative of order %d with respect to %s %s", r.Order, r.Name, tuple(r.Shape))
}

// wrong describes the worst of the wrong entries.
func (r Row) wrong() error {
	e, _ := r.Worst()
	what := fmt.Sprintf("relative error %.3g, where differences are sure to %.1g", r.Relative(), e.Error/r.Scale)
	numeric := "the difference quotient"
	if r.Float32 {
		what = fmt.Sprintf("relative error %.3g, at most %.3g allowed", r.Relative(), e.Error/r.Scale)
		numeric = "the gradient in float64"
	}
	if !isFinite(e.Symbolic) {
		what = "the symbolic gradient is not finite"
	}
	return fmt.Errorf("gradtest: %s, entry %s: %s: symbolic %v, %s %v", r.what(), tuple(e.Index), what, e.Symbolic, numeric, e.Numeric)
}

// Err returns all that is wrong or undecided, ErrNotVerified if nothing is right
// because all entries are at a kink, or nil. If nothing is wrong, errors.Is tells
// ErrUndecided.
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

// Count returns how many entries have a verdict, over all rows.
func (r Report) Count(v Verdict) int {
	total := 0
	for _, row := range r.Rows {
		total += row.Count(v)
	}
	return total
}

// String returns the report as a table.
func (r Report) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "order\tnode\tshape\tcompared with\tentries\tkinks\tundecided\terror\tworst\tsymbolic\tnumeric\testimated error\tresult")
	for _, row := range r.Rows {
		against := "differences"
		if row.Float32 {
			against = "float32 with 64"
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%d\t%d\t%d\t", row.Order, row.Name, tuple(row.Shape), against, len(row.Entries),
			row.Count(Kink), row.Count(Undecided))
		if e, ok := row.Worst(); ok {
			fmt.Fprintf(w, "%.2g\t%s\t%.9g\t%.9g\t%.2g\t", row.Relative(), tuple(e.Index), e.Symbolic, e.Numeric, e.Error)
		} else {
			fmt.Fprint(w, "–\t–\t–\t–\t–\t")
		}
		fmt.Fprintln(w, row.result())
	}
	w.Flush()
	return b.String()
}

func (r Row) result() string {
	switch {
	case r.Count(Wrong) > 0:
		return "WRONG"
	case r.Count(Undecided) > 0:
		return "UNDECIDED"
	case r.Count(Kink) == len(r.Entries):
		return "NOT VERIFIED, only kinks"
	case r.Count(Kink) > 0:
		return "ok but for kinks"
	}
	return "ok"
}

// tuple writes sizes or an index as in (2,3).
func tuple(v []int) string {
	return "(" + strings.ReplaceAll(strings.Trim(fmt.Sprint(v), "[]"), " ", ",") + ")"
}

// unravel returns the index of entry e of a row-major array.
func unravel(e int, shape []int) []int {
	index := make([]int, len(shape))
	for axis := len(shape) - 1; axis >= 0; axis-- {
		index[axis] = e % shape[axis]
		e /= shape[axis]
	}
	return index
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
