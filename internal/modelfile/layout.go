package modelfile

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chainrule/internal/experiment"
	"chainrule/internal/safetensors"
	"chainrule/internal/words"
)

// A Slot is a tensor that a layer asks for.
type Slot struct {
	Name  string
	Shape []int

	NotNegative bool // its numbers are at least 0
}

// A Step is a layer of a network with the tensors that it has, in the order that its kind
// has in slotsOf.
type Step struct {
	experiment.Layer
	Path     string                // in the experiment
	In, Out  int                   // numbers of inputs and outputs
	From, To experiment.ImageShape // of images, that of the inputs and the outputs
	Rows     int                   // of the inputs: the steps of a sequence, else 1
	Slots    []Slot
	Steps    []Step // of Layers
}

// Layout returns the layers that settings describe, which CheckNetwork must have
// accepted, with the names and shapes of their tensors. It takes memory for no number.
func Layout(s experiment.Settings) ([]Step, error) {
	l := layout{counts: map[string]int{}}
	if s.Name != "" {
		l.prefix = s.Name + "."
	}
	return l.list("layers", s.Layers, experiment.Flow{Numbers: s.Inputs}, false)
}

// A layout counts layers by their kinds, which those without a name are called by.
type layout struct {
	prefix string
	counts map[string]int
}

// A slotting returns the tensors of a layer.
type slotting func(l *layout, of experiment.Layer, in experiment.Flow) []Slot

// slotsOf returns the tensors of the layers of a kind, for what goes in.
func slotsOf() map[string]slotting {
	return map[string]slotting{
		experiment.Dense:         (*layout).dense,
		experiment.Activation:    none,
		experiment.Dropout:       (*layout).dropout,
		experiment.BatchNorm:     named(Slot{Name: "gamma"}, Slot{Name: "beta"}, Slot{Name: "mean"}, Slot{Name: "variance", NotNegative: true}),
		experiment.LayerNorm:     named(Slot{Name: "gamma"}, Slot{Name: "beta"}),
		experiment.Standardize:   named(Slot{Name: "mean"}, Slot{Name: "std", NotNegative: true}),
		experiment.Unstandardize: named(Slot{Name: "mean"}, Slot{Name: "std", NotNegative: true}),
		experiment.Sequential:    none,
		experiment.Residual:      none,
		experiment.Parallel:      none,
		experiment.Image:         none,
		experiment.Conv:          (*layout).conv,
		experiment.MaxPool:       none,
		experiment.AvgPool:       none,
		experiment.GlobalAvgPool: none,
		experiment.Flatten:       none,

		experiment.Steps:     none,
		experiment.Embedding: (*layout).embedding,
		experiment.StepMean:  none,
		experiment.Positions: (*layout).positions,
		experiment.Attention: (*layout).attention,
		experiment.RNN:       (*layout).recurrent,
		experiment.GRU:       (*layout).recurrent,
		experiment.LSTM:      (*layout).recurrent,
	}
}

func none(*layout, experiment.Layer, experiment.Flow) []Slot { return nil }

// named returns a function for the given tensors with a number for each input, called
// LAYER.NAME.
func named(slots ...Slot) slotting {
	return func(l *layout, of experiment.Layer, in experiment.Flow) []Slot {
		layer := l.name(of)
		all := slices.Clone(slots)
		for i := range all {
			all[i].Name, all[i].Shape = layer+"."+all[i].Name, []int{in.Features(), 1}
		}
		return all
	}
}

// dropout has a seed, which only training needs.
func (l *layout) dropout(of experiment.Layer, _ experiment.Flow) []Slot {
	return []Slot{{Name: l.name(of) + ".seed", Shape: []int{5}}}
}

// name returns what a layer is called, that of a kind without a name by its number.
func (l *layout) name(of experiment.Layer) string {
	l.counts[of.Kind]++
	return l.prefix + cmp.Or(of.Name, experiment.Numbered(of.Kind, l.counts[of.Kind]))
}

func (l *layout) dense(of experiment.Layer, in experiment.Flow) []Slot {
	w, b := l.prefix+of.Name+".W", l.prefix+of.Name+".b"
	if of.Name == "" { // as no dense layer has one
		l.counts[of.Kind]++
		number := strconv.Itoa(l.counts[of.Kind])
		w, b = l.prefix+"W"+number, l.prefix+"b"+number
	}
	return []Slot{{Name: w, Shape: []int{of.Units, in.Features()}}, {Name: b, Shape: []int{of.Units, 1}}}
}

// conv has weights for each channel of the result, of the channels of its group.
func (l *layout) conv(of experiment.Layer, in experiment.Flow) []Slot {
	layer, kernel := l.name(of), of.Window().Kernel
	return []Slot{{Name: layer + ".W", Shape: []int{of.Channels, in.Image.Channels / max(of.Groups, 1), kernel[0], kernel[1]}},
		{Name: layer + ".b", Shape: []int{of.Channels, 1}}}
}

