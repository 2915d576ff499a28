package losses

import (
	"math"

	"chainrule/graph"
)

// Huber returns the squared error of small differences d = a − y, halved, and the absolute
// error of large ones, so that a few targets that are far off do not rule the fit:
//
//	½·d² where |d| ≤ δ, else δ·(|d| − ½·δ)
//
// summed over the outputs, averaged over the examples. Both have shape (n_y, m); a y that is
// NaN or infinite is an error, see [graph.Require]. The number delta, δ, is in the unit of y
// and above 0; 0 is 1. The gradient with respect to a is d/m, cut at ±δ/m.
//
// From P. J. Huber, "Robust estimation of a location parameter", Annals of Mathematical
// Statistics 35, 1964, section 4.
func Huber(a, y *graph.Node, delta float64) *graph.Node { return With{}.Huber(a, y, delta) }

// Huber is the function Huber.
func (w With) Huber(a, y *graph.Node, delta float64) *graph.Node {
	const op = "Huber"
	if delta == 0 {
		delta = 1
	}
	if !(delta > 0) || math.IsInf(delta, 1) {
		return graph.Fail(graph.Errorf(op, "delta %v given, a finite number above 0 expected, or 0 for 1", delta), a, y)
	}
	return w.ofDifference(op, a, y, func(d *graph.Node) *graph.Node {
		far := graph.Abs(d)
		return graph.Where(graph.Greater(far, d.Graph().Const(delta)), far.Plus(-0.5*delta).Times(delta), graph.Square(d).Times(0.5))
	})
}
