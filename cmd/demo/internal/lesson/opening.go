package lesson

import (
	"context"
	"errors"
	"fmt"

	"chainrule/internal/toy"
	"chainrule/layers"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

// An Opening is what a lesson opens on the page of the playground: one training of those
// that it is about, or two that differ in one thing, and what they come to.
type Opening struct {
	Section string `json:"section"` // of notes, that the claim belongs to
	Screen  string `json:"screen"`  // Train, or OneStep for what is no training

	Experiment experiment.Settings  `json:"experiment"`
	Other      *experiment.Settings `json:"other,omitempty"`
	Difference string               `json:"difference,omitempty"` // of the other one, in a few words

	Steps   int      `json:"steps"` // after which there are the numbers
	Numbers []Number `json:"numbers"`
}

// The screens that lessons open at.
const (
	Train   = "train"
	OneStep = "one-step"
)

// A Number is one that the lesson's own training comes to.
type Number struct {
	Name  string  `json:"name"` // cost, accuracy, or dead, the share of the units of the first layer that are 0 for every example
	Run   int     `json:"run"`  // 0, or 1 for the other experiment
	Value float64 `json:"value"`
	At    int     `json:"at"` // after how many steps
}

// The names of numbers.
const (
	costNumber     = "cost"
	accuracyNumber = "accuracy"
	deadNumber     = "dead"
)

// opening says which trainings a lesson opens, as it does them itself.
type opening struct {
	section, screen string
	data            experiment.Data
	run             network
	other           *network
	difference      string
	batch           int
	steps           int
	numbers         []string
}

// The sections of notes.
const (
	layersSection     = "Layers and units"
	activationSection = "Activation functions"
	linearSection     = "Why a network needs a nonlinearity"
	backpropSection   = "Back-propagation"
	descentSection    = "Gradient descent"
	beginningSection  = "How weights start"
)

// flowerData are the published points, and toyData those of another set that toySet draws.
func flowerData() experiment.Data { return experiment.Data{Kind: "toy", Name: "flower"} }

func toyData(name string) experiment.Data {
	if name == "flower" {
		return flowerData()
	}
	return experiment.Data{Kind: "toy", Name: name, Examples: 200, Noise: toy.DefaultNoise(name), Seed: 1}
}

// fourUnits is the network of the notes.
func fourUnits(seed uint32, rate float64) network {
	return network{hidden: []int{4}, seed: seed, rate: rate}
}

// Opening trains what the lesson opens on the page, by the lesson's own means and with its
// default settings.
func (l Lesson) Opening(ctx context.Context) (Opening, error) {
	if l.opens == nil {
		return Opening{}, fmt.Errorf("lesson %s opens nothing", l.Name)
	}
	o := l.opens(l.Defaults())
	data, err := experiment.Load(o.data)
	if err != nil {
		return Opening{}, err
	}
	out := Opening{Section: o.section, Screen: o.screen, Difference: o.difference, Steps: o.steps}
	for i, n := range []*network{&o.run, o.other} {
		if n == nil {
			continue
		}
		s := n.settings(data.Train)
		s.Version, s.Data, s.Steps, s.Batch = experiment.Version, o.data, o.steps, o.batch
		if i == 0 {
			out.Experiment = s
		} else {
			out.Other = &s
		}
		numbers, err := o.train(ctx, *n, i, data.Train)
		if err != nil {
			return out, err
		}
		out.Numbers = append(out.Numbers, numbers...)
	}
	return out, nil
}

// train trains one network and measures it.
func (o opening) train(ctx context.Context, n network, run int, data *dataset.Set) ([]Number, error) {
	l, err := n.learner(data)
	if err != nil {
		return nil, err
	}
	defer l.close()
	if _, err := l.train(ctx, o.steps, nil); err != nil {
		return nil, err
	}
	var out []Number
	for _, name := range o.numbers {
		value, err := l.number(name)
		if err != nil {
			return nil, err
		}
		out = append(out, Number{Name: name, Run: run, Value: value, At: o.steps})
	}
	return out, nil
}

// number measures the network now.
func (l *learner) number(name string) (float64, error) {
	switch name {
	case costNumber:
		return l.value()
	case accuracyNumber:
		return l.accuracy(l.data)
	case deadNumber:
		return l.deadShare()
	}
	return 0, errors.New("lesson: there is no number " + name)
}

// deadShare returns the share of the units of the first hidden layer that are 0 for every
// example: those of ReLU that are off.
func (l *learner) deadShare() (float64, error) {
	if l.Hidden[0] != layers.ReLU {
		return 0, nil
	}
	w, err := newUnitWatch(l)
	if err != nil {
		return 0, err
	}
	defer w.close()
	off, err := w.off()
	if err != nil {
		return 0, err
	}
	n := 0
	for _, isOff := range off[0] {
		if isOff {
			n++
		}
	}
	return float64(n) / float64(len(off[0])), nil
}
