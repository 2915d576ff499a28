package experiment

import (
	"fmt"
	"math"
	"reflect"
	"slices"
)

// Cost is the cost of a batch, the mean over the examples of the sum over the
// outputs. The kind cross-entropy is that of a sigmoid or softmax output,
// computed from the logits; hinge takes scores, outputs without a function that makes
// probabilities; squared-error, absolute-error and huber take any output.
type Cost struct {
	Kind string `json:"kind"`

	Delta     float64 `json:"delta,omitempty"`     // of huber: where the square ends; 0 is 1
	Smoothing float64 `json:"smoothing,omitempty"` // of cross-entropy: the share of a label that all classes get; see losses.With

	// ClassWeights, of cross-entropy and hinge, multiply the losses of examples of each class:
	// two where there is one output, the first for the label 0; else one for each output.
	ClassWeights []float64 `json:"class-weights,omitempty"`
}

// The kinds of costs.
const (
	CrossEntropy  = "cross-entropy"
	SquaredError  = "squared-error"
	AbsoluteError = "absolute-error"
	Huber         = "huber"
	Hinge         = "hinge"
)

func (Cost) kinds() []kind {
	return []kind{
		{name: CrossEntropy, of: []Meaning{Probability, Probabilities}, fields: []field{{"smoothing", share}, {"class-weights", weights}}},
		{name: SquaredError},
		{name: AbsoluteError},
		{name: Huber, fields: []field{{"delta", rate}}},
		{name: Hinge, of: []Meaning{Numbers}, fields: []field{{"class-weights", weights}}},
	}
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

// checkCost checks the cost of layers that have been checked.
func (s Settings) checkCost() error {
	k, err := checkKind("cost", s.Cost, s.Dtype)
	if err != nil {
		return err
	}
	if meaning := s.Meaning(); k.of != nil && !slices.Contains(k.of, meaning) {
		output, path := s.Output()
		given := "none given"
		if output != "" {
			given = fmt.Sprintf("%q given", Shortened(output))
		}
		if s.Cost.OfClasses() {
			return Errorf(path, "%s, sigmoid or softmax expected for %s; squared-error takes any output", given, s.Cost.Kind)
		}
		return Errorf(path, "%s, which makes probabilities: %s takes scores; cross-entropy takes probabilities", given, s.Cost.Kind)
	}
	if n, width := len(s.Cost.ClassWeights), s.Width(); n > 0 && width > 0 && n != classes(width) {
		return Errorf("cost.class-weights", "%d given, %d expected for %d outputs", n, classes(width), width)
	}
	return nil
}

// classes returns how many there are of so many outputs.
func classes(outputs int) int {
	if outputs == 1 {
		return 2
	}
	return outputs
}

// weights wants numbers of at least 0, not all of them 0.
func weights(path string, v reflect.Value, dtype string) error {
	total := 0.0
	for i := range v.Len() {
		at := fmt.Sprintf("%s[%d]", path, i)
		w := v.Index(i).Float()
		if err := within(math.Inf(1), "a finite number of at least 0")(at, v.Index(i), dtype); err != nil {
			return err
		}
		if narrow := float64(float32(w)); dtype == "float32" && (!finite(narrow) || narrow == 0 && w != 0) {
			return Errorf(at, "%v given, which float32 rounds to %v", w, narrow)
		}
		total += w
	}
	if v.Len() > 0 && total == 0 {
		return Errorf(path, "all are 0, one above 0 expected")
	}
	return nil
}
