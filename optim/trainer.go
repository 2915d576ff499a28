package optim

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// A Batch gives the inputs of a cost their values, by name. Matrices hold one
// column per example; of a batch of one example the axes of size 1 may be left
// out, as tensor's Slice does: (n) for an input (n,1), a scalar for (1,1).
type Batch = map[string]*tensor.Dense

// A Trainer takes steps of a rule on a cost. Its fields are set before the
// first step and not changed after. One goroutine uses it at a time; of two,
// the second gets an error.
type Trainer struct {
	// Params are the parameters to train. All have the same dtype, and the cost
	// must depend on each of them. They may be some of a network's: layers whose
	// parameters are left out are frozen, and no gradient goes into them.
	Params []*graph.Param

	// Kept are what layers keep besides, as layers.State lists it: running means,
	// seeds. They are not trained; they belong to a checkpoint, and to the best
	// network that a Fit returns to.
	Kept []*graph.Param

	// Rule updates them. A panic of the Rule or the Cost is an error, of Step or what
	// else asks them, in which errors.As finds a *graph.Panic. After any error of
	// theirs the Trainer is as it was before the call.
	Rule Rule

	// Cost builds the cost of a batch of m examples, a scalar, in an empty
	// graph, whose IsTraining tells a step from an evaluation. m is 0 if the
	// batch has no matrices, as for a cost without data. What the graph assigns
	// becomes part of the step. Cost is called whenever a program is compiled, and
	// before that to find out the number of examples where vectors leave it open:
	// once per batch size for steps, once more for those of a Fit unless Finite is
	// set, and once for evaluations, and again after
	// the program was dropped; all share the parameters and the rule's state.
	Cost func(g *graph.Graph, m int) *graph.Node

	// Programs is how many compiled programs are kept, one for each batch size
	// that is stepped on or evaluated; if 0, 8. One more, and the one used least
	// lately is dropped, its memory and goroutines with it; it is compiled anew
	// when its size comes again, which changes no result.
	Programs int

	// Workers is how many goroutines share the work of a step. See
	// graph.Spec.Workers.
	Workers int

	// Finite refuses a step whose cost or gradient is not finite, before anything
	// has changed: parameters, the rule's state and what layers keep stay as they
	// were. The error, in which errors.As finds a *graph.NotFinite, names the input
	// with row and example, the parameter or the operation in which that begins.
	// A Fit always does so. See graph.Spec.Finite.
	Finite bool

	// Profile makes steps measure their instructions, for Profiled.
	Profile bool

	running  atomic.Bool
	programs []*program // the one used last first
	state    state
	assigned []*graph.Param // by graphs of the cost
}

const defaultPrograms = 8

var errRunning = errors.New("optim: the Trainer is in use already: one goroutine at a time may use it, and Cost and Rule may not")

// Step takes one step on a batch and returns the batch's cost before it. The
// number of examples is that of the columns of the batch's matrices.
func (t *Trainer) Step(batch Batch) (cost float64, err error) {
	return t.run(batch, true, t != nil && t.Finite)
}

// Evaluate returns the cost of a batch, of a graph built for evaluation, and
// changes nothing.
func (t *Trainer) Evaluate(batch Batch) (cost float64, err error) { return t.run(batch, false, false) }

func (t *Trainer) run(batch Batch, train, finite bool) (float64, error) {
	if err := t.begin(); err != nil {
		return 0, err
	}
	defer t.end()
	p, err := t.program(batch, train, finite)
	if err != nil {
		return 0, err
	}
	return p.run()
}

// Profiled returns where the steps on batches of m examples spent their time.
// The field Profile must have been set before the first of them.
func (t *Trainer) Profiled(m int) (graph.Profile, error) {
	if err := t.begin(); err != nil {
		return graph.Profile{}, err
	}
	defer t.end()
	for _, p := range t.programs {
		if p.examples == m && p.train {
			return p.Program.Profile()
		}
	}
	return graph.Profile{}, fmt.Errorf("optim: no step was taken on %d examples, or its program was dropped (see Trainer.Programs)", m)
}

// Close frees the buffers of all programs. The parameters and the rule's state
// stay, and a later step compiles anew.
func (t *Trainer) Close() error {
	if t == nil {
		return nil
	}
	if !t.running.CompareAndSwap(false, true) {
		return errRunning
	}
	defer t.end()
	for _, p := range t.programs {
		if err := p.Program.Close(); err != nil {
			return err
		}
	}
	t.programs = nil
	return nil
}

// begin makes the Trainer this goroutine's until end, and reports missing
// settings.
func (t *Trainer) begin() (err error) {
	if t == nil {
		return errors.New("optim: the Trainer is nil")
	}
	if !t.running.CompareAndSwap(false, true) {
		return errRunning
	}
	switch {
	case t.Cost == nil:
		err = errors.New("optim: the Trainer has no Cost")
	case t.Rule == nil:
		err = errors.New("optim: the Trainer has no Rule")
	case t.Programs < 0:
		err = fmt.Errorf("optim: the Trainer's Programs is %d, at least 1 expected, or 0 for %d", t.Programs, defaultPrograms)
	}
	if err != nil {
		t.end()
	}
	return err
}

func (t *Trainer) end() { t.running.Store(false) }

// checkParams reports parameters that are missing or there twice.
func (t *Trainer) checkParams() error {
	if len(t.Params) == 0 {
		return errors.New("optim: the Trainer has no Params")
	}
	if at := slices.Index(t.Params, nil); at >= 0 {
		return fmt.Errorf("optim: the Trainer's parameter %d is nil", at)
	}
	for i, p := range t.Params {
		if first := slices.Index(t.Params, p); first < i {
			return fmt.Errorf("optim: the Trainer's Params hold %q twice, as %d and %d", p.Name(), first, i)
		}
	}
	for i, p := range t.Kept {
		switch {
		case p == nil:
			return fmt.Errorf("optim: what the Trainer's Kept holds as %d is nil", i)
		case slices.Contains(t.Params, p) || slices.Index(t.Kept, p) < i:
			return fmt.Errorf("optim: the Trainer's Kept holds %q, which is there already", p.Name())
		}
	}
	return nil
}

// model returns what the network consists of. What the cost's graph assigns and is
// not listed is an error.
func (t *Trainer) model() ([]*graph.Param, error) {
	all := slices.Concat(t.Params, t.Kept)
	for _, p := range t.assigned {
		if !slices.Contains(all, p) {
			return nil, fmt.Errorf("optim: the cost's graph assigns %q, which the Trainer's Kept must hold so that it can be restored: layers.State lists what layers keep", p.Name())
		}
	}
	return all, nil
}
