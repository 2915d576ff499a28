package experiment

import (
	"fmt"
	"slices"
)

// Cost is the cost of a batch, the mean over the examples of the sum over the
// outputs. The kind cross-entropy is that of a sigmoid or softmax output,
// computed from the logits; squared-error takes any output.
type Cost struct {
	Kind string `json:"kind"`
}

// The kinds of costs.
const (
	CrossEntropy = "cross-entropy"
	SquaredError = "squared-error"
)

func (Cost) kinds() []kind {
	return []kind{{name: CrossEntropy, of: []Meaning{Probability, Probabilities}}, {name: SquaredError}}
}

// OfClasses reports whether the cost is of probabilities of classes, and of
// nothing else.
func (c Cost) OfClasses() bool {
	k, _ := kindOf("", c)
	return len(k.of) > 0 && !slices.Contains(k.of, Numbers)
}

// A Meaning is what the outputs of a network say.
type Meaning int

// The meanings of outputs.
const (
	Numbers       Meaning = iota // anything
	Probability                  // of each output by itself, by a sigmoid
	Probabilities                // of classes that exclude one another, by a softmax
)

// Meaning returns what the outputs say, which the function that makes them tells.
func (s Settings) Meaning() Meaning {
	output, _ := s.Output()
	return map[string]Meaning{"sigmoid": Probability, "softmax": Probabilities}[output]
}

func (s Settings) checkCost() error {
	k, err := checkKind("cost", s.Cost, s.Dtype)
	if err != nil || k.of == nil || slices.Contains(k.of, s.Meaning()) {
		return err
	}
	output, path := s.Output()
	given := "none given"
	if output != "" {
		given = fmt.Sprintf("%q given", Shortened(output))
	}
	return Errorf(path, "%s, sigmoid or softmax expected for %s; squared-error takes any output", given, s.Cost.Kind)
}
