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
var endings = []string{".safetensors", ".npz", ".json"}

// CheckEnding reports a name of a file that Save does not write.
func CheckEnding(path string) error {
	if ending := strings.ToLower(filepath.Ext(path)); !slices.Contains(endings, ending) {
		return fmt.Errorf("experiment: %s: the ending %q given, %s expected", path, ending, words.List(endings, "or"))
	}
	return nil
}

// Save writes the model to a file. If its name ends in .safetensors, it is a file that
// layers.LoadFile and predict.LoadFile read, and Open too, since it says where the last
// training of the experiment is. If it ends in .npz it has the parameters alone, for NumPy; in
// .json experiment, schema and parameters as text. The file is replaced in one step: on an
// error an older one stays as it was.
func (e *Experiment) Save(path string) error {
	if err := CheckEnding(path); err != nil {
		return err
	}
	m, err := e.Model()
	if err != nil {
		return err
	}
	write := modelfile.Write
	switch strings.ToLower(filepath.Ext(path)) {
	case ".npz":
		return layers.SaveFile(path, m)
	case ".json":
		write = writeJSON
	}
	section, err := e.checkpoint()
	if err != nil {
		return err
	}
	if section != nil {
		m.Sections = append(m.Sections, *section)
	}
	f, err := m.File()
	if err != nil {
		return err
	}
	if err := files.Write(path, func(w io.Writer) error { return write(w, f) }); err != nil {
		return fmt.Errorf("experiment: %s: %w", path, err)
	}
	return nil
}

// checkpoint returns where the last training is, or that of the file that Open read; nil if there
// is none.
func (e *Experiment) checkpoint() (*optim.Checkpoint, error) {
	if e.last == nil || e.last.State().Step == 0 {
		return e.from, nil
	}
	c, err := e.last.Checkpoint()
	return &c, err
}

// writeJSON writes a model as text.
func writeJSON(w io.Writer, f *modelfile.File) error {
	type numbers struct {
		Shape []int `json:"shape"`
		Data  any   `json:"data"` // row-major
	}
	all := struct {
		Experiment Settings           `json:"experiment"`
		Data       *dataset.Schema    `json:"data,omitempty"`
		Tensors    map[string]numbers `json:"tensors"`
	}{f.Settings, nil, map[string]numbers{}}
	if f.HasSchema() {
		all.Data = &f.Schema
	}
	for _, t := range f.Tensors {
		all.Tensors[t.Name] = numbers{t.Shape, t.Data}
	}
	return json.NewEncoder(w).Encode(all)
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
		return nil, fmt.Errorf("experiment: %s: %w", path, files.Reason(err))
	}
	defer f.Close()
	m, err := modelfile.Read(f)
	if err != nil {
		return nil, fmt.Errorf("experiment: %s: %w", path, err)
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

// Experiment returns the experiment with the file's numbers, whose training goes on where
// the file's was, on the same data: others are an error.
func (s *Saved) Experiment(data Examples) (*Experiment, error) {
	if s == nil || s.file == nil {
		return nil, errors.New("experiment: the Saved was not made by OpenSaved")
	}
	e, err := NewOn(s.Settings, data)
	if err != nil {
		return nil, err
	}
	m, err := e.Model()
	if err != nil {
		return nil, err
	}
	if err := s.take(e.Network, m.Network); err != nil {
		return nil, fmt.Errorf("experiment: %s: %w", s.path, err)
	}
	if section, ok := s.file.Section("training"); ok {
		e.from = &section
	}
	return e, nil
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
			if err := p.Set(tensor.New(tensor.WithShape(t.Shape...), tensor.WithBacking(t.Data))); err != nil {
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
