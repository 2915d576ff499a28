package gradtest

import (
	"testing"

	"chainrule/graph"
)

// Check compares the gradient of cost, a node with one entry, with difference
// quotients, with respect to each of the nodes wrt, by the default Settings. It
// fails the test with a report if an entry is wrong or undecided, or if all are
// at a kink, and logs the report if some are.
//
// Inputs that feeds leaves out get normally distributed values, those of integers 0; feeds may be
// nil. Check adds the nodes of the gradient to cost's graph.
func Check(t testing.TB, cost *graph.Node, feeds graph.Feeds, wrt ...*graph.Node) {
	t.Helper()
	Settings{}.Check(t, cost, feeds, wrt...)
}

// Check is the function Check with settings.
func (s Settings) Check(t testing.TB, cost *graph.Node, feeds graph.Feeds, wrt ...*graph.Node) {
	t.Helper()
	report, err := Compare(t.Context(), s, cost, feeds, wrt...)
	if err != nil {
		t.Error(err)
		return
	}
	if err := report.Err(); err != nil {
		t.Errorf("%v\n%v", err, report)
		return
	}
	if report.Count(Kink) > 0 {
		t.Logf("gradtest: entries at a kink were not compared\n%v", report)
	}
}
