package experiment

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/internal/files"
	"chainrule/internal/modelfile"
	"chainrule/internal/numpyrand"
	"chainrule/internal/schema"
	"chainrule/internal/words"
	"chainrule/layers"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"chainrule/optim/fullbatch"
	"gorgonia.org/tensor"
)

// An Experiment is a network with its cost, rule and data. One goroutine uses it
// at a time.
type Experiment struct {
	// Settings are those that it was made of, with the number of inputs.
	Settings Settings

	// Network maps inputs of shape (n, m) to outputs: of cross-entropy they are
	// probabilities. It is a *layers.MLP if all layers are dense ones without names and
	// activations behind them, else a layers.Sequential.
	Network layers.Layer

	// Rule is nil if the settings have none, or one of the full-batch methods lbfgs and
	// newton, which are no optim.Rule.
	Rule optim.Rule

	// Examples are those of the settings' data, or given to NewOn.
	Examples

	// Workers is how many goroutines share the work of a step or a prediction.
	// See graph.Spec.Workers.
	Workers int

	run  map[int]*predictor // by number of examples
	last *Training          // the one of which Save keeps where it is
	from *from              // where the next training goes on; nil for the beginning
}

// New returns the experiment that s describes, and loads or draws its data.
func New(s Settings) (*Experiment, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if s.Data.IsZero() {
		return NewOn(s, Examples{})
	}
	data, err := Load(s.Data)
	if err != nil {
		return nil, err
	}
	return NewOn(s, data)
}

// NewOn returns the experiment that s describes on examples of one's own. Data of
// s are not looked at; without a training set only the network is made. A schema that
// is not given is that of the training set. Inputs that the first layer makes images of are
// scaled channel by channel: by the mean of the means of its pixels and what follows for
// the standard deviation.
func NewOn(s Settings, data Examples) (*Experiment, error) {
	if data.Train != nil && s.Inputs == 0 {
		s.Inputs = len(data.Train.Features)
	}
	if err := s.Check(); err != nil {
		return nil, err
	}
	if err := fits(s, data.Train); err != nil {
		return nil, err
	}
	if data.Train != nil && data.Schema.Task == "" {
		data.Schema = data.Train.Schema()
	}
	data.Scaling = scalingFor(s, data.Scaling)
	e := &Experiment{Settings: s, Examples: data, run: map[int]*predictor{}}
	if data.Train != nil && e.Scaled(data.Train) == nil {
		return nil, experiment.Errorf("data", "the scaling does not fit the examples: finite numbers for each of %s and %s expected",
			words.Count(len(data.Train.Features), "input"), words.Count(len(data.Train.Targets), "number")+" to predict")
	}
	if s.Rule.Kind != "" && !s.Rule.FullBatch() {
		e.Rule = makeRule(s.Rule)
	}
	network, err := layers.Build(s, numpyrand.New(s.Seed))
	if err != nil {
		return nil, err
	}
	e.Network = network
	if err := e.checkTrained(); err != nil {
		return nil, err
	}
	return e, e.initFrom()
}

// checkTrained reports parameters that the rule cannot train.
func (e *Experiment) checkTrained() error {
	s := e.Settings
	if s.Rule.Kind == "" {
		return nil
	}
	params := e.trained()
	if len(params) == 0 && len(e.Network.Params()) > 0 {
		return experiment.Errorf("layers", "all of them are frozen, one that is trained expected")
	}
	if flat, err := optim.Flatten(params); err == nil && s.Rule.Kind == experiment.Newton && flat.Len() > fullbatch.MostNewton {
		return experiment.Errorf("rule.kind", "newton given for %d weights and biases, at most %d expected: lbfgs takes any number", flat.Len(), fullbatch.MostNewton)
	}
	return nil
}

// initFrom takes the first weights from the file that the settings name, and how inputs
// and numbers to predict are scaled, if it says so.
func (e *Experiment) initFrom() error {
	path := e.Settings.InitFrom
	if path == "" {
		return nil
	}
	if err := e.checkSchema(path); err != nil {
		return experiment.Errorf("init-from", "%s: %w", path, err)
	}
	m, err := e.Model()
	if err != nil {
		return err
	}
	if err := layers.LoadWeights(path, m.Network); err != nil {
		return &Error{Path: "init-from", Err: err}
	}
	all, _ := m.Network.(layers.Sequential)
	for _, l := range all {
		switch l := l.(type) {
		case *layers.Standardize:
			if e.Scaling != nil && l == all[0] {
				e.Scaling = &dataset.Scaling{Mean: float64s(l.Mean.Value()), Std: float64s(l.Std.Value())}
			}
		case *layers.Unstandardize:
			if e.TargetScaling != nil && l == all[len(all)-1] {
				e.TargetScaling = &dataset.Scaling{Mean: float64s(l.Mean.Value()), Std: float64s(l.Std.Value())}
			}
		}
	}
	return nil
}

// checkSchema reports a model file whose inputs or classes stand for something else than the
// experiment's. A file that does not say is none.
func (e *Experiment) checkSchema(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return files.Reason(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return files.Reason(err)
	}
	if !info.Mode().IsRegular() {
		return errors.New("a file expected, this is none")
	}
	i, err := modelfile.Inspect(f, info.Size())
	if err != nil || i.Data == nil || e.Train == nil {
		return nil // of which LoadWeights says what is wrong
	}
	given, own := *i.Data, e.Schema
	if a, b := given.InputNames(), e.Train.Features; !slices.Equal(a, b) {
		return fmt.Errorf("its network takes the inputs %s; the data has %s", schema.List(a), schema.List(b))
	}
	if !slices.Equal(given.Classes, own.Classes) {
		return fmt.Errorf("its network tells the classes %s; the data has %s", schema.List(given.Classes), schema.List(own.Classes))
	}
	return nil
}

