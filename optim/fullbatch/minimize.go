package fullbatch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"chainrule/optim"
	"gonum.org/v1/gonum/optimize"
)

// Settings say how to minimise. The zero Settings are ready to use.
type Settings struct {
	Method Method

	// Gradient ends the search: no entry of the gradient is larger in magnitude.
	// If 0, 1e-6. In float32, where costs are known to some 1e-7 of their size, a search
	// may end sooner for want of a lower cost.
	Gradient float64

	// Iterations is the most steps to take; if 0, 1000.
	Iterations int

	// Memory is how many steps LBFGS looks back on; if 0, 15.
	Memory int

	// OnStep, which may be nil, is called after each step, when the parameters are where
	// it led. An error ends the search, optim.ErrStop without one. It may have the
	// Trainer evaluate, but not change the parameters.
	OnStep func(Progress) error
}

// Progress is what Minimize reports after a step.
type Progress struct {
	Step     int     // from 1
	Before   float64 // cost before the step
	Cost     float64 // after the step
	Gradient float64 // largest magnitude of an entry, after the step
}

// Result is where a search ended.
type Result struct {
	Cost        float64
	Gradient    float64 // largest magnitude of an entry
	Steps       int
	Evaluations int // of cost and gradient

	// Converged says that Gradient is as small as asked for. If not, Reason says
	// why the search ended.
	Converged bool
	Reason    string
}

// Minimize changes the Trainer's Params so that its Cost of a batch becomes small. Its
// Rule is not asked and may be nil, and rule state does not change. The parameters end
// at the lowest cost found, also when the context is done or there is another error.
// That no lower cost is found, or Iterations is reached, is no error: see
// Result.Converged.
//
// The cost is that of a graph built for training, and must be the same whenever it is
// computed: one that assigns parameters, as dropout assigns its seed and
// normalisation its running means, is an error. Where it is not finite it counts as
// infinitely high, but for the parameters to begin with, where that is an error.
func Minimize(ctx context.Context, t *optim.Trainer, batch optim.Batch, s Settings) (result Result, err error) {
	s, err = s.checked()
	if err != nil {
		return Result{}, err
	}
	if ctx == nil {
		return Result{}, errors.New("fullbatch: Minimize was given no context")
	}
	f, err := newFunction(t, batch, s.Method)
	if err != nil {
		return Result{}, err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	start := f.flat.CopyOut(nil)
	if f.move(start); f.err != nil {
		return Result{}, f.err
	}
	r := &recorder{Settings: s, ctx: ctx, f: f}
	reason := ""
	if !(f.largest() <= s.Gradient) {
		reason, err = r.search(start)
	}
	if again := f.finish(); err == nil {
		err = again
	}
	result = Result{Cost: f.cost, Gradient: f.largest(), Steps: r.steps, Evaluations: f.evaluations}
	if result.Converged = result.Gradient <= s.Gradient; !result.Converged {
		result.Reason = reason
	}
	return result, err
}

// checked returns the settings with their defaults.
func (s Settings) checked() (Settings, error) {
	switch {
	case s.Method != LBFGS && s.Method != Newton:
		return s, fmt.Errorf("fullbatch: Settings.Method: %d given, LBFGS or Newton expected", int(s.Method))
	case !(s.Gradient >= 0) || math.IsInf(s.Gradient, 1):
		return s, fmt.Errorf("fullbatch: Settings.Gradient: %v given, a number above 0 expected, or 0 for 1e-6", s.Gradient)
	case s.Iterations < 0:
		return s, fmt.Errorf("fullbatch: Settings.Iterations: %d given, at least 1 expected, or 0 for 1000", s.Iterations)
	case s.Memory < 0:
		return s, fmt.Errorf("fullbatch: Settings.Memory: %d given, at least 1 expected, or 0 for 15", s.Memory)
	}
	if s.Gradient == 0 {
		s.Gradient = 1e-6
	}
	if s.Iterations == 0 {
		s.Iterations = 1000
	}
	return s, nil
}

// A recorder ends the search when it has to.
type recorder struct {
	Settings
	ctx   context.Context
	f     *function
	begun bool
	cost  float64 // after the last step
	steps int
	err   error
}

var (
	errConverged = errors.New("the gradient is as small as asked for")
	errLast      = errors.New("no more steps")
)

// search has gonum look for the minimum, and returns why it ended.
func (r *recorder) search(start []float64) (reason string, err error) {
	problem := optimize.Problem{Func: r.f.value, Grad: r.f.gradient}
	if r.Method == Newton {
		problem.Hess = r.f.hessian
	}
	_, err = optimize.Minimize(problem, start, &optimize.Settings{Converger: optimize.NeverTerminate{}, Recorder: r},
		r.Method.gonum(r.Memory, &wolfe{rounding: r.f.rounding()}))
	switch {
	case r.err == errConverged:
		return "", nil
	case r.err == errLast:
		return fmt.Sprintf("Iterations, %d, is reached", r.Iterations), nil
	case errors.Is(r.err, optim.ErrStop):
		return "OnStep ended it", nil
	case r.err != nil:
		return "", r.err
	case err != nil: // of the line search
		return "no lower cost was found: " + err.Error(), nil
	}
	return "no lower cost was found", nil
}

func (r *recorder) Init() error { return nil }

// Record is called by gonum between evaluations, and after steps, the first of
// which is where it starts.
func (r *recorder) Record(at *optimize.Location, op optimize.Operation, _ *optimize.Stats) error {
	if r.err != nil {
		return r.err
	}
	if r.err = cmp.Or(r.ctx.Err(), r.f.err); r.err != nil || op != optimize.MajorIteration {
		return r.err
	}
	before := r.cost
	r.cost = at.F
	if !r.begun {
		r.begun = true
		return nil
	}
	r.steps++
	gradient := largest(at.Gradient)
	if r.OnStep != nil {
		r.err = r.OnStep(Progress{Step: r.steps, Before: before, Cost: at.F, Gradient: gradient})
	}
	switch {
	case r.err != nil:
	case gradient <= r.Gradient:
		r.err = errConverged
		r.f.best = slices.Clone(at.X) // which may be higher than others by its rounding
	case r.steps == r.Iterations:
		r.err = errLast
	}
	return r.err
}
