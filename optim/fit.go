package optim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ErrStop, returned by a callback of a Fit, ends the training without an error.
var ErrStop = errors.New("optim: training stopped by the callback")

var errNoBatches = errors.New("there are no batches")

// A Fit is a training from its first step to its last. Its fields are set before
// Run and not changed after; what has become of the training stands in History,
// and State is where it is.
type Fit struct {
	// Trainer takes the steps. Whatever it is told about steps that are not finite, a
	// Fit refuses them, see Trainer.Finite.
	Trainer *Trainer

	// Data deals the batches.
	Data Data

	// Steps and Epochs say how long it lasts: until one of them is reached that is
	// not 0. If both are 0 a callback, the context or Patience must end it.
	Steps, Epochs int

	// Schedule changes a rate of the rule from step to step: it is the one that the
	// Trainer has before the first step, times the schedule's factor. If nil it stays.
	// An Observer is told what is watched after every record, times −1 to Maximize.
	// Rate is the name of the rate; if empty, "learning rate".
	Schedule Schedule
	Rate     string

	// Measure says, after the last batch of an epoch, how good the network is, such
	// as cost and accuracy on examples that are not trained on. The first of what it
	// returns is watched: it decides what Patience waits for. The names are the same
	// at every call. If nil, the cost of the epoch itself is watched.
	Measure func(ctx context.Context) ([]Metric, error)

	// Every is after how many epochs it is measured, and a Record made; if 0, 1. It
	// is also after the last.
	Every int

	// Maximize says that of what is watched more is better, as of an accuracy.
	Maximize bool

	// Patience ends the training when so many records in a row are no better than
	// the best before them; if 0, nothing does. The parameters, and what is in
	// Trainer.Kept, are then those of the best record, and also if the training came
	// to its end or was stopped by ErrStop before; not after an error, and not when
	// the context ends it, since it may go on from there. The rule's state is left.
	Patience int

	// OnStep, if not nil, is called after every step, and OnEpoch after every record.
	// An error of theirs ends the training and is returned, but for ErrStop.
	OnStep  func(Progress) error
	OnEpoch func(Record) error

	// History holds the records.
	History History

	state FitState
	best  []saved
}

// Progress is what a Fit reports after a step.
type Progress struct {
	Step  int     // how many steps have been taken, from 1
	Epoch int     // of the step's batch, from 1
	Cost  float64 // of the step's batch, before the step
}

// FitState is where a training is.
type FitState struct {
	Step  int `json:"step"`  // steps taken
	Epoch int `json:"epoch"` // epochs that are over
	Batch int `json:"batch"` // batches dealt of the epoch at hand

	Costs    float64 `json:"costs"`    // of the batches since the last record, each times its number of examples
	Examples int     `json:"examples"` // of these batches

	Rate float64 `json:"rate"` // that the schedule's factor multiplies; 0 before there is a schedule and a step

	Best   int `json:"best"`   // records up to the best one and with it; 0 before there is one
	Waited int `json:"waited"` // records since
}

// State returns where the training is: of a Fit that has not run, at its beginning.
func (f *Fit) State() FitState {
	if f == nil {
		return FitState{}
	}
	return f.state
}

// Run trains. A Fit that has ended before its last step, by its context, an error
// or ErrStop, goes on at the step behind when Run is called again.
//
// A step is taken whole or not at all: when the context is done, the training ends
// after the step at hand with the context's error. A step whose cost or gradient is
// not finite is not taken; the error says its number, and errors.As finds a
// *graph.NotFinite in it.
func (f *Fit) Run(ctx context.Context) error {
	if err := f.check(); err != nil {
		return err
	}
	if ctx == nil {
		return errors.New("optim: the Fit was given no context")
	}
	for !f.over() {
		if err := ctx.Err(); err != nil {
			return err
		}
		next := f.advance
		if f.due() {
			next = f.record
		}
		err := next(ctx)
		if errors.Is(err, ErrStop) {
			break
		}
		if err != nil {
			return err
		}
	}
	return f.finish(ctx)
}

