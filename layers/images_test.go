package layers_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/experiment"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// images are the settings of a network with every kind of layer that has images.
func images(dtype string) experiment.Settings {
	return experiment.Settings{
		Version: 1, Name: "net", Inputs: 72, Dtype: dtype, Seed: 5, Cost: experiment.Cost{Kind: experiment.CrossEntropy},
		Layers: []experiment.Layer{
			{Kind: experiment.Image, Shape: []int{2, 6, 6}},
			{Kind: experiment.Conv, Channels: 4, Kernel: []int{3}, Padding: []int{1}, Activation: "tanh", Init: experiment.Init{Kind: "he"}},
			{Kind: experiment.Dropout, Rate: 0.5},
			{Kind: experiment.MaxPool, Kernel: []int{2}},
			{Kind: experiment.Residual, Layers: []experiment.Layer{
				{Kind: experiment.Conv, Name: "mine", Channels: 4, Kernel: []int{3, 1}, Padding: []int{2, 0}, Dilation: []int{2, 1}, Groups: 2},
				{Kind: experiment.Activation, Activation: "elu"}, {Kind: experiment.Dropout, Rate: 0.25}}},
			{Kind: experiment.Parallel, Layers: []experiment.Layer{
				{Kind: experiment.Conv, Channels: 3, Kernel: []int{1}, Stride: []int{2}, Activation: "relu"},
				{Kind: experiment.AvgPool, Kernel: []int{2, 3}, Stride: []int{2}, Padding: []int{1}}}},
			{Kind: experiment.Parallel, Layers: []experiment.Layer{{Kind: experiment.Flatten}, {Kind: experiment.GlobalAvgPool}}},
			{Kind: experiment.Dense, Units: 3, Activation: "softmax"},
		},
	}
}

// A network of images is described by its settings again, and has the parameters that they name.
func TestImagesAreMadeAndDescribed(t *testing.T) {
	s := images("")
	net := built(t, s)
	const trained = "net.conv1.W(4, 2, 3, 3) net.conv1.b(4, 1) net.mine.W(4, 2, 3, 1) net.mine.b(4, 1) net.conv3.W(3, 4, 1, 1) net.conv3.b(3, 1) net.W1(3, 35) net.b1(3, 1)"
	if got := names(net.Params()); got != trained {
		t.Errorf("%s trained, %s expected", got, trained)
	}
	d, err := layers.Describe(net)
	if err != nil {
		t.Fatal(err)
	}
	s.Layers[1].Init = experiment.Init{}
	s.Layers[4].Layers[0].Activation, s.Layers[4].Layers = "elu", slices.Delete(s.Layers[4].Layers, 1, 2)
	if !reflect.DeepEqual(d.Layers, s.Layers) || d.Inputs != s.Inputs || d.Name != s.Name {
		t.Errorf("described as\n%s\n%s expected", text(t, d), text(t, s))
	}
}

// What the settings have in other words is the same network: its first weights are kept.
func TestImagesInOtherWords(t *testing.T) {
	s := experiment.Settings{Version: 1, Inputs: 16, Layers: []experiment.Layer{
		{Kind: experiment.Image, Shape: []int{1, 4, 4}},
		{Kind: experiment.Conv, Channels: 2, Kernel: []int{3, 3}, Stride: []int{1}, Padding: []int{0, 0}, Dilation: []int{1, 1}, Groups: 1, Init: experiment.Init{Kind: "he"}},
		{Kind: experiment.MaxPool, Kernel: []int{2}, Stride: []int{2, 2}},
		{Kind: experiment.Flatten},
	}}
	f, err := layers.Model{Network: built(t, s), Settings: s}.File()
	if err != nil || f.Settings.Layers[1].Init.Kind != "he" || !reflect.DeepEqual(f.Settings.Layers, s.Layers) {
		t.Errorf("%+v, error %v", f, err)
	}
}

func TestSummaryOfImages(t *testing.T) {
	s, err := layers.Summarize(built(t, images("")), 72)
	if err != nil {
		t.Fatal(err)
	}
	const want = `layer                        output  trained  kept
──────────────────────────────────────────────────
input                       (72, m)
image                  (2, 6, 6, m)
conv 3×3               (4, 6, 6, m)       76
tanh                   (4, 6, 6, m)
dropout 0.5            (4, 6, 6, m)              5
max pool 2×2           (4, 3, 3, m)
residual               (4, 3, 3, m)       28     5
  conv 3×1             (4, 3, 3, m)       28
  elu                  (4, 3, 3, m)
  dropout 0.25         (4, 3, 3, m)              5
parallel               (7, 2, 2, m)       15
  conv 1×1             (3, 2, 2, m)       15
  relu                 (3, 2, 2, m)
  average pool 2×3     (4, 2, 2, m)
parallel                    (35, m)
  flatten                   (28, m)
  global average pool        (7, m)
dense net.W1                 (3, m)      108
softmax                      (3, m)
──────────────────────────────────────────────────
total 237                                227    10
`
	if got := s.String(); got != want {
		t.Errorf("\n%s\n%s expected", got, want)
	}
}

