// Package gradtest checks gradients: what graph.Grad makes of the operations'
// rules against central differences of the cost. It works for the built-in
// operations and for one's own, and for any nodes: inputs, parameters and
// interior nodes.
//
// One line in a test is enough:
//
//	gradtest.Check(t, cost, feeds, w, b)
//
// # What is compared
//
// The symbolic gradient is evaluated at the feeds and at the parameters' present
// values. The numeric one is (cost(x+h) − cost(x−h))/2h for every entry x. Both
// are computed in float64, whatever the dtype of the graph, from the same feeds,
// constants and parameters. The gradient of a float32 graph is then computed in
// float32 as well and compared with the one in float64: differences in float32
// would be too coarse to tell a right gradient from a wrong one.
//
// The error is max|symbolic − numeric| over the entries of a node, relative to
// the largest entry of either, or to Settings.Floor if that is larger: a
// difference quotient has rounding errors of its own, below which nothing can be
// told relatively.
//
// # Kinks
//
// Where a cost has no derivative, as ReLU at exactly 0, differences say nothing
// about a gradient. An entry of a node is at a kink if moving it by ±h takes the
// Op.Kink of some operation between node and cost to zero, across zero or away
// from it. Such entries are counted and not compared. A report in which nothing
// is left to compare is an error, ErrNotVerified.
package gradtest

import (
	"testing"

	"chainrule/graph"
)

// Check compares the gradient of cost, a node with one entry, with central
// differences, with respect to each of the nodes wrt, by the default Settings.
// It fails the test with a report if they disagree, and logs the report if
// entries were left out because they are at a kink.
//
// Inputs that feeds leaves out get normally distributed values; feeds may be
// nil. Check adds the nodes of the gradient to cost's graph.
func Check(t testing.TB, cost *graph.Node, feeds graph.Feeds, wrt ...*graph.Node) {
	t.Helper()
	Settings{}.Check(t, cost, feeds, wrt...)
}

// Check is the function Check with settings.
func (s Settings) Check(t testing.TB, cost *graph.Node, feeds graph.Feeds, wrt ...*graph.Node) {
	t.Helper()
	report, err := Compare(s, cost, feeds, wrt...)
	if err != nil {
		t.Error(err)
		return
	}
	if err := report.Err(); err != nil {
		t.Errorf("%v\n%v", err, report)
		return
	}
	if report.Kinks() > 0 {
		t.Logf("gradtest: entries at a kink were not compared\n%v", report)
	}
}
