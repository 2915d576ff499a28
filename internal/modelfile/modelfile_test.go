package modelfile

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"chainrule/internal/experiment"
	"chainrule/internal/safetensors"
	"chainrule/internal/schema"
)

// model is a file with everything that there can be.
func model() *File {
	return &File{
		Settings: experiment.Settings{
			Version: 1, Name: "net", Inputs: 3, Layers: []experiment.Layer{
				{Kind: experiment.Dense, Units: 2, Activation: "tanh"}, {Kind: experiment.Dense, Units: 1, Activation: "sigmoid"},
			}, Cost: experiment.Cost{Kind: experiment.CrossEntropy}, Dtype: "float32"},
		Schema: schema.Schema{Task: schema.Classify, Columns: []schema.Column{
			{Name: "weight"}, {Name: "colour", Categories: []string{"green", "red"}},
		}, Targets: []string{"kind"}, Classes: []string{"apple", "banana"}},
		Keys: map[string]string{"author": "Ada\n", "x": ""},
		Tensors: []safetensors.Tensor{
			{Name: "net.W1", Shape: []int{2, 3}, Data: []float32{1, 2, 3, 4, 5, 6}},
			{Name: "net.W2", Shape: []int{1, 2}, Data: []float32{7, 8}},
			{Name: "net.b1", Shape: []int{2, 1}, Data: []float32{9, 10}},
			{Name: "net.b2", Shape: []int{1, 1}, Data: []float32{11}},
		},
		Sections: []Section{
			{Name: "optim", JSON: json.RawMessage(`{"rule": "adam"}`), Tensors: []safetensors.Tensor{
				{Name: "step", Shape: []int{}, Data: []int64{1 << 60}},
				{Name: "m/net.W1", Shape: []int{2}, Data: []float64{0.5, math.Inf(1)}},
				{Name: "net.b2", Shape: []int{1}, Data: []uint8{3}},
			}},
			{Name: "position", JSON: json.RawMessage(`7`)},
		},
	}
}

// images is a file of a convolution.
func images() *File {
	return &File{
		Settings: experiment.Settings{Version: 1, Inputs: 18, Layers: []experiment.Layer{
			{Kind: experiment.Image, Shape: []int{2, 3, 3}},
			{Kind: experiment.Conv, Channels: 2, Kernel: []int{1, 2}, Stride: []int{2, 1}, Groups: 2},
			{Kind: experiment.MaxPool, Kernel: []int{2}},
			{Kind: experiment.Flatten},
		}},
		Tensors: []safetensors.Tensor{
			{Name: "conv1.W", Shape: []int{2, 1, 1, 2}, Data: []float64{1, 2, 3, 4}}, {Name: "conv1.b", Shape: []int{2, 1}, Data: []float64{5, 6}},
		},
	}
}

// A convolution has the tensors that its channels, groups and window ask for.
func TestConvolution(t *testing.T) {
	f := images()
	if got, err := Read(bytes.NewReader(write(t, f))); err != nil || !reflect.DeepEqual(got.Tensors, f.Tensors) || !reflect.DeepEqual(got.Settings, f.Settings) {
		t.Errorf("%+v, error %v", got, err)
	}
	f.Tensors[0].Shape = []int{2, 2, 1, 1}
	if err := f.Check(); err == nil || !strings.Contains(err.Error(), `tensor "conv1.W" has the shape (2,2,1,1), (2,1,1,2) expected`) {
		t.Errorf("error %v", err)
	}
	steps, err := Layout(f.Settings)
	if err != nil || steps[1].From != (experiment.ImageShape{Channels: 2, Height: 3, Width: 3}) || steps[1].To != (experiment.ImageShape{Channels: 2, Height: 2, Width: 2}) ||
		steps[3].In != 2 || steps[3].To != (experiment.ImageShape{}) {
		t.Errorf("%+v, error %v", steps, err)
	}
}

