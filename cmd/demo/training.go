package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"chainrule/cmd/demo/internal/terminal"
	"chainrule/graph"
	"chainrule/internal/words"
	"chainrule/optim"
	"chainrule/optim/experiment"
	"chainrule/optim/fullbatch"
)

// maxCost is the cost from which a training has diverged. A logit of a billion
// is no probability that anyone means.
const maxCost = 1e9

// A training is what became of training a problem.
type training struct {
	steps   int           // updates made, those before a --resume too
	before  int           // of these before it
	elapsed time.Duration // of the training loop since, without compilation if there were two steps, and without reports
	perStep time.Duration // of the steps after the first, which compiles; 0 if there were none
	first   float64       // cost on the examples trained on, before the first update
	cost    float64       // after the last update, or the one that shows a divergence
	history optim.History // of a training that is told of by epochs, or saved
	folds   []experiment.Score
	trained experiment.Score  // on the examples trained on, after the last update
	held    *experiment.Score // on those held out; nil if there are none

	profile *graph.Profile // of the steps, if it was asked for and there were any

	minimum *fullbatch.Result // of a rule that looks at all examples, when it ended

	saved string // file of the model, if there is one

	interrupted bool
	early       bool             // ended by --patience
	diverged    bool             // the cost became NaN or larger than maxCost, or a step was refused
	refused     *graph.NotFinite // why a step was refused, if one was
	lastStep    int              // the step whose cost is cost, steps but for a divergence
}

// errDiverged ends the loop.
var errDiverged = errors.New("diverged")

// fit makes the updates that the problem's config asks for, or fewer if ctx
// is done or the cost diverges. It calls onCost after each number of updates
// from 0 on with the cost after them, in order, and onRecord after epochs that are
// measured. It writes the file of the model.
func (p *problem) fit(ctx context.Context, onCost func(step int, cost float64), onRecord func(optim.Record)) (training, error) {
	var t training
	fit, err := p.Training()
	if err != nil {
		return t, err
	}
	trainer := fit.Trainer
	trainer.Profile = p.profile
	defer fit.Close()
	begin := fit.State().Step // of what is resumed
	t.steps, t.before = begin, begin
	initial, err := p.Score(p.Train) // not the cost of the first step, which may be of a batch
	if err != nil {
		return t, err
	}
	t.first = initial.Cost
	var reports time.Duration // what onCost took, of which a person may have taken most
	start := time.Now()
	compiled := start // when the first step was done, which compiles
	onStep := func(s optim.Progress) error {
		t.steps = s.Step
		if s.Step == begin+1 {
			compiled = time.Now()
		}
		if !(s.Cost <= maxCost) {
			t.diverged, t.cost, t.lastStep = true, s.Cost, s.Step-1
			return errDiverged
		}
		begun := time.Now()
		onCost(s.Step-1, s.Cost)
		reports += time.Since(begun)
		return nil
	}
	fit.OnStep = onStep
	switch {
	case p.byEpoch():
	case p.target() != "":
		fit.Every = p.saveEvery()
	default:
		fit.Every = max(p.steps, 1)
	}
	fit.OnEpoch = func(r optim.Record) error {
		begun := time.Now()
		defer func() { reports += time.Since(begun) }()
		if p.byEpoch() {
			onRecord(r)
		}
		if p.target() == "" || isSpec(p.target()) || r.Epoch%p.saveEvery() != 0 {
			return nil
		}
		return p.Save(p.target())
	}
	if p.total() > 0 || p.patience > 0 {
		err = fit.Run(ctx)
	}
	t.history, t.minimum = fit.History, fit.Minimum
	t.early = p.patience > 0 && fit.State().Waited >= p.patience
	now := time.Now().Add(-reports)
	t.elapsed = now.Sub(start)
	if made := t.steps - begin; made > 1 {
		t.perStep = now.Sub(compiled) / time.Duration(made-1)
		t.elapsed = t.perStep * time.Duration(made)
	}
	if p.profile && t.steps > begin {
		size := p.Train.Len()
		if p.batch > 0 {
			size = min(size, p.batch)
		}
		profile, err := trainer.Profiled(size)
		if err != nil {
			return t, err
		}
		t.profile = &profile
	}
	switch {
	case errors.Is(err, errDiverged):
		return t, nil
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		t.interrupted = true
	case errors.As(err, &t.refused) && !t.refused.Node.IsInput():
		t.diverged, t.cost, t.lastStep = true, t.refused.ResultValue, t.steps
		return t, nil
	case err != nil:
		return t, err
	}
	if err := t.judge(p); err != nil {
		return t, err
	}
	if t.cost <= maxCost && p.target() != "" {
		if err := p.write(p.target()); err != nil {
			return t, err
		}
		t.saved = p.target()
	}
	t.lastStep = t.steps
	if t.diverged = !(t.cost <= maxCost); !t.diverged {
		onCost(t.steps, t.cost)
	}
	return t, nil
}

