package modelfile

import (
	"encoding/json"
	"io"
	"strings"

	"chainrule/internal/experiment"
	"chainrule/internal/safetensors"
	"chainrule/internal/schema"
)

// An Inspection says what a file in the format of safetensors holds, but for its numbers.
// It is its own JSON.
type Inspection struct {
	Bytes int64 `json:"bytes,omitempty"` // of the file; 0 if there is none

	// Foreign is why the file is no model of this module; empty if it is one. Of a foreign
	// file there are Bytes, Keys and Tensors alone.
	Foreign string `json:"foreign,omitempty"`

	Version    int              `json:"version,omitempty"`
	Inputs     int              `json:"inputs,omitempty"`
	Outputs    int              `json:"outputs,omitempty"`
	Dtype      string           `json:"dtype,omitempty"`      // of the network: float64 or float32
	Parameters int              `json:"parameters,omitempty"` // numbers of all layers, means and seeds included
	Layers     []InspectedLayer `json:"layers,omitempty"`
	Experiment json.RawMessage  `json:"experiment,omitempty"` // as the file has it
	Data       *schema.Schema   `json:"data,omitempty"`       // nil if the file does not say

	Sections []InspectedSection `json:"sections,omitempty"`
	Keys     map[string]string  `json:"keys,omitempty"` // further metadata; of a foreign file all
	Tensors  []InspectedTensor  `json:"tensors,omitempty"`
}

// An InspectedLayer is a layer of the network.
type InspectedLayer struct {
	Kind       string           `json:"kind"`
	Name       string           `json:"name,omitempty"`
	Activation string           `json:"activation,omitempty"`
	Frozen     bool             `json:"frozen,omitempty"` // in the training
	In         int              `json:"in"`
	Out        int              `json:"out"`
	Parameters int              `json:"parameters"`       // numbers, those of Layers included
	Layers     []InspectedLayer `json:"layers,omitempty"` // inside
}

// An InspectedSection is what somebody added who goes on from the file.
type InspectedSection struct {
	Name    string `json:"name"`
	Tensors int    `json:"tensors"`
	Bytes   int64  `json:"bytes"` // of its tensors and its JSON
}

// An InspectedTensor is an array.
type InspectedTensor struct {
	Name  string            `json:"name"`
	Dtype safetensors.Dtype `json:"dtype"`
	Shape []int             `json:"shape"` // row-major; none is a single number
	Bytes int64             `json:"bytes"`
}

// Inspect reads the header of a file of so many bytes and says what it holds. A file that
// is not in the format of safetensors, or of another size than its header says, is an error;
// one that is no model of this module is not. The numbers are not read.
func Inspect(r io.Reader, size int64) (*Inspection, error) {
	in, err := safetensors.Open(r, size)
	if err != nil {
		return nil, err
	}
	i := &Inspection{Bytes: size}
	for _, t := range in.Tensors {
		i.Tensors = append(i.Tensors, InspectedTensor{Name: t.Name, Dtype: t.Dtype, Shape: append([]int{}, t.Shape...), Bytes: t.To - t.From})
	}
	f := &File{}
	if err := f.takeAll(in); err != nil {
		i.Foreign, i.Keys = err.Error(), in.Metadata
		return i, nil
	}
	own := Describe(f.Settings, f.Schema)
	own.Bytes, own.Tensors, own.Keys = i.Bytes, i.Tensors, f.Keys
	for _, s := range f.Sections {
		own.Sections = append(own.Sections, InspectedSection{Name: s.Name, Bytes: int64(len(s.JSON))})
	}
	for _, t := range i.Tensors {
		if k := f.sectionOf(t.Name); k >= 0 {
			own.Sections[k].Tensors++
			own.Sections[k].Bytes += t.Bytes
		}
	}
	return own, nil
}

// takeAll sets what the header says, whose tensors must be those of the network.
func (f *File) takeAll(in *safetensors.Reader) error {
	if err := f.take(in.Metadata); err != nil {
		return err
	}
	own := map[string]given{}
	for _, t := range in.Tensors {
		if f.sectionOf(t.Name) < 0 {
			own[t.Name] = given{t.Dtype, t.Shape}
		}
	}
	return checkTensors(f.Settings, own)
}

// Describe is [Inspect] of a model that is in memory: settings and schema must be those of a
// file. What only a file has is left out.
func Describe(s experiment.Settings, data schema.Schema) *Inspection {
	i := &Inspection{Version: Version, Inputs: s.Inputs, Outputs: s.Width(), Dtype: "float64"}
	if s.Dtype != "" {
		i.Dtype = s.Dtype
	}
	if len(data.Columns) > 0 {
		i.Data = &data
	}
	var err error
	if i.Experiment, err = json.Marshal(s); err != nil {
		i.Foreign = err.Error()
		return i
	}
	steps, err := Layout(s)
	if err != nil {
		i.Foreign = err.Error()
		return i
	}
	i.Layers, i.Parameters = inspected(steps)
	return i
}

// inspected returns layers and how many numbers they have.
func inspected(steps []Step) (all []InspectedLayer, sum int) {
	for _, s := range steps {
		l := InspectedLayer{Kind: s.Kind, Name: s.Name, Activation: strings.ToLower(s.Activation), Frozen: s.Frozen, In: s.In, Out: s.Out}
		l.Layers, l.Parameters = inspected(s.Steps)
		for _, slot := range s.Slots {
			n := 1
			for _, size := range slot.Shape {
				n *= size
			}
			l.Parameters += n
		}
		all, sum = append(all, l), sum+l.Parameters
	}
	return all, sum
}
