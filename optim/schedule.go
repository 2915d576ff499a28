package optim

import (
	"cmp"
	"fmt"
	"math"
)

// A Schedule says how a rate goes on during a training: at every step it is the
// rate to begin with times the schedule's factor, which Trainer.SetRate makes the
// rule's without compiling anything. Those of this package are plain values whose
// fields can be written down and read again, [Plateau]'s state among them.
//
// The factor of a step depends on the Position alone, but for a schedule that is
// an [Observer]. Factor returns a finite number of at least 0, or an error that
// names the field that cannot be.
type Schedule interface {
	Factor(p Position) (float64, error)
}

// Position is where in a training a step is.
type Position struct {
	Step  int // steps taken before it, so that the first is 0
	Steps int // of the whole training; 0 if that is not known
}

// An Observer is a schedule that waits for costs, as Plateau does: Observe is told
// each one of the held-out examples, when it is known. Factor is asked after that.
type Observer interface {
	Observe(cost float64) error
}

// Constant leaves the rate as it is: the factor is 1.
type Constant struct{}

// Factor returns 1.
func (Constant) Factor(p Position) (float64, error) { return 1, p.check() }

// Staircase multiplies the rate by Ratio after every so many steps t:
//
//	factor = Ratio^⌊t/Every⌋
//
// as PyTorch's StepLR does.
type Staircase struct {
	Every int     // at least 1; it must be given
	Ratio float64 // above 0; if 0, 0.1
}

// Factor returns that of a step.
func (s Staircase) Factor(p Position) (float64, error) {
	ratio := orDefault(s.Ratio, 0.1)
	if err := cmp.Or(p.check(), atLeast("Staircase.Every", s.Every, 1), aboveZero("Staircase.Ratio", ratio)); err != nil {
		return 0, err
	}
	return finite("Staircase", math.Pow(ratio, float64(p.Step/s.Every)))
}

// Exponential multiplies the rate by Ratio over so many steps t, a little at each:
//
//	factor = Ratio^(t/Every)
//
// With Every 1 it is PyTorch's ExponentialLR.
type Exponential struct {
	Ratio float64 // above 0; it must be given
	Every int     // if 0, 1
}

// Factor returns that of a step.
func (s Exponential) Factor(p Position) (float64, error) {
	if err := cmp.Or(p.check(), atLeast("Exponential.Every", s.Every, 0), aboveZero("Exponential.Ratio", s.Ratio)); err != nil {
		return 0, err
	}
	return finite("Exponential", math.Pow(s.Ratio, float64(p.Step)/float64(max(s.Every, 1))))
}

// Cosine lets the rate fall along half a wave over T steps t, slowly at both ends
// (I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm
// Restarts", ICLR 2017, equation 5, without restarts):
//
//	factor = Least + (1−Least)·(1 + cos(π·t/T))/2,    Least from step T on
type Cosine struct {
	Steps int     // T; if 0, those of the Position
	Least float64 // from 0 to 1
}

// Factor returns that of a step.
func (s Cosine) Factor(p Position) (float64, error) {
	steps, err := p.length("Cosine.Steps", s.Steps)
	if err := cmp.Or(err, between("Cosine.Least", s.Least, 0, 1)); err != nil {
		return 0, err
	}
	return wave(1, s.Least, float64(p.Step)/float64(steps)), nil
}

// OneCycle lets the rate rise and fall once over T steps t (L. N. Smith and
// N. Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large
// Learning Rates", 2018), along half waves as PyTorch's OneCycleLR does: the factor
// is 1/Div at step 0, 1 at step Rise·T − 1, and 1/(Div·FinalDiv) at step T − 1 and
// after. The rate to begin with is thus the largest.
type OneCycle struct {
	Steps    int     // T, at least 2; if 0, those of the Position
	Rise     float64 // share of the steps that rise, above 0 and below 1; if 0, 0.3
	Div      float64 // at least 1; if 0, 25
	FinalDiv float64 // at least 1; if 0, 10,000
}

// Factor returns that of a step.
func (s OneCycle) Factor(p Position) (float64, error) {
	steps, err := p.length("OneCycle.Steps", s.Steps)
	rise, div, final := orDefault(s.Rise, 0.3), orDefault(s.Div, 25), orDefault(s.FinalDiv, 1e4)
	if err := cmp.Or(err, atLeast("OneCycle.Steps", steps, 2), proper("OneCycle.Rise", rise),
		between("OneCycle.Div", div, 1, math.MaxFloat64), between("OneCycle.FinalDiv", final, 1, math.MaxFloat64)); err != nil {
		return 0, err
	}
	t, top, last := float64(p.Step), rise*float64(steps)-1, float64(steps-1)
	if t < top {
		return wave(1/div, 1, t/top), nil
	}
	return wave(1, 1/div/final, (t-top)/(last-top)), nil
}

// Warmup lets the rate grow in equal parts over its first steps t, before another
// schedule goes on as if it began there (P. Goyal et al., "Accurate, Large Minibatch
// SGD: Training ImageNet in 1 Hour", 2017, section 2.2):
//
//	factor = (t+1)/Steps · (first factor of Then)    for t < Steps
type Warmup struct {
	Steps int      // at least 0
	Then  Schedule // if nil, Constant
}

// Factor returns that of a step.
func (s Warmup) Factor(p Position) (float64, error) {
	if err := cmp.Or(p.check(), atLeast("Warmup.Steps", s.Steps, 0)); err != nil {
		return 0, err
	}
	after := Position{Step: max(p.Step-s.Steps, 0), Steps: p.Steps}
	if p.Steps > 0 {
		if after.Steps = p.Steps - s.Steps; after.Steps < 1 {
			return 0, fmt.Errorf("optim: Warmup.Steps: %d given, below the %d steps of the training expected", s.Steps, p.Steps)
		}
	}
	factor := 1.0
	if s.Then != nil {
		var err error
		if factor, err = s.Then.Factor(after); err != nil {
			return 0, err
		}
	}
	if p.Step < s.Steps {
		factor *= float64(p.Step+1) / float64(s.Steps)
	}
	return factor, nil
}

// Observe tells Then the cost, if it is an Observer.
func (s Warmup) Observe(cost float64) error {
	if o, ok := s.Then.(Observer); ok {
		return o.Observe(cost)
	}
	return nil
}

// wave goes from a to b along half a cosine as t goes from 0 to 1, and stays.
func wave(a, b, t float64) float64 {
	if !(t < 1) {
		return b
	}
	return b + (a-b)*(1+math.Cos(math.Pi*t))/2
}
