// Package gradtest checks gradients: what graph.Grad makes of the operations'
// rules against difference quotients of the cost. It works for the built-in
// operations and for one's own, and for any nodes: inputs, parameters and
// interior nodes. It is the only place that takes differences: commands and
// lessons show its entries.
//
// One line in a test is enough:
//
//	gradtest.Check(t, cost, feeds, w, b)
//
// # How an entry is decided
//
// The symbolic gradient is evaluated at the feeds and at the parameters' present
// values. The numeric one is found for every entry by itself, from central
// differences of many steps, each a quarter of the last, and Richardson's
// extrapolation among them (Ridders, Accurate computation of F′(x) and
// F′(x)F″(x), 1982). How far the extrapolations lie apart, and how much rounding
// can move the cost, give an estimated error. To it comes, where an entry seems not to
// be right, how far rounding moves the gradient itself, which is far where it is the
// difference of numbers next to each other. This decides:
//
//   - Right: the two are as near as the error, which is at most 1e-5 of the
//     largest entry of the gradient, so that an error of 1e-4 could not hide;
//   - Wrong: they lie several errors apart, with a second set of steps too;
//   - Kink: no step is small enough to stay on one side of a kink;
//   - Undecided, with the reason: the steps leave the function's domain or
//     overflow, or the differences are too coarse to tell.
//
// A report with an undecided entry is not a success: Report.Err says how many
// there are. See docs/adr/0011-differences-decide-by-their-error.md.
//
// Everything is computed in float64, whatever the dtype of the graph, from the
// same feeds, constants and parameters. The gradient of a float32 graph is then
// computed in float32 as well and compared with the one in float64: differences
// in float32 would be too coarse to tell a right gradient from a wrong one.
//
// # Kinks
//
// Where a cost has no derivative, as ReLU at exactly 0, differences say nothing
// about a gradient. Steps that take the Op.Kink of some operation between node
// and cost to zero, across zero or away from it are not used. An entry for which
// no others are left is at a kink: it is counted and not compared. A report in
// which nothing is left to compare is an error, ErrNotVerified.
//
// # Where things are
//
// compare.go evaluates the graph, variation.go the cost as a function of one
// entry, estimate.go differentiates a function of one number, rounding.go
// measures what rounding makes of a gradient, verdict.go decides, report.go tells. The package imports graph alone, and uses none of
// its rules but through graph.Grad, so that what it says is independent of them.
package gradtest