func (f *Fit) check() error {
	switch {
	case f == nil:
		return errors.New("optim: the Fit is nil")
	case f.Trainer == nil:
		return errors.New("optim: the Fit has no Trainer")
	case f.Data == nil:
		return errors.New("optim: the Fit has no Data")
	}
	for _, field := range []struct {
		name string
		v    int
	}{{"Steps", f.Steps}, {"Epochs", f.Epochs}, {"Every", f.Every}, {"Patience", f.Patience}} {
		if field.v < 0 {
			return fmt.Errorf("optim: the Fit's %s is %d, at least 0 expected", field.name, field.v)
		}
	}
	return f.Trainer.checkParams()
}

// over reports whether the last step has been taken.
func (f *Fit) over() bool {
	s := &f.state
	return f.Steps > 0 && s.Step >= f.Steps || f.Epochs > 0 && s.Epoch >= f.Epochs || f.Patience > 0 && s.Waited >= f.Patience
}

// advance takes the next step, and ends the epoch if it was the last of one.
func (f *Fit) advance(ctx context.Context) error {
	s := &f.state
	batch, last, err := f.Data.Batch(s.Epoch, s.Batch)
	if err != nil {
		return fmt.Errorf("optim: batch %d of epoch %d: %w", s.Batch+1, s.Epoch+1, err)
	}
	if err := f.schedule(); err != nil {
		return err
	}
	cost, err := f.Trainer.run(batch, true, true)
	if err != nil {
		return fmt.Errorf("step %d: %w", s.Step+1, err)
	}
	examples := max(f.Trainer.programs[0].examples, 1) // of a cost without data the batches count alike
	s.Costs, s.Examples = s.Costs+cost*float64(examples), s.Examples+examples
	progress := Progress{Step: s.Step + 1, Epoch: s.Epoch + 1, Cost: cost}
	s.Step, s.Batch = s.Step+1, s.Batch+1
	if last {
		s.Epoch, s.Batch = s.Epoch+1, 0
	}
	if f.OnStep != nil {
		if err := f.OnStep(progress); err != nil {
			return err
		}
	}
	if last && (f.due() || f.over()) {
		return f.record(ctx)
	}
	return nil
}

// due reports whether an epoch is over that has no record yet, though it is to have one: what
// came between were an error of OnStep or Measure, or a checkpoint made in OnStep.
func (f *Fit) due() bool {
	s := &f.state
	return s.Batch == 0 && s.Examples > 0 && s.Epoch%max(f.Every, 1) == 0
}

// Rates returns the rates of the next step by name: those of the Trainer, and of the one that
// the Schedule is for what it will be then.
func (f *Fit) Rates() (map[string]float64, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	rates, err := f.Trainer.Rates()
	if err != nil || f.Schedule == nil {
		return rates, err
	}
	name, _, rate, err := f.scheduled()
	if err != nil {
		return nil, err
	}
	rates[name] = rate
	return rates, nil
}

// scheduled returns what the rate that the Schedule is for will be in the next step, and what
// its factor multiplies.
func (f *Fit) scheduled() (name string, base, rate float64, err error) {
	name, base = cmp.Or(f.Rate, learningRate), f.state.Rate
	if base == 0 { // nor is it asked again after a first step that was refused, since when it is multiplied
		rates, err := f.Trainer.Rates()
		if err != nil {
			return name, 0, 0, err
		}
		if _, known := rates[name]; !known {
			return name, 0, 0, fmt.Errorf("optim: the Fit has a Schedule for the rate %q; the rule has %s", name, quoted(slices.Sorted(maps.Keys(rates))))
		}
		base = rates[name]
	}
	factor, err := f.Schedule.Factor(Position{Step: f.state.Step, Steps: f.steps()})
	return name, base, base * factor, err
}

// schedule sets the rate of the next step.
func (f *Fit) schedule() error {
	if f.Schedule == nil {
		return nil
	}
	name, base, rate, err := f.scheduled()
	if err != nil {
		return err
	}
	f.state.Rate = base
	return f.Trainer.SetRate(name, rate)
}

// steps returns how many steps the whole training takes, 0 if that is not known.
func (f *Fit) steps() int {
	steps := f.Steps
	if counted, ok := f.Data.(interface{ PerEpoch() int }); ok && f.Epochs > 0 {
		if all := f.Epochs * counted.PerEpoch(); steps == 0 || all < steps {
			steps = all
		}
	}
	return steps
}
