package optim

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"chainrule/graph"
	"chainrule/internal/modelfile"
	"chainrule/internal/safetensors"
	"gorgonia.org/tensor"
)

// A Checkpoint is what a training needs, besides the model, to go on to the same bits:
// what the rule keeps, its rates, the place among the batches, the history, and the best
// network so far. It is a section of the model's file, beside the parameters and what
// layers keep: one of layers.Model.Sections.
type Checkpoint = modelfile.Section

// checkpointName is that of the section.
const checkpointName = "training"

// checkpoint is the JSON of the section.
type checkpoint struct {
	Rule    string            `json:"rule"`    // its type and fields
	Trained []string          `json:"trained"` // names of the parameters; others of the network are frozen
	State   FitState          `json:"state"`
	Rates   map[string]number `json:"rates"`
	History []recordJSON      `json:"history"`
}

// recordJSON is a record whose numbers need not be finite.
type recordJSON struct {
	Epoch   int      `json:"epoch"`
	Step    int      `json:"step"`
	Cost    number   `json:"cost"`
	Rate    number   `json:"rate"`
	Names   []string `json:"names,omitempty"`
	Metrics []number `json:"metrics,omitempty"`
	Best    bool     `json:"best,omitempty"`
}

// number is a float64 as JSON, in which NaN and the infinite ones are text.
type number float64

// MarshalJSON writes as many digits as it takes to read the same number.
func (v number) MarshalJSON() ([]byte, error) {
	if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
		return json.Marshal(digits(f))
	}
	return json.Marshal(float64(v))
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (v *number) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		text = string(data)
	}
	f, err := strconv.ParseFloat(text, 64)
	*v = number(f)
	return err
}

// The parts of the names of a checkpoint's tensors.
const (
	ruleTensor = "rule/"
	bestTensor = "best/"
)

// Checkpoint returns where the training is, with copies of its numbers. It may be called
// between steps: before Run, after it, or in OnStep and OnEpoch, where the step and the
// record at hand are part of it. What the file of the model holds must be of the same
// moment.
func (f *Fit) Checkpoint() (Checkpoint, error) {
	var c Checkpoint
	if err := f.check(); err != nil {
		return c, err
	}
	t := f.Trainer
	rates, err := t.Rates()
	if err != nil {
		return c, err
	}
	if _, err := t.model(); err != nil {
		return c, err
	}
	j := checkpoint{Rule: ruleText(t.Rule), State: f.state, Rates: map[string]number{}}
	for name, v := range rates {
		j.Rates[name] = number(v)
	}
	for _, p := range t.Params {
		j.Trained = append(j.Trained, p.Name())
	}
	for _, r := range f.History {
		j.History = append(j.History, r.json())
	}
	c = Checkpoint{Name: checkpointName}
	if c.JSON, err = json.Marshal(j); err != nil {
		return Checkpoint{}, err
	}
	for _, p := range t.state.params {
		c.Tensors = append(c.Tensors, tensorOf(ruleTensor+p.Name(), p.Value()))
	}
	for _, b := range f.best {
		c.Tensors = append(c.Tensors, tensorOf(bestTensor+b.param.Name(), b.value.Clone().(*tensor.Dense)))
	}
	return c, nil
}