func write(t testing.TB, f *File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Everything is read as it was written, from any kind of reader; without sections what
// is left is the same.
func TestRoundTrip(t *testing.T) {
	data, want := write(t, model()), model()
	got, err := Read(iotest.HalfReader(bytes.NewReader(data)))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, error %v, %+v expected", got, err, want)
	}
	if s, ok := got.Section("position"); !ok || string(s.JSON) != "7" {
		t.Errorf("section %v, %v", s, ok)
	}
	if s, ok := got.Section("random"); ok {
		t.Errorf("section %v", s)
	}
	want.Sections = nil
	if got, err := ReadModel(bytes.NewReader(data)); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, error %v, %+v expected", got, err, want)
	}
	if !bytes.Equal(write(t, got), data) {
		t.Error("other bytes the second time")
	}
	want.Schema, want.Keys, want.Settings.Cost = schema.Schema{}, nil, experiment.Cost{}
	if got, err := Read(bytes.NewReader(write(t, want))); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, error %v, %+v expected", got, err, want)
	}
}

// What would not be read is not written.
func TestWriteErrors(t *testing.T) {
	for _, c := range []struct {
		want  string
		spoil func(f *File)
	}{
		{"experiment: layers: none given", func(f *File) { f.Settings.Layers = nil }},
		{"experiment: inputs: missing", func(f *File) { f.Settings.Inputs = 0; f.Settings.Data.Kind, f.Settings.Data.Name = "toy", "moons" }},
		{"data: schema: the task", func(f *File) { f.Schema.Task = "" }},
		{"data: its columns make 1 inputs, the network has 3", func(f *File) { f.Schema.Columns = f.Schema.Columns[:1] }},
		{"1 targets and 3 classes, for which 3 outputs are expected; the network has 1", func(f *File) { f.Schema.Classes = append(f.Schema.Classes, "cherry") }},
		{`the tensors are not those of the layers: "net.b2" missing`, func(f *File) { f.Tensors = f.Tensors[:3] }},
		{`"net.W1", "net.b1", "net.W2" and "net.b2" missing`, func(f *File) { f.Tensors = nil }},
		{`"net.W1" missing; "W1" of no layer`, func(f *File) { f.Tensors[0].Name = "W1" }},
		{`tensor "net.W1" is there twice`, func(f *File) { f.Tensors = append(f.Tensors, f.Tensors[0]) }},
		{`tensor "net.W1" has the shape (3,2), (2,3) expected by the layers`, func(f *File) { f.Tensors[0].Shape = []int{3, 2} }},
		{`tensor "net.b2" is of type F64, F32 expected`, func(f *File) { f.Tensors[3].Data = []float64{1} }},
		{`number 1 (from 0) of "net.b1" is NaN, a finite number expected`, func(f *File) { f.Tensors[2].Data = []float32{0, float32(math.NaN())} }},
		{`number 5 (from 0) of "net.W1" is -Inf`, func(f *File) { f.Tensors[0].Data.([]float32)[5] = float32(math.Inf(-1)) }},
		{`the key "data" of the metadata is one of the format's own`, func(f *File) { f.Keys["data"] = "" }},
		{`the key "section/x" of the metadata`, func(f *File) { f.Keys["section/x"] = "" }},
		{"a section is called", func(f *File) { f.Sections[0].Name = "" }},
		{"a section is called", func(f *File) { f.Sections[0].Name = "a/b" }},
		{`two sections are called "optim"`, func(f *File) { f.Sections[1].Name = "optim" }},
		{`section "optim": what it says is no JSON`, func(f *File) { f.Sections[0].JSON = nil }},
		{`the parameter "optim/a.W" is called as those of the section`, func(f *File) { f.Tensors[0].Name = "optim/a.W" }},
		{`"optim/step": the name is there twice`, func(f *File) { f.Sections[0].Tensors[1].Name = "step" }},
	} {
		f := model()
		c.spoil(f)
		var b bytes.Buffer
		if err := Write(&b, f); err == nil || !strings.Contains(err.Error(), c.want) || b.Len() > 0 {
			t.Errorf("error %v and %d bytes, one with %q expected", err, b.Len(), c.want)
		}
	}
}