// trained returns the parameters of layers that are not frozen.
func (e *Experiment) trained() []*graph.Param {
	all := e.Network.Params()
	params, rest := unfrozen(e.Settings.Layers, all)
	return append(params, rest...)
}

// unfrozen returns those of the parameters of a list of layers that are trained, and the
// parameters that are left over; each layer has as many as its kind has.
func unfrozen(list []Layer, params []*graph.Param) (trained, rest []*graph.Param) {
	for _, l := range list {
		var inner []*graph.Param
		inner, params = unfrozen(l.Layers, params)
		trained = append(trained, inner...)
		if n := min(paramsIn(l), len(params)); n > 0 {
			if !l.Frozen {
				trained = append(trained, params[:n]...)
			}
			params = params[n:]
		}
	}
	return trained, params
}

// paramsOf is how many parameters layers of a kind train.
var paramsOf = map[string]int{experiment.Dense: 2, experiment.Conv: 2, experiment.BatchNorm: 2, experiment.LayerNorm: 2,
	experiment.Embedding: 1, experiment.Attention: 4, experiment.RNN: 4, experiment.GRU: 4, experiment.LSTM: 4}

// paramsIn is how many parameters a layer trains.
func paramsIn(l Layer) int {
	if l.Kind == experiment.Positions && l.Steps > 0 {
		return 1
	}
	return paramsOf[l.Kind]
}

// fits reports a network that does not fit a set.
func fits(s Settings, set *dataset.Set) error {
	if set == nil {
		if s.Inputs == 0 {
			return experiment.Errorf("inputs", "missing, at least 1 expected where there is no data to tell it")
		}
		return nil
	}
	if err := set.Check(); err != nil {
		return err
	}
	if n := len(set.Features); n != s.Inputs {
		return experiment.Errorf("inputs", "%d given, but the data has %d", s.Inputs, n)
	}
	switch set.Task() {
	case dataset.Regress:
		return fitsNumbers(s, set)
	case "":
		return experiment.Errorf("data", "the examples have no targets")
	}
	outputs := 1
	if k := len(set.Classes); k > 2 {
		outputs = k
	}
	_, path := s.Output()
	switch {
	case s.Width() != outputs:
		return experiment.Errorf("layers", "%s given, but the data has %s, which take %d", words.Count(s.Width(), "output"), words.Count(len(set.Classes), "class"), outputs)
	case outputs == 1 && s.Meaning() == experiment.Probabilities:
		return experiment.Errorf(path, "softmax given, but of one output it is always 1: sigmoid expected")
	case outputs > 1 && s.Meaning() == experiment.Probability && s.Cost.OfClasses():
		return experiment.Errorf(path, "sigmoid given, but the data has %d classes that exclude one another: softmax expected", outputs)
	}
	return nil
}

// fitsNumbers is fits for targets that are numbers.
func fitsNumbers(s Settings, set *dataset.Set) error {
	output, path := s.Output()
	switch n := len(set.Targets); {
	case s.Cost.OfClasses() || s.Cost.Kind == experiment.Hinge:
		return experiment.Errorf("cost.kind", "%s given, but the targets are numbers: squared-error, absolute-error or huber expected; "+
			"if they are classes, data.task says so", s.Cost.Kind)
	case s.Meaning() != experiment.Numbers:
		return experiment.Errorf(path, "%s given, but the targets are numbers: none expected", output)
	case s.Width() != n:
		return experiment.Errorf("layers", "%s given, but the data has %s", words.Count(s.Width(), "output"), words.Count(n, "number")+" to predict")
	}
	return nil
}

// made reports an experiment that was not made by New, NewOn or Read.
func (e *Experiment) made() error {
	if e == nil || e.Network == nil || e.run == nil {
		return errBare
	}
	return nil
}

var errBare = errors.New("experiment: it was not made by New, NewOn or Read")

// Dtype is that of all numbers.
func (e *Experiment) Dtype() tensor.Dtype {
	if e != nil && e.Settings.Dtype == "float32" {
		return tensor.Float32
	}
	return tensor.Float64
}

// NewGraph returns an empty graph of the experiment's dtype.
func (e *Experiment) NewGraph() *graph.Graph { return graph.New(graph.Settings{Dtype: e.Dtype()}) }

// Trainer returns a new trainer of the layers that are not frozen: it has the rule's state, and
// takes batches as Batch makes them. The caller closes it, and has its rate follow
// Schedule. Of an experiment that New
// did not make it is one that has no Cost, and says so at the first step.
func (e *Experiment) Trainer() *optim.Trainer {
	if e.made() != nil {
		return &optim.Trainer{}
	}
	return &optim.Trainer{Params: e.trained(), Kept: layers.State(e.Network), Rule: e.Rule, Cost: e.Cost, Workers: e.Workers}
}

// Batch returns all examples of a set, scaled, as the inputs X and Y of the cost.
func (e *Experiment) Batch(set *dataset.Set) optim.Batch {
	set = e.Scaled(set)
	return optim.Batch{"X": set.Inputs(e.Dtype()), "Y": set.Labels(e.Dtype())}
}