// Resume sets the training to where it was when the checkpoint was made: what the rule
// keeps and its rates, the history, and the best network; the parameters and what layers
// keep must be those of the same file. It is called before Run, on a Fit with the same
// Trainer, Data, Measure and a new Schedule, which is told the history again. Another
// rule, other trained parameters, and tensors that are missing, too many or of another
// shape are errors, and nothing has changed then. Other Steps, Epochs and Patience are none:
// after a training without Patience, which keeps no best network, the best is looked for from
// the next record on.
func (f *Fit) Resume(c Checkpoint) error {
	if err := f.check(); err != nil {
		return err
	}
	if f.state.Step > 0 || len(f.History) > 0 {
		return errors.New("optim: a Fit resumes before its first step, and this one has taken some")
	}
	var j checkpoint
	if c.Name != checkpointName {
		return fmt.Errorf("optim: the section %q given, %q expected", c.Name, checkpointName)
	}
	if err := json.Unmarshal(c.JSON, &j); err != nil {
		return fmt.Errorf("optim: the checkpoint: %w", err)
	}
	if err := f.fits(j); err != nil {
		return err
	}
	if f.Schedule != nil { // one that cannot be is reported before anything has changed
		if _, err := f.Schedule.Factor(Position{Step: j.State.Step, Steps: f.steps()}); err != nil {
			return err
		}
	}
	restore, err := f.restores(c.Tensors, &j.State)
	if err != nil {
		return err
	}
	for _, s := range restore {
		if err := s.param.Set(s.value); err != nil {
			return err
		}
	}
	for name, v := range j.Rates {
		if err := f.Trainer.SetRate(name, float64(v)); err != nil {
			return err
		}
	}
	f.state = j.State
	for _, r := range j.History {
		f.History = append(f.History, r.record())
		if err := f.observe(r.record()); err != nil {
			return err
		}
	}
	return nil
}

// fits reports a checkpoint of another training.
func (f *Fit) fits(j checkpoint) error {
	t, s := f.Trainer, j.State
	if rule := ruleText(t.Rule); j.Rule != rule {
		return fmt.Errorf("optim: the checkpoint is of the rule %s; the Trainer has %s", j.Rule, rule)
	}
	var trained []string
	for _, p := range t.Params {
		trained = append(trained, p.Name())
	}
	if !slices.Equal(trained, j.Trained) {
		return fmt.Errorf("optim: the checkpoint is of a training of %s; the Trainer trains %s", quoted(j.Trained), quoted(trained))
	}
	rates, err := t.Rates()
	if err != nil {
		return err
	}
	for name, v := range j.Rates {
		if _, known := rates[name]; !known || !isRate(float64(v)) {
			return fmt.Errorf("optim: the checkpoint has the rate %q of %v, which the rule has not", name, v)
		}
	}
	if len(j.Rates) != len(rates) {
		return fmt.Errorf("optim: the checkpoint has %d rates, the rule %d", len(j.Rates), len(rates))
	}
	if s.Step < 0 || s.Epoch < 0 || s.Batch < 0 || s.Examples < 0 || s.Best < 0 || s.Best > len(j.History) || s.Waited < 0 || !isRate(s.Rate) {
		return fmt.Errorf("optim: the checkpoint is at no place that a training comes to: %+v", s)
	}
	for i, r := range j.History {
		if len(r.Names) != len(r.Metrics) || !slices.Equal(r.Names, j.History[0].Names) {
			return fmt.Errorf("optim: the checkpoint's record %d has %d metrics called %s", i, len(r.Metrics), quoted(r.Names))
		}
	}
	return nil
}

// restores returns the values that the rule's parameters had, and keeps those of the best
// network, if there is Patience for a better one. If there was none before, no record is the best.
func (f *Fit) restores(tensors []safetensors.Tensor, s *FitState) ([]saved, error) {
	given, hasBest := map[string]safetensors.Tensor{}, false
	for _, t := range tensors {
		isBest := strings.HasPrefix(t.Name, bestTensor)
		hasBest = hasBest || isBest
		if f.Patience > 0 || !isBest {
			given[t.Name] = t
		}
	}
	if f.Patience > 0 && !hasBest {
		s.Best, s.Waited = 0, 0
	}
	take := func(prefix string, params []*graph.Param) (all []saved, err error) {
		for _, p := range params {
			name := prefix + p.Name()
			t, ok := given[name]
			if !ok {
				return nil, fmt.Errorf("optim: the checkpoint has no tensor %q", name)
			}
			delete(given, name)
			if !slices.Equal(t.Shape, p.Shape()) || t.Len() != p.Shape().TotalSize() {
				return nil, fmt.Errorf("optim: the checkpoint's tensor %q has %d numbers and the shape %v, %v expected", name, t.Len(), t.Shape, p.Shape())
			}
			value := denseOf(t)
			if value == nil || value.Dtype() != p.Dtype() {
				return nil, fmt.Errorf("optim: the checkpoint's tensor %q is of type %s, %v expected", name, t.Dtype(), p.Dtype())
			}
			all = append(all, saved{p, value})
		}
		return all, nil
	}
	restore, err := take(ruleTensor, f.Trainer.state.params)
	if err != nil {
		return nil, err
	}
	var best []saved
	if f.Patience > 0 && s.Best > 0 {
		if best, err = take(bestTensor, slices.Concat(f.Trainer.Params, f.Trainer.Kept)); err != nil {
			return nil, err
		}
	}
	for name := range given {
		return nil, fmt.Errorf("optim: the checkpoint has a tensor %q that this training does not know", name)
	}
	f.best = best
	return restore, nil
}