// list returns the steps of layers one behind the other, or beside one another: then all
// have the same inputs.
func (l *layout) list(path string, layers []experiment.Layer, in experiment.Flow, beside bool) ([]Step, error) {
	var steps []Step
	for i, of := range layers {
		s, err := l.step(fmt.Sprintf("%s[%d]", path, i), of, in)
		if err != nil {
			return nil, err
		}
		if steps = append(steps, s); !beside {
			in = of.Outputs(in)
		}
	}
	return steps, nil
}

func (l *layout) step(path string, of experiment.Layer, in experiment.Flow) (s Step, err error) {
	tensors, known := slotsOf()[of.Kind]
	if !known {
		return s, experiment.Errorf(path+".kind", "a layer of the kind %q cannot be kept in a file", experiment.Shortened(of.Kind))
	}
	out := of.Outputs(in)
	s = Step{Layer: of, Path: path, In: in.Numbers, Out: out.Numbers, From: in.Image, To: out.Image, Rows: in.Rows(), Slots: tensors(l, of, in)}
	s.Steps, err = l.list(path+".layers", of.Layers, in, of.Kind == experiment.Parallel)
	return s, err
}

// slots returns those of all steps in order.
func slots(steps []Step) []Slot {
	var all []Slot
	for _, s := range steps {
		all = append(append(all, s.Slots...), slots(s.Steps)...)
	}
	return all
}

// dtypeOf returns the type of the tensors of settings.
func dtypeOf(s experiment.Settings) safetensors.Dtype {
	if s.Dtype == "float32" {
		return safetensors.F32
	}
	return safetensors.F64
}

// A given is what a file or a caller has of a tensor.
type given struct {
	dtype safetensors.Dtype
	shape []int
}

// checkTensors holds tensors to the layout, and names those that are missing and those
// that nothing asks for.
func checkTensors(s experiment.Settings, tensors map[string]given) error {
	steps, err := Layout(s)
	if err != nil {
		return fmt.Errorf("%s: %w", experimentKey, err)
	}
	var missing []string
	dtype, asked := dtypeOf(s), map[string]bool{}
	for _, slot := range slots(steps) {
		t, ok := tensors[slot.Name]
		asked[slot.Name] = true
		switch {
		case !ok:
			missing = append(missing, slot.Name)
		case !slices.Equal(t.shape, slot.Shape):
			return fmt.Errorf("tensor %q has the shape %s, %s expected by the layers", experiment.Shortened(slot.Name), words.Shape(t.shape...), words.Shape(slot.Shape...))
		case t.dtype != dtype:
			return fmt.Errorf("tensor %q is of type %s, %s expected, which is the dtype of the experiment", experiment.Shortened(slot.Name), t.dtype, dtype)
		}
	}
	var surplus []string
	for name := range tensors {
		if !asked[name] {
			surplus = append(surplus, name)
		}
	}
	slices.Sort(surplus)
	var wrong []string
	if missing != nil {
		wrong = append(wrong, few(missing)+" missing")
	}
	if surplus != nil {
		wrong = append(wrong, few(surplus)+" of no layer")
	}
	if wrong == nil {
		return nil
	}
	return fmt.Errorf("the tensors are not those of the layers: %s", strings.Join(wrong, "; "))
}

// few returns names for a message, a dozen at most.
func few(names []string) string {
	const most = 12
	var shown []string
	for _, name := range names[:min(len(names), most)] {
		shown = append(shown, strconv.Quote(experiment.Shortened(name)))
	}
	if more := len(names) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(shown, ", "), more)
	}
	return words.List(shown, "and")
}

// checkNumbers reports a number of the network that is not finite, or negative where that
// cannot be: nothing can be predicted with it.
func checkNumbers(s experiment.Settings, tensors []safetensors.Tensor) error {
	steps, err := Layout(s)
	if err != nil {
		return err
	}
	notNegative := map[string]bool{}
	for _, slot := range slots(steps) {
		notNegative[slot.Name] = notNegative[slot.Name] || slot.NotNegative
	}
	for _, t := range tensors {
		at, v := 0, 0.0
		switch data := t.Data.(type) {
		case []float64:
			at, v = wrong(data, notNegative[t.Name])
		case []float32:
			at, v = wrong(data, notNegative[t.Name])
		}
		if at >= 0 {
			expected := "a finite number"
			if v-v == 0 {
				expected = "a number of at least 0"
			}
			return fmt.Errorf("number %d (from 0) of %q is %v, %s expected", at, experiment.Shortened(t.Name), v, expected)
		}
	}
	return nil
}

// wrong returns the place of the first number that is not finite, or is negative if it
// must not be; −1 if there is none.
func wrong[T float32 | float64](data []T, notNegative bool) (at int, v float64) {
	for i, v := range data {
		if v-v != 0 || notNegative && v < 0 {
			return i, float64(v)
		}
	}
	return -1, 0
}
