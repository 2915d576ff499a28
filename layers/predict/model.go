package predict

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"chainrule/internal/experiment"
	"chainrule/internal/modelfile"
	"chainrule/internal/schema"
)

// A Model is a trained network that only predicts. It does not change, and any number of
// goroutines may use it at once. It is made by [Load], [LoadFile] or [New].
type Model struct {
	settings experiment.Settings
	schema   schema.Schema
	inputs   int
	outputs  int

	double *network[float64] // one of these is not nil
	single *network[float32]
}

// Load reads a model to the end of r, as layers.Save writes it, from a file that an
// executable embeds for instance. What is wrong with it is an error, whatever it is.
//
// Of a reader whose length is known, as that of a file or a bytes.Reader, it takes as much memory
// as the file has bytes, once, and little beside it: what the JSON of layers and columns becomes,
// and for a moment 128 bytes for each input of the widest dense layer, 4 KB without vector
// instructions. See docs/adr/0028-model-file.md for other readers, and how much a hostile file
// can take.
func Load(r io.Reader) (*Model, error) {
	f, err := modelfile.ReadModel(r)
	if err != nil {
		return nil, fmt.Errorf("predict: %w", err)
	}
	return newModel(f, true)
}

// LoadFile is [Load] of a file.
func LoadFile(path string) (*Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("predict: %w", err)
	}
	defer f.Close()
	m, err := modelfile.ReadModel(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return newModel(m, true)
}

// New returns the model of a file, of whose tensors it keeps copies. The file must be one
// that modelfile.Write takes.
func New(f *modelfile.File) (*Model, error) {
	if f == nil {
		return nil, errors.New("predict: the file is nil")
	}
	return newModel(f, false)
}

// newModel is New, of a file whose tensors nobody else has if it is owned.
func newModel(f *modelfile.File, owned bool) (*Model, error) {
	if err := f.Check(); err != nil {
		return nil, fmt.Errorf("predict: %w", err)
	}
	m := &Model{settings: f.Settings, schema: f.Schema.Clone(), inputs: f.Settings.Inputs, outputs: f.Settings.Width()}
	var err error
	if f.Settings.Dtype == "float32" {
		m.single, err = newNetwork[float32](f, owned)
	} else {
		m.double, err = newNetwork[float64](f, owned)
	}
	if err != nil {
		return nil, fmt.Errorf("predict: %w", err)
	}
	return m, nil
}

var errBare = errors.New("predict: the model was not made by Load, LoadFile or New")

// made reports a model that is none.
func (m *Model) made() error {
	if m == nil || m.double == nil && m.single == nil {
		return errBare
	}
	return nil
}

// Inputs returns how many numbers an example has.
func (m *Model) Inputs() int {
	if m == nil {
		return 0
	}
	return m.inputs
}

// Outputs returns how many numbers come out for an example.
func (m *Model) Outputs() int {
	if m == nil {
		return 0
	}
	return m.outputs
}

// InputNames returns what the inputs are called, as in weight and colour=red; nil if the
// model does not say.
func (m *Model) InputNames() []string {
	if m == nil {
		return nil
	}
	return m.schema.InputNames()
}

// TargetNames returns what is predicted: the name of the column that holds the class, or of
// each number that comes out; nil if the model does not say.
func (m *Model) TargetNames() []string {
	if m == nil {
		return nil
	}
	return slices.Clone(m.schema.Targets)
}

// ClassNames returns the names of the classes in the order of their numbers; nil if the
// model predicts none or does not say.
func (m *Model) ClassNames() []string {
	if m == nil {
		return nil
	}
	return slices.Clone(m.schema.Classes)
}

// Schema returns what inputs and outputs stand for; without columns if the model does not
// say.
func (m *Model) Schema() schema.Schema {
	if m == nil {
		return schema.Schema{}
	}
	return m.schema.Clone()
}

// Settings returns the experiment that the network comes from, as its file has it. Nothing
// in them may be changed.
func (m *Model) Settings() experiment.Settings {
	if m == nil {
		return experiment.Settings{}
	}
	return m.settings
}
