package netspec

import (
	"fmt"
	"math"

	"chainrule/internal/experiment"
	"chainrule/internal/handgrad"
	"chainrule/internal/nearest"
	"chainrule/internal/words"
	"chainrule/layers"
)

// A Loss names the cost of a network.
type Loss string

// The losses, both sums over the outputs and means over the examples.
const (
	CrossEntropy Loss = "cross-entropy" // after a sigmoid or softmax output
	SquaredError Loss = "squared-error" // (A − Y)², without a factor ½
)

// A Spec is a network of L layers with its parameters, and the examples that it
// is given. It says less than the settings of an experiment can, a chain of dense
// layers with six activations, so that a comparison need not ask at every layer
// what it is; [Spec.Settings] is the experiment.
type Spec struct {
	Sizes       []int               // n[0], …, n[L]
	Activations []layers.Activation // g of each layer
	Loss        Loss
	W, B        []handgrad.Matrix // (n[l], n[l−1]) and (n[l], 1)
	X, Y        handgrad.Matrix   // (n[0], m) and (n[L], m)
}

// The limits of a spec. A pass over the largest takes seconds and some hundred
// megabytes.
const (
	MaxUnits  = 10_000     // of a layer
	MaxLayers = 64         // of a network
	maxFile   = 32 << 20   // bytes
	maxValues = 10_000_000 // entries of all W, and of all Z
)

// ActivationNames returns the names of the activations that a spec may have.
func ActivationNames() []string {
	return []string{"sigmoid", "tanh", "relu", "leaky-relu", "identity", "softmax"}
}

// LossNames returns the names of the losses.
func LossNames() []string { return []string{string(CrossEntropy), string(SquaredError)} }

// Layers returns L, the number of layers.
func (s *Spec) Layers() int { return len(s.Sizes) - 1 }

// Examples returns m.
func (s *Spec) Examples() int { return s.X.Cols }

// output returns the activation of the last layer.
func (s *Spec) output() layers.Activation { return s.Activations[len(s.Activations)-1] }

// checkDepth reports a number of layers out of the limits.
func checkDepth(layers int) error {
	if layers < 1 || layers > MaxLayers {
		return fmt.Errorf("sizes: 2 to %d numbers expected, inputs, hidden units and outputs, %d given", MaxLayers+1, layers+1)
	}
	return nil
}

// checkSizes reports sizes out of the limits.
func checkSizes(sizes []int) error {
	if err := checkDepth(len(sizes) - 1); err != nil {
		return err
	}
	weights := 0
	for i, n := range sizes {
		if n < 1 || n > MaxUnits {
			return fmt.Errorf("sizes[%d]: a whole number from 1 to %d expected, %d given", i+1, MaxUnits, n)
		}
		if i > 0 {
			weights += n * sizes[i-1]
		}
	}
	if weights > maxValues {
		return fmt.Errorf("sizes: the network has %d weights, %d at most expected", weights, maxValues)
	}
	return nil
}

// checkExamples reports a number of examples out of the limits.
func checkExamples(sizes []int, m int) error {
	units := 0
	for _, n := range sizes {
		units += n
	}
	if m < 1 || m > maxValues/units {
		return fmt.Errorf("%s: 1 to %d columns expected, one for each example, %d given", "X", maxValues/units, m)
	}
	return nil
}

// checkActivations reports unless there is an activation for each layer.
func (s *Spec) checkActivations(n int) error {
	if n != s.Layers() {
		return fmt.Errorf("activations: %d expected, one for each layer, %d given", s.Layers(), n)
	}
	return nil
}

// checkKinds reports activations and a loss that do not fit the network.
func (s *Spec) checkKinds() error {
	if err := s.checkActivations(len(s.Activations)); err != nil {
		return err
	}
	for l, a := range s.Activations[:s.Layers()-1] {
		if a == layers.Softmax {
			return fmt.Errorf("activations[%d]: softmax is for the last layer only", l+1)
		}
	}
	if out := s.output(); s.Loss == CrossEntropy && out != layers.Sigmoid && out != layers.Softmax {
		return fmt.Errorf("loss: cross-entropy needs a sigmoid or softmax output, and activations[%d] is %v; squared-error takes any",
			s.Layers(), out)
	}
	if s.Loss == CrossEntropy && s.output() == layers.Softmax && s.Sizes[s.Layers()] == 1 {
		return fmt.Errorf("activations[%d]: softmax given, but of one output it is always 1: sigmoid expected", s.Layers())
	}
	return nil
}

// checkValues reports numbers that are not finite, and labels that are no
// probabilities where the loss needs them.
func (s *Spec) checkValues() error {
	for l := range s.W {
		if err := checkFinite(fmt.Sprintf("W[%d]", l+1), s.W[l]); err != nil {
			return err
		}
		if err := checkFinite(fmt.Sprintf("b[%d]", l+1), s.B[l]); err != nil {
			return err
		}
	}
	if err := checkFinite("X", s.X); err != nil {
		return err
	}
	if err := checkFinite("Y", s.Y); err != nil {
		return err
	}
	if s.Loss != CrossEntropy {
		return nil
	}
	return s.checkLabels()
}

// checkLabels reports labels that are no probabilities.
func (s *Spec) checkLabels() error {
	for i, v := range s.Y.Data {
		if v < 0 || v > 1 {
			return fmt.Errorf("%s: row %d, column %d is %v, a number from 0 to 1 expected for cross-entropy",
				"Y", i/s.Y.Cols+1, i%s.Y.Cols+1, v)
		}
	}
	if s.output() != layers.Softmax {
		return nil
	}
	rounding := 0x1p-23 * float64(s.Y.Rows+16) // of float32, as graph.Require has it
	for j, sum := range s.Y.SumRows().Data {
		if math.Abs(sum-1) > rounding {
			return fmt.Errorf("%s: column %d sums to %.6g, 1 expected: with softmax and cross-entropy every column holds the probabilities of the classes",
				"Y", j+1, sum)
		}
	}
	return nil
}

// checkFinite reports the first entry that is NaN or infinite.
func checkFinite(name string, a handgrad.Matrix) error {
	if i := notFinite(a); i >= 0 {
		return fmt.Errorf("%s: row %d, column %d is %v, a finite number expected", name, i/a.Cols+1, i%a.Cols+1, a.Data[i])
	}
	return nil
}

// ParseActivation returns the activation of that name.
func ParseActivation(name string) (layers.Activation, error) {
	if err := known(name, ActivationNames()); err != nil {
		return 0, err
	}
	return layers.ActivationByName(name)
}

// parseLoss returns the loss of that name.
func parseLoss(name string) (Loss, error) {
	return Loss(name), known(name, LossNames())
}

// known returns an error unless name is one of the names.
func known(name string, names []string) error {
	for _, n := range names {
		if n == name {
			return nil
		}
	}
	text := fmt.Sprintf("%s expected, %q given", words.List(names, "or"), experiment.Shortened(name))
	if n, near := nearest.Name(name, names); near {
		text += fmt.Sprintf(", did you mean %s?", n)
	}
	return fmt.Errorf("%s", text)
}

// Check reports what demo grad would not take of a spec whose matrices have the shapes
// that its sizes say.
func (s *Spec) Check() error {
	if err := checkSizes(s.Sizes); err != nil {
		return err
	}
	if err := known(string(s.Loss), LossNames()); err != nil {
		return fmt.Errorf("loss: %w", err)
	}
	if err := s.checkKinds(); err != nil {
		return err
	}
	if err := checkExamples(s.Sizes, s.X.Cols); err != nil {
		return err
	}
	return s.checkValues()
}
