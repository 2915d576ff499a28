package layers_test

import (
	"archive/zip"
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/internal/modelfile"
	"chainrule/internal/safetensors"
	"chainrule/internal/schema"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// everything are the settings of a network with every kind of layer but those of images.
func everything(dtype string) experiment.Settings {
	return experiment.Settings{
		Version: 1, Name: "net", Inputs: 4, Dtype: dtype, Seed: 5, Cost: experiment.Cost{Kind: experiment.CrossEntropy},
		Layers: []experiment.Layer{
			{Kind: experiment.Standardize},
			{Kind: experiment.Dense, Units: 5, Activation: "tanh", Init: experiment.Init{Kind: "he"}},
			{Kind: experiment.BatchNorm, Momentum: 0.25, Epsilon: 0.125},
			{Kind: experiment.Dropout, Rate: 0.5},
			{Kind: experiment.Residual, Layers: []experiment.Layer{
				{Kind: experiment.LayerNorm, Name: "mine"}, {Kind: experiment.Dense, Units: 5}, {Kind: experiment.Activation, Activation: "relu"}}},
			{Kind: experiment.Parallel, Layers: []experiment.Layer{
				{Kind: experiment.Sequential, Layers: []experiment.Layer{{Kind: experiment.Dense, Units: 2, Activation: "gelu"}, {Kind: experiment.LayerNorm}}},
				{Kind: experiment.Activation, Activation: "elu"}}},
			{Kind: experiment.Unstandardize, Name: "back"},
			{Kind: experiment.Dense, Units: 3, Activation: "softmax"},
		},
	}
}

// everyParam returns what a network trains and keeps.
func everyParam(net layers.Layer) []*graph.Param { return append(net.Params(), layers.State(net)...) }

// fill gives all parameters numbers from a source; those of variances and deviations are
// positive, those of seeds whole.
func fill(t testing.TB, net layers.Layer, rng *rand.Rand) {
	t.Helper()
	for _, p := range everyParam(net) {
		v := p.Value()
		for i := range v.DataSize() {
			x := rng.NormFloat64()
			switch p.Name()[strings.LastIndex(p.Name(), ".")+1:] {
			case "variance", "std":
				x = math.Abs(x) + 0.125
			case "seed":
				x = float64(rng.IntN(1000))
			}
			if data, ok := v.Data().([]float32); ok {
				data[i] = float32(x)
			} else {
				v.Float64s()[i] = x
			}
		}
		if err := p.Set(v); err != nil {
			t.Fatal(err)
		}
	}
}

func built(t testing.TB, s experiment.Settings) layers.Layer {
	t.Helper()
	if err := s.CheckNetwork(); err != nil {
		t.Fatal(err)
	}
	net, err := layers.Build(s, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	fill(t, net, rand.New(rand.NewPCG(3, 4)))
	return net
}

func saved(t testing.TB, m layers.Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := layers.Save(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// same reports parameters of two networks that are not the same bits.
func same(t testing.TB, got, want layers.Layer) {
	t.Helper()
	a, b := everyParam(got), everyParam(want)
	if len(a) != len(b) {
		t.Fatalf("%d parameters, %d expected", len(a), len(b))
	}
	for i := range a {
		if a[i].Name() != b[i].Name() || !reflect.DeepEqual(a[i].Value().Data(), b[i].Value().Data()) || !a[i].Shape().Eq(b[i].Shape()) {
			t.Errorf("%s %v, %s %v expected", a[i].Name(), a[i].Value(), b[i].Name(), b[i].Value())
		}
	}
}

func text(t testing.TB, s experiment.Settings) string {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

// kinds reports how many of all kinds of layers there are.
func kinds(list []experiment.Layer, into map[string]bool) int {
	for _, l := range list {
		into[l.Kind] = true
		kinds(l.Layers, into)
	}
	return len(into)
}

// A network of every kind of layer is loaded as it was saved, in both dtypes, with its
// settings, and so is the network of dense layers alone.
func TestSaveLoad(t *testing.T) {
	if n := kinds(slices.Concat(everything("").Layers, images("").Layers, sequences(t, "").Layers, classes("").Layers), map[string]bool{}); n != len(experiment.Kinds(experiment.Layer{})) {
		t.Errorf("%d kinds of layers, not all", n)
	}
	plain := everything("")
	plain.Name, plain.Layers = "", []experiment.Layer{{Kind: experiment.Dense, Units: 2, Activation: "relu"}, {Kind: experiment.Dense, Units: 1, Activation: "sigmoid"}}
	for _, s := range []experiment.Settings{everything(""), everything("float32"), images(""), images("float32"), sequences(t, ""), sequences(t, "float32"), classes("float32"), plain} {
		net := built(t, s)
		data := saved(t, layers.Model{Network: net, Settings: s})
		m, err := layers.Load(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		same(t, m.Network, net)
		if !reflect.DeepEqual(m.Settings, s) || reflect.TypeOf(m.Network) != reflect.TypeOf(net) {
			t.Errorf("%s of %T, %s of %T expected", text(t, m.Settings), m.Network, text(t, s), net)
		}
		if !bytes.Equal(saved(t, *m), data) {
			t.Error("other bytes the second time")
		}
	}
}

// Without settings the file says what the network is; with those of another network it
// does so too.
func TestSaveDescribes(t *testing.T) {
	net := layers.MLPSettings{Name: "a", Sizes: []int{2, 3, 1}, Output: layers.Sigmoid, Dtype: tensor.Float32}.New(rand.New(rand.NewPCG(1, 2)))
	for _, s := range []experiment.Settings{{}, everything("")} {
		m, err := layers.Load(bytes.NewReader(saved(t, layers.Model{Network: net, Settings: s})))
		if err != nil {
			t.Fatal(err)
		}
		same(t, m.Network, net)
		want, _ := layers.Describe(net)
		if !reflect.DeepEqual(m.Settings.Layers, want.Layers) || m.Settings.Name != "a" || m.Settings.Inputs != 2 ||
			m.Settings.Dtype != "float32" || !reflect.DeepEqual(m.Settings.Cost, s.Cost) || m.Settings.Seed != s.Seed {
			t.Errorf("%+v", m.Settings)
		}
	}
}

// own is a layer that cannot be described.
type own struct{ layers.Activation }

func (own) Describe() {}

// What cannot be loaded again is not saved.
func TestSaveErrors(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	spoilt := layers.NewTwoLayer(2, 2, 1, layers.Tanh, layers.He, rng)
	nan := spoilt.W[0].Value()
	nan.Float64s()[3] = math.NaN()
	if err := spoilt.W[0].Set(nan); err != nil {
		t.Fatal(err)
	}
	regress := schema.Schema{Task: schema.Regress, Columns: []schema.Column{{Name: "a"}}, Targets: []string{"b"}}
	mixed := layers.Sequential{
		layers.DenseSettings{Name: "a", In: 1, Out: 1, Dtype: tensor.Float32}.New(rng), layers.DenseSettings{Name: "b", In: 1, Out: 1}.New(rng)}
	for _, c := range []struct {
		m    layers.Model
		want string
	}{
		{layers.Model{}, "no network"},
		{layers.Model{Network: own{}}, "a layer of type layers_test.own cannot be described"},
		{layers.Model{Network: layers.NewDense("a", 0, 1, layers.He, rng)}, "In is 0"},
		{layers.Model{Network: spoilt}, `number 3 (from 0) of "W1" is NaN, a finite number expected`},
		{layers.Model{Network: layers.NewTwoLayer(2, 2, 1, layers.Tanh, layers.He, rng), Schema: regress}, "its columns make 1 inputs, the network has 2"},
		{layers.Model{Network: layers.NewTwoLayer(1, 2, 2, layers.Tanh, layers.He, rng), Schema: regress}, "1 targets and 0 classes, for which 1 outputs are expected; the network has 2"},
		{layers.Model{Network: layers.Tanh}, "inputs: "},
		{layers.Model{Network: mixed}, `tensor "b.W" is of type F64, F32 expected`},
	} {
		var b bytes.Buffer
		if err := layers.Save(&b, c.m); err == nil || !strings.Contains(err.Error(), c.want) || b.Len() > 0 {
			t.Errorf("error %v and %d bytes, one with %q expected", err, b.Len(), c.want)
		}
		path := filepath.Join(t.TempDir(), "model.safetensors")
		if err := layers.SaveFile(path, c.m); err == nil {
			t.Error("no error of SaveFile")
		}
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("there is a file: %v", err)
		}
	}
}

// Files are found, and their errors name them.
func TestFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.safetensors")
	net := built(t, everything(""))
	if err := layers.SaveFile(path, layers.Model{Network: net}); err != nil {
		t.Fatal(err)
	}
	m, err := layers.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	same(t, m.Network, net)
	if err := layers.SaveFile(path+".txt", *m); err == nil || !strings.Contains(err.Error(), `the ending ".txt" given`) {
		t.Errorf("error %v", err)
	}
	weights := strings.TrimSuffix(path, ".safetensors") + ".NPZ"
	if err := layers.SaveFile(weights, *m); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.OpenReader(weights)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	for i, p := range everyParam(net) {
		if got := archive.File[i].Name; got != p.Name()+".npy" || len(archive.File) != len(everyParam(net)) {
			t.Errorf("array %d of %d is %s, %s expected", i, len(archive.File), got, p.Name())
		}
	}
	if _, err := layers.LoadFile(weights); err == nil {
		t.Error("weights alone are a model")
	}
	if err := os.WriteFile(path, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{path, path + "2"} {
		if _, err := layers.LoadFile(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("error %v, one with %s expected", err, path)
		}
	}
}

// Sections of somebody else's are loaded and saved again as they are, by Load and LoadFile.
func TestSectionsStay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.safetensors")
	sections := []modelfile.Section{
		{Name: "mine", JSON: json.RawMessage(`{"a":[1,null]}`), Tensors: []safetensors.Tensor{
			{Name: "u/v", Shape: []int{2, 1}, Data: []float64{1.5, math.Inf(1)}}, {Name: "w", Shape: []int{1}, Data: []float32{3}}}},
		{Name: "yours", JSON: json.RawMessage(`"text"`)},
	}
	if err := layers.SaveFile(path, layers.Model{Network: built(t, everything("")), Sections: sections}); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, load := range map[string]func() (*layers.Model, error){
		"LoadFile": func() (*layers.Model, error) { return layers.LoadFile(path) },
		"Load":     func() (*layers.Model, error) { return layers.Load(bytes.NewReader(file)) },
	} {
		m, err := load()
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(m.Sections, sections) {
			t.Errorf("%s: sections %+v, %+v expected", name, m.Sections, sections)
		}
		var again bytes.Buffer
		if err := layers.Save(&again, *m); err != nil || !bytes.Equal(again.Bytes(), file) {
			t.Errorf("%s: saved again the file is another one, error %v", name, err)
		}
	}
}

//go:embed testdata/model.safetensors
var embedded embed.FS

// A file of this version that was written once is loaded for ever, and says what it said.
func TestOldFile(t *testing.T) {
	f, err := embedded.Open("testdata/model.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	m, err := layers.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	want := everything("float32")
	same(t, m.Network, built(t, want))
	if !reflect.DeepEqual(m.Settings, want) {
		t.Errorf("%s, %s expected", text(t, m.Settings), text(t, want))
	}
}
