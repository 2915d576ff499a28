package experiment

import (
	"errors"
	"fmt"
	"io"

	"chainrule/internal/experiment"
)

// The parts of an experiment, each a plain struct that is its own JSON.
type (
	// Settings is a whole experiment: name, inputs, layers, cost, rule,
	// schedule, data, steps, epochs, batch, patience, seed and dtype.
	Settings = experiment.Settings

	// Layer is one layer of the network: kind (dense, activation, dropout, batch-norm,
	// layer-norm, standardize, unstandardize, sequential, residual or parallel; of images
	// image, conv, max-pool, avg-pool, global-avg-pool or flatten; of sequences steps,
	// embedding, positions, attention, rnn, gru, lstm or step-mean), and what else the kind
	// has: go doc chainrule/internal/experiment.Layer.
	Layer = experiment.Layer

	// Init sets the first weights of a layer: kind (zeros, glorot, he, lecun,
	// normal or uniform) and scale.
	Init = experiment.Init

	// Cost is what training makes small: kind (cross-entropy, squared-error,
	// absolute-error, huber or hinge), and what else the kind has.
	Cost = experiment.Cost

	// Rule updates the parameters: kind (gd, momentum, adam, adamw, rmsprop, adagrad or
	// lion), rate, l1, l2, weight-decay, clip, clip-norm, average, and what else the kind
	// has; or kind lbfgs or newton, gradient and memory.
	Rule = experiment.Rule

	// Schedule changes the rate: kind (constant, step, exponential, cosine, one-cycle or
	// plateau), warmup, and what else the kind has.
	Schedule = experiment.Schedule

	// Data is what to train on: kind (toy or csv), and what else the kind has.
	Data = experiment.Data

	// Error is what is wrong with an experiment, with its path in the JSON.
	Error = experiment.Error
)

// Version is that of the JSON.
const Version = experiment.Version

// Chain returns dense layers behind one another, the short form of a list of
// them: sizes are the numbers of inputs and of units, and there is an activation
// for each layer.
func Chain(sizes []int, activations []string) (inputs int, chain []Layer) {
	return experiment.Chain(sizes, activations)
}

// Parse returns the settings that JSON text says, checked, and nothing made of them.
func Parse(text []byte) (Settings, error) { return experiment.Parse(text) }

// ScheduleKinds returns the kinds of schedules.
func ScheduleKinds() []string { return experiment.Kinds(Schedule{}) }

// NewSchedule returns the schedule of a kind, with numbers by the names of its fields in
// the JSON. Unknown names and numbers that cannot be are an Error.
func NewSchedule(kind string, numbers map[string]float64) (Schedule, error) {
	return experiment.NewSchedule(kind, numbers)
}

// RuleKinds returns the kinds of rules.
func RuleKinds() []string { return experiment.Kinds(Rule{}) }

// NewRule returns the rule of a kind, with its fields by their names in the JSON: numbers
// as float64, what is true or false as bool. Unknown names are an Error; values that cannot
// be, and fields that are missing, New tells.
func NewRule(kind string, fields map[string]any) (Rule, error) {
	return experiment.NewRule(kind, fields)
}

// Read returns the experiment that JSON text describes, as [New] does. The text may
// have 256 KiB, 2048 values and 16 levels.
func Read(r io.Reader) (*Experiment, error) {
	if r == nil {
		return nil, errors.New("experiment: there is nothing to read: the reader is nil")
	}
	text, err := io.ReadAll(io.LimitReader(r, experiment.MaxText+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > experiment.MaxText:
		return nil, fmt.Errorf("experiment: the JSON has more than %d KiB, which is the limit", experiment.MaxText>>10)
	}
	s, err := experiment.Parse(text)
	if err != nil {
		return nil, err
	}
	return New(s)
}
