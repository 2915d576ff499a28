package layers_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

func TestDenseValues(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		d := layers.DenseSettings{Name: "d", In: 2, Out: 3, Init: layers.Zeros, Dtype: dtype}.New(nil)
		if err := d.W.Set(array(dtype, []int{3, 2}, 1, 2, 3, 4, 5, 6)); err != nil {
			t.Fatal(err)
		}
		if err := d.B.Set(array(dtype, []int{3, 1}, 10, 20, 30)); err != nil {
			t.Fatal(err)
		}
		g := graph.New(graph.Settings{Dtype: dtype})
		x := g.Input("X", 2, 2)
		z := d.Apply(x)
		if got := z.Shape(); !slices.Equal(got, tensor.Shape{3, 2}) {
			t.Errorf("shape %v, (3,2) expected", got)
		}
		got := run(t, z, graph.Feeds{x: array(dtype, []int{2, 2}, 1, -1, 2, 0)})
		if want := []float64{15, 9, 31, 17, 47, 25}; !slices.Equal(got, want) {
			t.Errorf("%v: %v, %v expected", dtype, got, want)
		}
	}
}

func TestDenseParams(t *testing.T) {
	d := layers.NewDense("hidden", 2, 4, layers.Glorot, newRand())
	params := d.Params()
	if len(params) != 2 || params[0] != d.W || params[1] != d.B {
		t.Fatalf("params %v", params)
	}
	if d.W.Name() != "hidden.W" || d.B.Name() != "hidden.b" {
		t.Errorf("names %q and %q", d.W.Name(), d.B.Name())
	}
	if d.W.Layer != "hidden" || d.B.Layer != "hidden" {
		t.Errorf("the parameters state the layers %q and %q", d.W.Layer, d.B.Layer)
	}
	if !slices.Equal(d.W.Shape(), tensor.Shape{4, 2}) || !slices.Equal(d.B.Shape(), tensor.Shape{4, 1}) {
		t.Errorf("shapes %v and %v", d.W.Shape(), d.B.Shape())
	}
	for _, v := range entries(t, d.B.Value()) {
		if v != 0 {
			t.Errorf("the bias starts at %v", v)
		}
	}
}

func TestDenseOneParameterInManyGraphs(t *testing.T) {
	d := layers.NewDense("d", 1, 1, layers.Glorot, newRand())
	for _, m := range []int{1, 17, 64} {
		g := graph.New(graph.Settings{})
		x := g.Input("X", 1, m)
		twice := d.Apply(d.Apply(x))
		if err := g.Err(); err != nil || twice.Shape()[1] != m {
			t.Errorf("%d examples: shape %v, error %v", m, twice.Shape(), err)
		}
	}
}

func TestDenseSettingsDefaults(t *testing.T) {
	want := entries(t, layers.NewDense("d", 3, 5, layers.Glorot, newRand()).W.Value())
	d := layers.DenseSettings{Name: "d", In: 3, Out: 5}.New(newRand())
	if got := entries(t, d.W.Value()); !slices.Equal(got, want) {
		t.Errorf("%v, Glorot's %v expected", got, want)
	}
	single := layers.DenseSettings{Name: "d", In: 3, Out: 5, Dtype: tensor.Float32}.New(newRand())
	for i, v := range entries(t, single.W.Value()) {
		if v != float64(float32(want[i])) {
			t.Errorf("float32 entry %d is %v, %v expected", i, v, want[i])
		}
	}
}

func TestDenseMistakes(t *testing.T) {
	rng := newRand()
	broken := func(w []float64, in, out int, rng layers.Source) error { return fmt.Errorf("out of luck") }
	for name, c := range map[string]struct {
		layer *layers.Dense
		words []string
	}{
		"nil layer":    {nil, []string{"Dense", "the layer is nil"}},
		"zero layer":   {&layers.Dense{}, []string{"the parameter is nil"}},
		"no inputs":    {layers.NewDense("d", 0, 4, layers.Glorot, rng), []string{`Dense "d"`, "In is 0", "at least 1"}},
		"no outputs":   {layers.NewDense("d", 2, -1, layers.Glorot, rng), []string{`Dense "d"`, "Out is -1"}},
		"huge":         {layers.NewDense("d", 1<<30, 1<<30, layers.Glorot, rng), []string{"at most"}},
		"no name":      {layers.NewDense("", 2, 4, layers.Glorot, rng), []string{"needs a name"}},
		"no init":      {layers.NewDense("d", 2, 4, nil, rng), []string{"initialiser is nil"}},
		"no source":    {layers.NewDense("d", 2, 4, layers.Glorot, nil), []string{"source of random numbers is nil"}},
		"nil pointer":  {layers.NewDense("d", 2, 4, layers.He, (*rand.Rand)(nil)), []string{"source of random numbers is nil"}},
		"negative σ":   {layers.NewDense("d", 2, 4, layers.Normal(-1), rng), []string{"-1"}},
		"failing init": {layers.NewDense("d", 2, 4, broken, rng), []string{"out of luck"}},
		"wrong dtype":  {layers.DenseSettings{Name: "d", In: 1, Out: 1, Dtype: tensor.Int}.New(rng), []string{"int", "float64"}},
		"too large": {layers.DenseSettings{Name: "d", In: 1, Out: 1, Dtype: tensor.Float32,
			Init: layers.Normal(1e300)}.New(rng), []string{"(0,0)", "Inf"}},
	} {
		g := graph.New(graph.Settings{})
		out := layers.Sequential{c.layer, layers.Tanh}.Apply(g.Input("X", 2, 3))
		t.Run(name, func(t *testing.T) {
			checkError(t, g.Err(), c.words...)
			if out.Err() != g.Err() {
				t.Errorf("the node's error is %v, the graph's %v", out.Err(), g.Err())
			}
			if name != "zero layer" && c.layer.Params() != nil {
				t.Errorf("params %v", c.layer.Params())
			}
		})
	}
}

func TestDenseMistakePlace(t *testing.T) {
	_, _, line, _ := runtime.Caller(0)
	d := layers.NewDense("d", 0, 4, layers.Glorot, newRand()) // the line after that of Caller
	g := graph.New(graph.Settings{})
	d.Apply(g.Input("X", 2, 3))
	checkError(t, g.Err(), fmt.Sprintf("dense_test.go:%d:", line+1))
}

func TestDenseWrongInput(t *testing.T) {
	d := layers.NewDense("d", 2, 4, layers.Glorot, newRand())
	g := graph.New(graph.Settings{})
	d.Apply(g.Input("X", 3, 5))
	checkError(t, g.Err(), "X (3,5)", "(4,2)")

	checkError(t, d.Apply(nil).Err(), "nil")

	g32 := graph.New(graph.Settings{Dtype: tensor.Float32})
	d.Apply(g32.Input("X", 2, 5))
	checkError(t, g32.Err(), "float64", "float32", "d.W")

	first := graph.MatMul(nil, nil)
	if got := d.Apply(first).Err(); got != first.Err() {
		t.Errorf("error %v, the first one, %v, expected", got, first.Err())
	}
}