// What does not go together is not read, and versions above ours are told as such.
func TestReadErrors(t *testing.T) {
	for _, c := range []struct {
		want  string
		spoil func(metadata map[string]string, tensors []safetensors.Tensor)
	}{
		{`it is no model of this program: the key "chainrule" of the metadata is missing`, func(m map[string]string, _ []safetensors.Tensor) { delete(m, "chainrule") }},
		{"its version is 2, and this program reads none above 1: a later one wrote it", func(m map[string]string, _ []safetensors.Tensor) { m["chainrule"] = "2" }},
		{`its version is "one"`, func(m map[string]string, _ []safetensors.Tensor) { m["chainrule"] = "one" }},
		{`its version is "0"`, func(m map[string]string, _ []safetensors.Tensor) { m["chainrule"] = "0" }},
		{`the key "experiment" of the metadata is missing`, func(m map[string]string, _ []safetensors.Tensor) { delete(m, "experiment") }},
		{"experiment: it is empty", func(m map[string]string, _ []safetensors.Tensor) { m["experiment"] = "" }},
		{"experiment: more than 256 KiB", func(m map[string]string, _ []safetensors.Tensor) { m["experiment"] += strings.Repeat(" ", 256<<10) }},
		{"data: more than 32 MiB", func(m map[string]string, _ []safetensors.Tensor) { m["data"] += strings.Repeat(" ", 32<<20) }},
		{"experiment: line 1, column 1", func(m map[string]string, _ []safetensors.Tensor) { m["experiment"] = strings.Repeat("[", 20000) }},
		{"at most 134217728 weights", func(m map[string]string, _ []safetensors.Tensor) {
			m["experiment"] = strings.Replace(m["experiment"], `"units":2`, `"units":2000000000`, 1)
		}},
		{"(200000,3) expected", func(m map[string]string, _ []safetensors.Tensor) {
			m["experiment"] = strings.Replace(m["experiment"], `"units":2`, `"units":200000`, 1)
		}},
		{"data: ", func(m map[string]string, _ []safetensors.Tensor) { m["data"] = strings.Repeat("[", 20000) }},
		{"data: its columns make", func(m map[string]string, _ []safetensors.Tensor) {
			m["data"] = `{"task":"regress","columns":[{"name":"a"}],"targets":["b"]}`
		}},
		{`section "optim": what it says is no JSON`, func(m map[string]string, _ []safetensors.Tensor) { m["section/optim"] = "{" }},
		{`a section is called "a/b"`, func(m map[string]string, _ []safetensors.Tensor) { m["section/a/b"] = "{}" }},
		{`"optim/m/net.W1", "optim/net.b2" and "optim/step" of no layer`, func(m map[string]string, _ []safetensors.Tensor) { delete(m, "section/optim") }},
		{`number 0 (from 0) of "net.W2" is +Inf`, func(_ map[string]string, ts []safetensors.Tensor) { ts[1].Data.([]float32)[0] = float32(math.Inf(1)) }},
	} {
		f := model()
		metadata, tensors, err := f.flat()
		if err != nil {
			t.Fatal(err)
		}
		c.spoil(metadata, tensors)
		var b bytes.Buffer
		if err := safetensors.Write(&b, metadata, tensors); err != nil {
			t.Fatal(err)
		}
		_, err = Read(&b)
		if err == nil || strings.Contains(err.Error(), "modelfile: ") || strings.Contains(err.Error(), "safetensors: ") || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 400 {
			t.Errorf("error %v, one with %q expected", err, c.want)
		}
	}
}

// Every kind of layer that an experiment may have is kept in files, and no other.
func TestEveryKindIsKept(t *testing.T) {
	kept, known := slices.Sorted(maps.Keys(slotsOf())), experiment.Kinds(experiment.Layer{})
	slices.Sort(known)
	if !slices.Equal(kept, known) {
		t.Errorf("%v are kept, %v known", kept, known)
	}
}