// First weights know how many numbers each output depends on, and each input has a part in.
func TestFanOfConvolutions(t *testing.T) {
	var in, out, entries int
	spy := func(w []float64, i, o int, _ layers.Source) error {
		in, out, entries = i, o, len(w)
		return nil
	}
	for _, c := range []struct{ groups, in, out, entries int }{{0, 4 * 15, 6 * 15, 6 * 4 * 15}, {2, 2 * 15, 3 * 15, 6 * 2 * 15}} {
		layers.Conv2DSettings{Name: "c", In: 4, Out: 6, Kernel: [2]int{3, 5}, Conv: graph.ConvSettings{Groups: c.groups}, Init: spy}.New(nil)
		if in != c.in || out != c.out || entries != c.entries {
			t.Errorf("%d groups: %d inputs, %d outputs and %d weights, %v expected", c.groups, in, out, entries, c)
		}
	}
}

// Every constructor's mistake, and every input that a layer of images does not take, is an error
// with its place.
func TestImageMistakes(t *testing.T) {
	g := graph.New(graph.Settings{})
	matrix, image := g.Input("X", 12, 2), g.Input("image", 3, 2, 2, 2)
	conv := func(in, out, kernel int, s graph.ConvSettings, init layers.Initializer) layers.Layer {
		return layers.NewConv2D("c", in, out, kernel, s, init, newRand())
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{layers.Image{C: 3, H: 2, W: 2}.Apply(image).Err(), "a column of 3·2·2 numbers"},
		{layers.Image{C: 3, H: 2, W: 3}.Apply(matrix).Err(), "a column of 3·2·3 numbers"},
		{layers.Image{C: 1 << 62, H: 8, W: 8}.Apply(matrix).Err(), "a column of"},
		{layers.Image{H: 2, W: 2}.Apply(matrix).Err(), "at least 1 of each"},
		{layers.Flatten{}.Apply(g.Input("scalar")).Err(), "at least one axis"},
		{layers.MaxPool2D{Size: [2]int{2, 2}}.Apply(matrix).Err(), "images (C,H,W,m) expected"},
		{layers.AvgPool2D{Size: [2]int{2, 2}}.Apply(matrix).Err(), "images (C,H,W,m) expected"},
		{layers.GlobalAvgPool{}.Apply(matrix).Err(), "images (C,H,W,m) expected"},
		{conv(3, 2, 2, graph.ConvSettings{}, layers.He).Apply(matrix).Err(), "images (C,H,W,m) expected"},
		{conv(3, 2, 0, graph.ConvSettings{}, layers.He).Apply(image).Err(), "Kernel is [0 0]"},
		{conv(0, 2, 1, graph.ConvSettings{}, layers.He).Apply(image).Err(), "In is 0"},
		{conv(3, 2, 1, graph.ConvSettings{Groups: 2}, layers.He).Apply(image).Err(), "Groups is 2"},
		{conv(1, 1, 1<<20, graph.ConvSettings{}, layers.He).Apply(image).Err(), "at most 2147483647 weights"},
		{conv(3, 2, 1, graph.ConvSettings{}, nil).Apply(image).Err(), "the initialiser is nil"},
		{layers.Conv2DSettings{In: 1, Out: 1, Kernel: [2]int{1, 1}}.New(nil).Apply(image).Err(), "needs a name"},
		{(&layers.Conv2D{}).Apply(image).Err(), "not all of its parameters"},
		{(*layers.Conv2D)(nil).Apply(image).Err(), "the layer is nil"},
	} {
		checkError(t, c.err, c.want)
	}
}

// A residual net of images computes what its parts do, in both dtypes.
func TestConvolutionValues(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		c := layers.Conv2DSettings{Name: "c", In: 1, Out: 2, Kernel: [2]int{2, 2}, Init: layers.Zeros, Dtype: dtype}.New(nil)
		if err := c.W.Set(array(dtype, []int{2, 1, 2, 2}, 1, 2, 3, 4, 0, 0, 0, 1)); err != nil {
			t.Fatal(err)
		}
		if err := c.B.Set(array(dtype, []int{2, 1}, 10, 20)); err != nil {
			t.Fatal(err)
		}
		g := graph.New(graph.Settings{Dtype: dtype})
		x := g.Input("X", 6, 1)
		net := layers.Sequential{layers.Image{C: 1, H: 2, W: 3}, c, layers.MaxPool2D{Size: [2]int{1, 2}}, layers.Flatten{}}
		got := run(t, net.Apply(x), graph.Feeds{x: array(dtype, []int{6, 1}, 1, 2, 3, 4, 5, 6)})
		if want := []float64{10 + 2 + 6 + 15 + 24, 20 + 6}; !slices.Equal(got, want) {
			t.Errorf("%v: %v, %v expected", dtype, got, want)
		}
	}
}