// judge scores the network as it is now.
func (t *training) judge(p *problem) (err error) {
	if t.trained, err = p.Score(p.Train); err != nil {
		return err
	}
	t.cost = t.trained.Cost
	if p.Held == nil {
		return nil
	}
	held, err := p.Score(p.Held)
	t.held = &held
	return err
}

// divergence is the error of a training that diverged; files were written.
func (p *problem) divergence(t training, dir *directory, files []string) error {
	what := fmt.Sprintf("the cost is %.3g", t.cost)
	if t.refused != nil {
		what = "a step is refused: " + t.refused.Error()
	}
	advice := fmt.Sprintf("a smaller learning rate than --lr %v", p.rate)
	if t.lastStep == 0 { // no step was taken
		advice = fmt.Sprintf("smaller first weights than those of --init-scale %v", p.scale)
	}
	text := fmt.Sprintf("the training diverged: after %s %s; try %s; written: %s",
		words.Count(t.lastStep, "step"), what, advice, cmp.Or(words.List(files, "and"), "nothing"))
	if dir.holds(boundaryName) {
		text += fmt.Sprintf("; %s there is of an earlier run", boundaryName)
	}
	return errors.New(text)
}

// A curve holds costs by step. When there are many it keeps every second of
// them, then every fourth, and so on; the last one it always keeps.
type curve struct {
	steps, costs []float64
	stride       int
	last         bool // the last entry stands beside the stride
}

// maxCurve is how many costs a curve keeps.
const maxCurve = 1 << 15

// add appends the cost after step updates; steps come in order from 0.
func (c *curve) add(step int, cost float64) {
	if c.last {
		c.steps, c.costs = c.steps[:len(c.steps)-1], c.costs[:len(c.costs)-1]
	}
	c.stride = max(c.stride, 1)
	if len(c.steps) == maxCurve {
		for i := range maxCurve / 2 {
			c.steps[i], c.costs[i] = c.steps[2*i], c.costs[2*i]
		}
		c.steps, c.costs = c.steps[:maxCurve/2], c.costs[:maxCurve/2]
		c.stride *= 2
	}
	c.steps, c.costs = append(c.steps, float64(step)), append(c.costs, cost)
	c.last = step%c.stride != 0
}

// wide reports whether the costs span so much that only a logarithmic axis
// shows how they fall.
func (c *curve) wide() bool {
	lo, hi := slices.Min(c.costs), slices.Max(c.costs)
	return lo > 1e-100 && lo < hi/50
}

// positive reports whether a logarithmic axis can show all costs.
func (c *curve) positive() bool { return slices.Min(c.costs) > 1e-100 }

// drawn returns the curve for a terminal.
func (c *curve) drawn() terminal.Curve {
	return terminal.Curve{Steps: c.steps, Costs: c.costs, Log: c.wide()}
}
