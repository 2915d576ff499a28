package optim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// RangeTest takes some steps with a rate that grows from step to step, to find out
// which rates train at all (L. N. Smith, "Cyclical Learning Rates for Training Neural
// Networks", WACV 2017, section 3.3). The rates grow by the same factor, from From at
// the first step to To at the last. The zero RangeTest is ready to use.
type RangeTest struct {
	Rate     string  // name of the rate; if empty, "learning rate"
	From, To float64 // above 0, From below To; if 0, 1e-7 and 10
	Steps    int     // at least 2; if 0, 100
}

// RangePoint is a step of a RangeTest.
type RangePoint struct {
	Rate float64 // of the step
	Cost float64 // of the step's batch, before the step: what the rates before have led to
}

// RangeCurve is what a RangeTest finds.
type RangeCurve struct {
	Points []RangePoint

	// Diverged says that the test ended before its last step, since the cost was
	// above the smallest one by more than four times the first, or the step was
	// refused as not finite.
	Diverged bool

	// Suggested is the rate of the point after which the cost falls most steeply,
	// where costs are means over five neighbouring points (fewer at the ends), up to
	// the smallest of these means. It is 0 if the cost never falls. A mark to begin
	// with, and no more: of a short test on noisy batches it is noisy too.
	Suggested float64
}

// Run takes the steps on what data deal from their first batch on, in as many epochs
// as it takes, and then puts back what the steps have changed: the trained
// parameters, what layers and the rule keep, and the rate. It does so after an error
// too.
func (r RangeTest) Run(ctx context.Context, t *Trainer, data Data) (curve RangeCurve, err error) {
	r.Rate = cmp.Or(r.Rate, learningRate)
	r.From, r.To, r.Steps = orDefault(r.From, 1e-7), orDefault(r.To, 10), cmp.Or(r.Steps, 100)
	if err := cmp.Or(aboveZero("RangeTest.From", r.From), aboveZero("RangeTest.To", r.To), atLeast("RangeTest.Steps", r.Steps, 2)); err != nil {
		return RangeCurve{}, err
	}
	if r.From >= r.To {
		return RangeCurve{}, fmt.Errorf("optim: RangeTest.From: %v given, a number below To, %v, expected", r.From, r.To)
	}
	if ctx == nil || data == nil {
		return RangeCurve{}, errors.New("optim: RangeTest was given no context or no Data")
	}
	rates, err := t.Rates()
	if err != nil {
		return RangeCurve{}, err
	}
	if err := t.SetRate(r.Rate, r.From); err != nil {
		return RangeCurve{}, err
	}
	before := snapshot{}
	defer func() { err = errors.Join(err, before.putBack(), t.SetRate(r.Rate, rates[r.Rate])) }()
	return r.climb(ctx, t, data, before)
}

// climb takes the steps, and keeps what they are about to change.
func (r RangeTest) climb(ctx context.Context, t *Trainer, data Data, before snapshot) (curve RangeCurve, err error) {
	defer func() { curve.Suggested = suggestion(curve.Points) }()
	growth := math.Log(r.To/r.From) / float64(r.Steps-1)
	least := math.Inf(1)
	epoch, b := 0, 0
	for i := range r.Steps {
		if err := ctx.Err(); err != nil {
			return curve, err
		}
		batch, last, err := data.Batch(epoch, b)
		if err != nil {
			return curve, fmt.Errorf("optim: batch %d of epoch %d: %w", b+1, epoch+1, err)
		}
		if b++; last {
			epoch, b = epoch+1, 0
		}
		rate := r.From * math.Exp(growth*float64(i))
		if err := t.SetRate(r.Rate, rate); err != nil {
			return curve, err
		}
		cost, err := t.runKeeping(batch, before)
		if refused := (*graph.NotFinite)(nil); errors.As(err, &refused) {
			curve.Diverged = true
			return curve, nil
		}
		if err != nil {
			return curve, fmt.Errorf("step %d: %w", i+1, err)
		}
		curve.Points = append(curve.Points, RangePoint{Rate: rate, Cost: cost})
		least = min(least, cost)
		if i+1 < r.Steps && cost-least > 4*math.Abs(curve.Points[0].Cost) {
			curve.Diverged = true
			return curve, nil
		}
	}
	return curve, nil
}

// runKeeping takes a step, unless it is not finite, after what the step will change
// was added to the snapshot.
func (t *Trainer) runKeeping(batch Batch, before snapshot) (float64, error) {
	if err := t.begin(); err != nil {
		return 0, err
	}
	defer t.end()
	p, err := t.program(batch, true, true)
	if err != nil {
		return 0, err
	}
	before.keep(p.changes)
	return p.run()
}

// suggestion is RangeCurve.Suggested.
func suggestion(points []RangePoint) (rate float64) {
	means := make([]float64, len(points))
	for i := range points {
		near := points[max(i-2, 0):min(i+3, len(points))]
		for _, p := range near {
			means[i] += p.Cost / float64(len(near))
		}
	}
	if len(means) == 0 {
		return 0
	}
	steepest := 0.0
	for i := range slices.Index(means, slices.Min(means)) {
		if d := means[i+1] - means[i]; d < steepest {
			rate, steepest = points[i].Rate, d
		}
	}
	return rate
}

// A snapshot holds values of parameters.
type snapshot map[*graph.Param]*tensor.Dense

// keep adds the values of parameters that are not there.
func (s snapshot) keep(params []*graph.Param) {
	for _, p := range params {
		if _, ok := s[p]; !ok {
			s[p] = p.Value()
		}
	}
}

// putBack gives all parameters their values.
func (s snapshot) putBack() error {
	for p, v := range s {
		if err := p.Set(v); err != nil {
			return err
		}
	}
	return nil
}
