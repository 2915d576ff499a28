package experiment

import (
	"slices"
	"strings"
)

// IsSequence reports whether the numbers are a sequence.
func (f Flow) IsSequence() bool { return f.Steps > 0 }

// Rows returns how many rows of features the numbers are: the steps of a sequence, else 1.
func (f Flow) Rows() int { return max(f.Steps, 1) }

// Features returns how many numbers a row has.
func (f Flow) Features() int { return f.Numbers / f.Rows() }

// of returns as many rows of so many features.
func (f Flow) of(features int) Flow { return Flow{Numbers: f.Rows() * features, Steps: f.Steps} }

// gatesOf are how many gates the cells of recurrent layers have, or other parts of their size.
var gatesOf = map[string]int{RNN: 1, GRU: 3, LSTM: 4}

// Gates returns how many parts the weights of a recurrent layer have, 0 for one of another kind.
func (l Layer) Gates() int { return gatesOf[l.Kind] }

// sequenceKinds are the kinds of layers of sequences.
func sequenceKinds() []kind {
	named, steps, initial, frozen := field{"name", nil}, field{"steps", nil}, field{"init", nil}, field{"frozen", nil}
	gated := []field{named, {"units", nil}, {"last", nil}, initial, frozen}
	return []kind{
		{name: Steps, fields: []field{steps}, check: (*layerCheck).steps, outputs: func(l Layer, in Flow) Flow { return Flow{Numbers: in.Numbers, Steps: l.Steps} }},
		{name: Embedding, fields: []field{named, {"classes", nil}, {"units", nil}, initial, frozen}, check: (*layerCheck).embedding,
			outputs: embeddingOutputs},
		{name: StepMean, check: (*layerCheck).sequences, outputs: func(_ Layer, in Flow) Flow { return Flow{Numbers: in.Features()} }},
		{name: Positions, fields: []field{named, steps, initial, frozen}, check: (*layerCheck).positions, outputs: asMany},
		{name: Attention, fields: []field{named, {"heads", nil}, {"causal", nil}, initial, frozen}, check: (*layerCheck).attention, outputs: asMany},
		{name: RNN, fields: append([]field{{"activation", nil}}, gated...), check: (*layerCheck).recurrent, outputs: recurrentOutputs},
		{name: GRU, fields: gated, check: (*layerCheck).recurrent, outputs: recurrentOutputs},
		{name: LSTM, fields: gated, check: (*layerCheck).recurrent, outputs: recurrentOutputs},
	}
}

// classes returns how many classes an example has for an embedding, at least one: with data that are
// not yet read there are no numbers (see Settings.Inputs), but what is behind it is a sequence.
func (f Flow) classes() int { return max(f.Numbers, 1) }

func embeddingOutputs(l Layer, in Flow) Flow {
	return Flow{Numbers: in.classes() * l.Units, Steps: in.classes()}
}

func recurrentOutputs(l Layer, in Flow) Flow {
	if l.Last {
		return Flow{Numbers: l.Units}
	}
	return in.of(l.Units)
}

// steps checks the number that columns are cut into.
func (c *layerCheck) steps(path string, l Layer) error {
	if err := c.numbers(path); err != nil {
		return err
	}
	if l.Steps < 1 || l.Steps > maxWidth || c.flow.Numbers%l.Steps != 0 {
		return Errorf(path+".steps", "%d given, a number that divides the %d before it expected", l.Steps, c.flow.Numbers)
	}
	return nil
}

// maxClasses is how many classes there may be: all numbers below it are whole in float32.
const maxClasses = 1 << 24

// embedding checks the classes and what stands for each.
func (c *layerCheck) embedding(path string, l Layer) error {
	if err := c.numbers(path); err != nil {
		return err
	}
	switch n := c.flow.classes(); {
	case l.Classes < 1 || l.Classes > maxClasses:
		return Errorf(path+".classes", "%d given, a number from 1 to %d expected", l.Classes, maxClasses)
	case l.Units < 1 || l.Units > maxWidth/n:
		return Errorf(path+".units", "%d given for %d classes of an example, a number from 1 to %d expected", l.Units, n, maxWidth/n)
	}
	if err := c.weighs(path+".units", l.Classes, l.Units); err != nil {
		return err
	}
	return c.drawn(path, l)
}

