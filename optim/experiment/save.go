package experiment

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/internal/files"
	"chainrule/internal/modelfile"
	"chainrule/internal/safetensors"
	"chainrule/internal/words"
	"chainrule/layers"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// The names of the layers that stand before and behind the network in a model.
const (
	inputsLayer  = "inputs"
	targetsLayer = "targets"
)

// named returns the name of one of them.
func named(s Settings, name string) string { return strings.TrimPrefix(s.Name+"."+name, ".") }

// Model returns the network as it is now with what stands around it, so that it takes
// inputs and gives outputs in their own units: layers.Standardize before it if inputs are
// scaled, layers.Unstandardize behind it if targets are. Parameters are those of the
// experiment.
func (e *Experiment) Model() (layers.Model, error) {
	if err := e.made(); err != nil {
		return layers.Model{}, err
	}
	m := layers.Model{Network: e.Network, Settings: e.Settings, Schema: e.Schema}
	if e.Scaling == nil && e.TargetScaling == nil {
		return m, nil
	}
	all := layers.Sequential{e.Network}
	list := slices.Clone(e.Settings.Layers)
	if sc := e.Scaling; sc != nil {
		all = slices.Insert(all, 0, layers.Layer(layers.NewStandardize(named(e.Settings, inputsLayer), sc.Mean, sc.Std, e.Dtype())))
		list = slices.Insert(list, 0, Layer{Kind: experiment.Standardize, Name: inputsLayer})
	}
	if sc := e.TargetScaling; sc != nil {
		all = append(all, layers.NewUnstandardize(named(e.Settings, targetsLayer), sc.Mean, sc.Std, e.Dtype()))
		list = append(list, Layer{Kind: experiment.Unstandardize, Name: targetsLayer})
	}
	m.Network, m.Settings.Layers = all, list
	// A layer keeps a mistake until it is applied.
	return m, all.Apply(e.NewGraph().Input("X", e.Settings.Inputs, 1)).Err()
}

// endings are those of files that Save writes.
var endings = []string{".safetensors", ".npz"}

// CheckEnding reports a name of a file that Save does not write.
func CheckEnding(path string) error {
	if ending := strings.ToLower(filepath.Ext(path)); !slices.Contains(endings, ending) {
		return fmt.Errorf("%s: the ending %q given, %s expected", path, ending, words.List(endings, "or"))
	}
	return nil
}

// Save writes the model to a file. If its name ends in .safetensors, it is a file that
// layers.LoadFile and predict.LoadFile read, and Open too, since it says where the last
// training of the experiment is. With rule.average the network in it is the means. If it ends in .npz it has the parameters alone, for NumPy. The file is replaced in one step: on an
// error an older one stays as it was.
func (e *Experiment) Save(path string) error {
	if err := CheckEnding(path); err != nil {
		return err
	}
	m, err := e.Model()
	if err != nil {
		return err
	}
	if e.last == nil {
		return e.save(path, m)
	}
	return e.last.withMeans(func() error { return e.save(path, m) })
}

func (e *Experiment) save(path string, m layers.Model) error {
	if strings.ToLower(filepath.Ext(path)) == ".npz" {
		return layers.SaveFile(path, m)
	}
	sections, err := e.sections()
	if err != nil {
		return err
	}
	m.Sections = append(m.Sections, sections...)
	f, err := m.File()
	if err != nil {
		return err
	}
	if err := files.Write(path, func(w io.Writer) error { return modelfile.Write(w, f) }); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// Saved is an experiment in a file that Save wrote.
type Saved struct {
	// Settings are those of the training. Steps, Epochs and Patience may be changed before
	// Experiment is called.
	Settings Settings

	path string
	file *modelfile.File
}

// OpenSaved reads a file that Save wrote with the ending .safetensors, without the data
// that it names.
func OpenSaved(path string) (*Saved, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, files.Reason(err))
	}
	defer f.Close()
	m, err := modelfile.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, files.Reason(err))
	}
	s := &Saved{Settings: m.Settings, path: path, file: m}
	list := m.Settings.Layers
	if first := list[0]; first.Kind == experiment.Standardize && first.Name == inputsLayer {
		list = list[1:]
	}
	if n := len(list) - 1; n >= 0 && list[n].Kind == experiment.Unstandardize && list[n].Name == targetsLayer {
		list = list[:n]
	}
	s.Settings.Layers = slices.Clone(list)
	return s, nil
}

// The section that has, beside the means of the parameters, what they were last.
const lastSection, lastTensor = "last", "parameters"

// sections returns what a file has of where the last training is, or that of the file that
// Open read: nothing of one that has not begun, or by a full-batch rule.
func (e *Experiment) sections() ([]modelfile.Section, error) {
	t := e.last
	switch {
	case t == nil || t.State().Step == 0:
		return e.from.sections(), nil
	case t.done.Step > 0:
		return nil, nil
	}
	training, err := t.Checkpoint()
	return (&from{&training, t.last}).sections(), err
}

// from is where a training goes on.
type from struct {
	training *optim.Checkpoint // nil of one that had not begun
	last     []float64         // see Training.last
}

