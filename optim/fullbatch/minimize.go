package fullbatch

import (
	"context"
	"errors"
	"fmt"
	"math"

	"chainrule/optim"
	"gonum.org/v1/gonum/optimize"
)

// Settings say how to minimise. The zero Settings are ready to use.
type Settings struct {
	Method Method

	// Gradient ends the search: no entry of the gradient is larger in magnitude.
	// If 0, 1e-6. In float32, where costs are known to some 1e-7 of their size, a search
	// often ends sooner for want of a lower cost.
	Gradient float64

	// Iterations is the most steps to take; if 0, 1000.
	Iterations int

	// Memory is how many steps LBFGS looks back on; if 0, 15.
	Memory int

	// OnStep, which may be nil, is called after each step. An error ends the search,
	// optim.ErrStop without one. It may not use the Trainer.
	OnStep func(Progress) error
}

// Progress is what Minimize reports after a step.
type Progress struct {
	Step     int     // from 1
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
	r := &recorder{ctx: ctx, f: f, onStep: s.OnStep}
	reason := ""
	if !(f.largest() <= s.Gradient) {
		reason, err = search(f, r, s, start)
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

// search has gonum look for the minimum, and returns why it ended.
func search(f *function, r *recorder, s Settings, start []float64) (reason string, err error) {
	problem := optimize.Problem{Func: f.value, Grad: f.gradient}
	if s.Method == Newton {
		problem.Hess = f.hessian
	}
	found, err := optimize.Minimize(problem, start, &optimize.Settings{GradientThreshold: math.Nextafter(s.Gradient, math.Inf(1)),
		Converger: optimize.NeverTerminate{}, MajorIterations: s.Iterations + 1, Recorder: r}, s.gonum())
	switch {
	case errors.Is(r.err, optim.ErrStop):
		return "OnStep ended it", nil
	case r.err != nil:
		return "", r.err
	case err != nil: // of the line search
		return "no lower cost was found: " + err.Error(), nil
	case found.Status == optimize.IterationLimit:
		return fmt.Sprintf("Iterations, %d, is reached", s.Iterations), nil
	}
	return found.Status.String(), nil
}

// A recorder ends the search when it has to.
type recorder struct {
	ctx    context.Context
	f      *function
	onStep func(Progress) error
	begun  bool
	steps  int
	err    error
}

func (r *recorder) Init() error { return nil }

// Record is called by gonum between evaluations and steps, the first of which is
// where it starts.
func (r *recorder) Record(at *optimize.Location, op optimize.Operation, _ *optimize.Stats) error {
	if r.err != nil {
		return r.err
	}
	if r.err = r.ctx.Err(); r.err == nil {
		r.err = r.f.err
	}
	if r.err != nil || op != optimize.MajorIteration {
		return r.err
	}
	if !r.begun {
		r.begun = true
		return nil
	}
	r.steps++
	if r.onStep != nil {
		r.err = r.onStep(Progress{Step: r.steps, Cost: at.F, Gradient: largest(at.Gradient)})
	}
	return r.err
}