// ruleText tells rules apart: by their types and fields, those of rules within too, and
// the names of parameters.
func ruleText(r Rule) string { return fieldText(reflect.ValueOf(r), 8) }

// fieldText returns a value as text that is the same in another process; of what lies
// deeper than that, and of functions, only the type.
func fieldText(v reflect.Value, depth int) string {
	if v.IsValid() && v.CanInterface() {
		if p, ok := v.Interface().(*graph.Param); ok {
			return strconv.Quote(p.Name())
		}
	}
	var parts []string
	switch v.Kind() {
	case reflect.Invalid:
		return "nil"
	case reflect.Interface, reflect.Pointer:
		if depth == 0 && !v.IsNil() {
			return v.Type().String()
		}
		return fieldText(v.Elem(), depth-1)
	case reflect.Struct:
		for i := range v.NumField() {
			parts = append(parts, v.Type().Field(i).Name+":"+fieldText(v.Field(i), depth))
		}
		return v.Type().Name() + "{" + strings.Join(parts, " ") + "}"
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			parts = append(parts, fieldText(v.Index(i), depth))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case reflect.Map:
		for _, key := range v.MapKeys() {
			parts = append(parts, fieldText(key, depth)+":"+fieldText(v.MapIndex(key), depth))
		}
		slices.Sort(parts)
		return "map[" + strings.Join(parts, " ") + "]"
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return v.Type().String()
	}
	return fmt.Sprint(v)
}

func (r Record) json() recordJSON {
	j := recordJSON{Epoch: r.Epoch, Step: r.Step, Cost: number(r.Cost), Rate: number(r.Rate), Best: r.Best}
	for _, m := range r.Metrics {
		j.Names, j.Metrics = append(j.Names, m.Name), append(j.Metrics, number(m.Value))
	}
	return j
}

func (j recordJSON) record() Record {
	r := Record{Epoch: j.Epoch, Step: j.Step, Cost: float64(j.Cost), Rate: float64(j.Rate), Best: j.Best}
	for i, name := range j.Names {
		r.Metrics = append(r.Metrics, Metric{name, float64(j.Metrics[i])})
	}
	return r
}

// tensorOf returns a value as files hold it; the value is not used for anything else.
func tensorOf(name string, v *tensor.Dense) safetensors.Tensor {
	t := safetensors.Tensor{Name: name, Shape: v.Shape()}
	if v.Dtype() == tensor.Float32 {
		t.Data = scalarOrSlice[float32](v)
	} else {
		t.Data = scalarOrSlice[float64](v)
	}
	return t
}

// scalarOrSlice returns the numbers of a value, of a scalar too.
func scalarOrSlice[T float32 | float64](v *tensor.Dense) []T {
	if x, ok := v.Data().(T); ok {
		return []T{x}
	}
	return v.Data().([]T)
}

// denseOf returns a tensor of a file, nil of a type that no parameter has.
func denseOf(t safetensors.Tensor) *tensor.Dense {
	switch data := t.Data.(type) {
	case []float64:
		return graph.Tensor(data, t.Shape...)
	case []float32:
		return graph.Tensor(data, t.Shape...)
	}
	return nil
}