// TakesClasses reports whether a layer is given numbers of classes, which must not be scaled.
func TakesClasses(list []Layer) bool {
	return slices.ContainsFunc(list, func(l Layer) bool { return l.Kind == Embedding || TakesClasses(l.Layers) })
}

// sequences reports a layer that is not behind sequences.
func (c *layerCheck) sequences(path string, _ Layer) error {
	if !c.flow.IsSequence() {
		return Errorf(path, "%v given, sequences expected: a layer of the kind %s makes them", c.flow, Steps)
	}
	return nil
}

// weighs counts the weights and biases of a layer, of which there are rows of so many numbers each.
func (c *layerCheck) weighs(path string, rows, numbers int) error {
	if numbers > (maxWeights-c.weights)/max(rows, 1) {
		return Errorf(path, "%d rows of %d numbers: with the layers before at most %d weights and biases are supported", rows, numbers, maxWeights)
	}
	c.weights += rows * numbers
	return nil
}

// maxWaves is how many numbers positions that are not weights may have: a few bytes of a
// file ask for them.
const maxWaves = 1 << 24

// positions checks the rows that are trained, if there are any.
func (c *layerCheck) positions(path string, l Layer) error {
	if err := c.sequences(path, l); err != nil {
		return err
	}
	if l.Steps == 0 {
		if l.Name != "" || l.Frozen || l.Init != (Init{}) {
			return Errorf(path+".steps", "missing: without it positions are waves, which have no parameter")
		}
		if c.flow.Numbers > maxWaves {
			return Errorf(path, "sequences of %d numbers given, at most %d expected of positions without \"steps\"", c.flow.Numbers, maxWaves)
		}
		return nil
	}
	if l.Steps < c.flow.Steps {
		return Errorf(path+".steps", "%d given for sequences of %d steps, at least as many expected", l.Steps, c.flow.Steps)
	}
	if err := c.weighs(path+".steps", l.Steps, c.flow.Features()); err != nil {
		return err
	}
	return c.drawn(path, l)
}

func (c *layerCheck) attention(path string, l Layer) error {
	if err := c.sequences(path, l); err != nil {
		return err
	}
	n := c.flow.Features()
	switch {
	case l.Heads < 0 || n%max(l.Heads, 1) != 0:
		return Errorf(path+".heads", "%d given for %d features, a number that divides these expected", l.Heads, n)
	case c.flow.Steps > maxWidth/c.flow.Steps:
		return Errorf(path, "%d steps given, each of which looks at all: at most %d pairs are supported", c.flow.Steps, maxWidth)
	}
	if err := c.weighs(path, n+1, 4*n); err != nil {
		return err
	}
	return c.drawn(path, l)
}

func (c *layerCheck) recurrent(path string, l Layer) error {
	if err := c.sequences(path, l); err != nil {
		return err
	}
	rows := l.Gates()
	switch {
	case strings.EqualFold(l.Activation, "softmax"):
		return Errorf(path+".activation", "softmax given, a function of every entry by itself expected")
	case l.Units < 1 || l.Units > maxWeights/rows:
		return Errorf(path+".units", "%d given, a number from 1 to %d expected", l.Units, maxWeights/rows)
	case l.Units > maxWidth/rows/c.flow.Steps:
		return Errorf(path+".units", "%d given for %d steps, at most %d numbers of all gates and steps expected", l.Units, c.flow.Steps, maxWidth)
	}
	if err := c.weighs(path+".units", rows*l.Units, c.flow.Features()+l.Units+2); err != nil {
		return err
	}
	return c.drawn(path, l)
}

// drawn checks the first weights and the name of a layer.
func (c *layerCheck) drawn(path string, l Layer) error {
	if err := c.init(path, l); err != nil {
		return err
	}
	return c.named(path, l)
}