// The mistakes of settings have their path.
func TestImageSettingsMistakes(t *testing.T) {
	image := `{"kind": "image", "shape": [2, 4, 4]}, `
	for text, want := range map[string]string{
		`{"kind": "image"}`:                                                                                                  "layers[0].shape: 0 numbers given, three expected",
		`{"kind": "image", "shape": [2, 4, 5]}`:                                                                              "layers[0].shape: (2,4,5) given, which has 40 numbers; there are 32",
		`{"kind": "image", "shape": [2, 0, 4]}`:                                                                              "layers[0].shape[1]: 0 given",
		image + image + `{"kind": "flatten"}`:                                                                                "layers[1]: images of (2,4,4) given, numbers expected",
		image + `{"kind": "dense", "units": 1}`:                                                                              "layers[1]: images of (2,4,4) given, numbers expected: a layer of the kind flatten makes them",
		image + `{"kind": "batch-norm"}`:                                                                                     "layers[1]: images of (2,4,4) given, numbers expected",
		image + `{"kind": "activation", "activation": "tanh"}`:                                                               "layers: images of (2,4,4) given, numbers expected",
		image + `{"kind": "activation", "activation": "softmax"}`:                                                            "layers[1].activation: softmax given",
		`{"kind": "conv", "channels": 1, "kernel": [1]}`:                                                                     "layers[0]: 32 numbers given, images expected: a layer of the kind image makes them",
		`{"kind": "flatten"}`:                                                                                                "layers[0]: 32 numbers given, images or sequences expected",
		image + `{"kind": "conv", "kernel": [1]}`:                                                                            "layers[1].channels: 0 given",
		image + `{"kind": "conv", "channels": 1}`:                                                                            "layers[1].kernel: missing",
		image + `{"kind": "conv", "channels": 1, "kernel": [1, 1, 1]}`:                                                       "layers[1].kernel: 3 numbers given",
		image + `{"kind": "conv", "channels": 1, "kernel": [0]}`:                                                             "layers[1].kernel[0]: 0 given",
		image + `{"kind": "conv", "channels": 1, "kernel": [3, 5]}`:                                                          "layers[1].kernel: it covers 5 pixels along the width, more than the 4",
		image + `{"kind": "conv", "channels": 1, "kernel": [3], "dilation": [2]}`:                                            "layers[1].kernel: it covers 5 pixels along the height",
		image + `{"kind": "conv", "channels": 3, "kernel": [1], "groups": 2}`:                                                "layers[1].groups: 2 given",
		image + `{"kind": "conv", "channels": 1, "kernel": [1], "stride": [0]}`:                                              "layers[1].stride[0]: 0 given",
		image + `{"kind": "conv", "channels": 134217728, "kernel": [1]}`:                                                     "layers[1]: images of (134217728,4,4) given, at most",
		image + `{"kind": "max-pool", "kernel": [2], "padding": [2]}`:                                                        "layers[1].padding: 2 given, at most half of the kernel's 2",
		image + `{"kind": "avg-pool"}`:                                                                                       "layers[1].kernel: missing",
		image + `{"kind": "residual", "layers": [{"kind": "max-pool", "kernel": [2]}]}, {"kind": "flatten"}`:                 "layers[1].layers: images of (2,2,2) given behind images of (2,4,4)",
		image + `{"kind": "parallel", "layers": [{"kind": "flatten"}, {"kind": "max-pool", "kernel": [2]}]}`:                 "layers[1].layers[1]: images of (2,2,2) given beside others",
		image + `{"kind": "parallel", "layers": [{"kind": "max-pool", "kernel": [2]}, {"kind": "flatten"}]}`:                 "layers[1].layers[1]: 32 numbers given beside others",
		image + `{"kind": "conv", "channels": 1, "kernel": [1], "init": {"kind": "he", "scale": 1e301}}`:                     "layers[1].init.scale: 1e+301 given",
		image + `{"kind": "conv", "name": "a", "channels": 1, "kernel": [1]}, {"kind": "dropout", "name": "a", "rate": 0.5}`: `layers[2].name: "a" is that of layers[1] already`,
	} {
		_, err := experiment.ParseNetwork([]byte(`{"version": 1, "inputs": 32, "layers": [` + text + `]}`))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, %s expected", text, err, want)
		}
	}
}
