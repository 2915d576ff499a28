package fullbatch

import (
	"math"

	"gonum.org/v1/gonum/optimize"
)

// A wolfe chooses the length t of a step along a direction in which the cost is f(t)
// and its slope g(t). It doubles and halves t until the Wolfe conditions hold:
//
//	f(t) ≤ f(0) + 10⁻⁴·t·g(0)    and    g(t) ≥ 0.9·g(0)
//
// (A. S. Lewis and M. L. Overton, "Nonsmooth optimization via quasi-Newton methods",
// 2013, algorithm 2.6), which asks nothing of a cost that is not finite but that it is
// too high. Near a minimum, where costs differ by their rounding alone, the first
// condition may be that of the slope, g(t) ≤ (2·10⁻⁴ − 1)·g(0), if f(t) is above f(0) by no
// more than rounding (W. W. Hager and H. Zhang, "A new conjugate gradient method with
// guaranteed descent and an efficient line search", 2005, equation 4.1).
type wolfe struct {
	rounding float64 // of costs, as a part of them

	f0, g0, t float64
	low, high float64 // too short, too long
}

const armijo, curvature = 1e-4, 0.9

// Init begins a search where the cost falls: g is negative.
func (w *wolfe) Init(f, g, step float64) optimize.Operation {
	w.f0, w.g0, w.t, w.low, w.high = f, g, step, 0, math.Inf(1)
	return optimize.FuncEvaluation | optimize.GradEvaluation
}

// Iterate is told cost and slope at t, and returns what to do at which t.
func (w *wolfe) Iterate(f, g float64) (optimize.Operation, float64, error) {
	lower := f <= w.f0+armijo*w.t*w.g0
	level := f <= w.f0+w.rounding*math.Abs(w.f0) && g <= (2*armijo-1)*w.g0
	switch {
	case !lower && !level:
		w.high = w.t
	case g < curvature*w.g0:
		w.low = w.t
	default:
		return optimize.MajorIteration, w.t, nil
	}
	next := 2 * w.t
	if !math.IsInf(w.high, 1) {
		next = w.low + (w.high-w.low)/2
	}
	if next == w.low || next == w.high || math.IsInf(next, 1) {
		return optimize.NoOperation, w.t, optimize.ErrLinesearcherFailure
	}
	w.t = next
	return optimize.FuncEvaluation | optimize.GradEvaluation, w.t, nil
}