// sections returns it as a file has it.
func (f *from) sections() []modelfile.Section {
	if f == nil || f.training == nil {
		return nil
	}
	all := []modelfile.Section{*f.training}
	if f.last != nil { // as numbers of float64, which hold those of float32
		all = append(all, modelfile.Section{Name: lastSection, JSON: json.RawMessage(`{}`),
			Tensors: []safetensors.Tensor{{Name: lastTensor, Shape: []int{len(f.last)}, Data: f.last}}})
	}
	return all
}

// from returns where the file's training is, for one of the experiment.
func (s *Saved) from(e *Experiment) (*from, error) {
	training, ok := s.file.Section("training")
	if !ok {
		return &from{}, nil
	}
	f := &from{training: &training}
	if e.Settings.Rule.Average == 0 {
		return f, nil
	}
	flat, err := optim.Flatten(e.trained())
	if err != nil {
		return nil, err
	}
	if last, ok := s.file.Section(lastSection); ok && len(last.Tensors) == 1 {
		f.last, _ = last.Tensors[0].Data.([]float64)
	}
	if len(f.last) != flat.Len() {
		return nil, fmt.Errorf("the section %q has %d numbers, %d expected, the parameters behind their means", lastSection, len(f.last), flat.Len())
	}
	for i, v := range f.last {
		if v-v != 0 {
			return nil, fmt.Errorf("the section %q has %v for %s, a finite number expected", lastSection, v, flat.Name(i))
		}
	}
	return f, nil
}

// Experiment returns the experiment with the file's numbers, whose training goes on where
// the file's was, on the same data: others are an error.
func (s *Saved) Experiment(data Examples) (*Experiment, error) {
	if s == nil || s.file == nil {
		return nil, errors.New("experiment: the Saved was not made by OpenSaved")
	}
	settings := s.Settings
	settings.InitFrom = "" // the weights are in this file
	e, err := NewOn(settings, data)
	if err != nil {
		return nil, err
	}
	e.Settings.InitFrom = s.Settings.InitFrom
	if e.Settings.InitFrom != "" {
		s.takeScaling(e)
	}
	m, err := e.Model()
	if err != nil {
		return nil, err
	}
	if err := s.take(e.Network, m.Network); err != nil {
		return nil, fmt.Errorf("%s: %w", s.path, err)
	}
	if e.from, err = s.from(e); err != nil {
		return nil, fmt.Errorf("%s: %w", s.path, err)
	}
	return e, nil
}

// takeScaling scales as the file's network does, whose first weights came with a scaling of
// their own.
func (s *Saved) takeScaling(e *Experiment) {
	given := map[string][]float64{}
	for _, t := range s.file.Tensors {
		switch data := t.Data.(type) {
		case []float64:
			given[t.Name] = data
		case []float32:
			for _, v := range data {
				given[t.Name] = append(given[t.Name], float64(v))
			}
		}
	}
	for name, scaling := range map[string]*dataset.Scaling{inputsLayer: e.Scaling, targetsLayer: e.TargetScaling} {
		mean, std := given[named(e.Settings, name)+".mean"], given[named(e.Settings, name)+".std"]
		if scaling != nil && len(mean) == len(scaling.Mean) && len(std) == len(mean) {
			*scaling = dataset.Scaling{Mean: mean, Std: std} // of which nothing else is told yet
		}
	}
}

// take gives the parameters of a network the file's numbers. What stands around it was
// measured by the data, and must be what the file has.
func (s *Saved) take(network, whole layers.Layer) error {
	given := map[string]safetensors.Tensor{}
	for _, t := range s.file.Tensors {
		given[t.Name] = t
	}
	own := slices.Concat(network.Params(), layers.State(network))
	for _, p := range slices.Concat(own, layers.State(whole)) {
		t, ok := given[p.Name()]
		switch {
		case !ok:
			return fmt.Errorf("there is no tensor %q: the data or the layers are others than those of the file", p.Name())
		case slices.Contains(own, p):
			if err := p.Set(stored(t)); err != nil {
				return err
			}
		case !reflect.DeepEqual(p.Value().Data(), t.Data):
			return fmt.Errorf("the data has changed since: %s was %v, and is %v now", p.Name(), t.Data, p.Value().Data())
		}
	}
	for _, p := range slices.Concat(own, layers.State(whole)) {
		delete(given, p.Name())
	}
	for name := range given {
		return fmt.Errorf("the tensor %q is of no layer", name)
	}
	return nil
}

// Open returns the experiment of a file that Save wrote with the ending .safetensors, and
// loads or draws its data: Fit goes on where it ended, with more steps or epochs if
// the settings are given more. Who only predicts takes layers.LoadFile or
// predict.LoadFile, which need no data.
func Open(path string) (*Experiment, error) {
	s, err := OpenSaved(path)
	if err != nil {
		return nil, err
	}
	if s.Settings.Data.IsZero() {
		return nil, fmt.Errorf("experiment: %s: it names no data to go on with: OpenSaved reads it too, and its method Experiment takes examples", path)
	}
	data, err := Load(s.Settings.Data)
	if err != nil {
		return nil, err
	}
	return s.Experiment(data)
}

// stored returns a tensor of a file, of which it shares the numbers.
func stored(t safetensors.Tensor) *tensor.Dense {
	if narrow, ok := t.Data.([]float32); ok {
		return graph.Tensor(narrow, t.Shape...)
	}
	wide, _ := t.Data.([]float64)
	return graph.Tensor(wide, t.Shape...)
}
