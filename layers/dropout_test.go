package layers_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// ones returns n times 1.
func ones(n int) []float64 { return slices.Repeat([]float64{1}, n) }

// steps runs a graph for training that d is applied to ones in, and returns what every step
// made of them.
func steps(t *testing.T, d layers.Layer, dtype tensor.Dtype, n, m, count, workers int) [][]float64 {
	t.Helper()
	g := graph.New(graph.Settings{Dtype: dtype, Training: true})
	x := g.Input("X", n, m)
	y := d.Apply(x)
	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{y}, Updates: g.Assignments(), Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	var all [][]float64
	for range count {
		if err := p.Run(graph.Feeds{x: array(dtype, []int{n, m}, ones(n*m)...)}); err != nil {
			t.Fatal(err)
		}
		v, err := p.Value(y)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, slices.Clone(entries(t, v)))
	}
	return all
}

// As many entries are dropped as the rate says, the others are divided by 1 − p, and every
// step drops others. Both precisions drop the same, and so does a step after a resume and one
// of several workers.
func TestDropout(t *testing.T) {
	for _, rate := range []float64{0.1, 0.5, 0.8} {
		make := func(dtype tensor.Dtype) *layers.Dropout {
			return layers.DropoutSettings{Name: "d", Rate: rate, Seed: 1<<63 + 5, Dtype: dtype}.New()
		}
		const n, m = 50, 400
		first := steps(t, make(tensor.Float64), tensor.Float64, n, m, 3, 1)
		for i, y := range first {
			dropped := 0
			for _, v := range y {
				switch {
				case v == 0:
					dropped++
				case math.Abs(v-1/(1-rate)) > 1e-15/(1-rate):
					t.Fatalf("%v of 1", v)
				}
			}
			// Five standard deviations of a binomial distribution.
			if share, far := float64(dropped)/(n*m), 5*math.Sqrt(rate*(1-rate)/(n*m)); math.Abs(share-rate) > far {
				t.Errorf("rate %v: %v dropped", rate, share)
			}
			if i > 0 && slices.Equal(y, first[0]) {
				t.Errorf("step %d drops what the first did", i)
			}
		}
		narrow := steps(t, make(tensor.Float32), tensor.Float32, n, m, 3, 1)
		for i := range narrow {
			if !slices.EqualFunc(narrow[i], first[i], func(a, b float64) bool { return (a == 0) == (b == 0) }) {
				t.Errorf("rate %v: float32 drops others in step %d", rate, i)
			}
		}
		if several := steps(t, make(tensor.Float64), tensor.Float64, n, m, 3, 2); !slices.EqualFunc(several, first, slices.Equal) {
			t.Errorf("rate %v: two workers drop others", rate)
		}
		resumed := make(tensor.Float64)
		before := make(tensor.Float64)
		steps(t, before, tensor.Float64, n, m, 2, 1)
		if err := resumed.Seed.Set(before.Seed.Value()); err != nil {
			t.Fatal(err)
		}
		if third := steps(t, resumed, tensor.Float64, n, m, 1, 1); !slices.Equal(third[0], first[2]) {
			t.Errorf("rate %v: after a resume others are dropped", rate)
		}
	}
}

// In evaluation, and with a rate of 0, nothing is dropped and nothing drawn.
func TestDropoutInEvaluation(t *testing.T) {
	d := layers.DropoutSettings{Name: "d", Rate: 0.5}.New()
	g := graph.New(graph.Settings{})
	if x := g.Input("X", 2, 3); d.Apply(x) != x {
		t.Error("in evaluation x is changed")
	}
	none := layers.DropoutSettings{Name: "d"}.New()
	g = graph.New(graph.Settings{Training: true})
	if x := g.Input("X", 2, 3); none.Apply(x) != x || len(g.Assignments()) != 0 {
		t.Error("a rate of 0 drops")
	}
	if s := layers.State(none); s != nil {
		t.Errorf("a rate of 0 keeps %v", s)
	}
}

// Applications in one graph drop each its own, and the step counts once. With another node for
// the seed nothing is assigned.
func TestDropoutTwice(t *testing.T) {
	d := layers.DropoutSettings{Name: "d", Rate: 0.5}.New()
	g := graph.New(graph.Settings{Training: true})
	x := g.Input("X", 8, 8)
	all := []*graph.Node{d.Apply(x), d.Apply(x), d.Apply(x)}
	if n := len(g.Assignments()); n != 1 {
		t.Errorf("%d assignments", n)
	}
	seed := g.Const(3, 5)
	all = append(all, layers.ApplyWith(d, x, map[*graph.Param]*graph.Node{d.Seed: seed}))
	if n := len(g.Assignments()); n != 1 || g.Err() != nil {
		t.Errorf("%d assignments, error %v", n, g.Err())
	}
	seen := map[string]bool{}
	for _, y := range all {
		seen[fmt.Sprint(run(t, y, graph.Feeds{x: ones(64)}))] = true
	}
	if len(seen) != len(all) {
		t.Errorf("%d different results of %d applications", len(seen), len(all))
	}
}

func TestDropoutGradient(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		d := layers.DropoutSettings{Name: "d", Rate: 0.25, Dtype: dtype}.New()
		g := graph.New(graph.Settings{Dtype: dtype, Training: true})
		x := g.Input("X", 3, 4)
		gradtest.Settings{Order: 2}.Check(t, graph.Sum(graph.Square(d.Apply(x))), nil, x)
	}
}

func TestDropoutMistakes(t *testing.T) {
	for words, d := range map[string]*layers.Dropout{
		`Dropout "d": Rate is 1`:  layers.DropoutSettings{Name: "d", Rate: 1}.New(),
		"Rate is NaN":             layers.DropoutSettings{Name: "d", Rate: math.NaN()}.New(),
		"Rate is -0.5, a number":  layers.DropoutSettings{Name: "d", Rate: -0.5}.New(),
		"needs a name":            layers.DropoutSettings{Rate: 0.5}.New(),
		"dtype bool":              layers.DropoutSettings{Name: "d", Rate: 0.5, Dtype: tensor.Bool}.New(),
		"Dropout: Rate is 2":      {Rate: 2},
		"it has no seed":          {Rate: 0.5},
		"Dropout: the layer is n": nil,
	} {
		g := graph.New(graph.Settings{Training: true})
		d.Apply(g.Input("X", 2, 3))
		checkError(t, g.Err(), words)
	}
}

// All 64 bits of a seed are kept, each in one place.
func TestDropoutSeedParts(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		for bit := range 64 {
			want := []float64{0, 0, 0, 0, 0}
			want[2-bit/22] = float64(int(1) << (bit % 22))
			d := layers.DropoutSettings{Name: "d", Rate: 0.5, Seed: 1 << bit, Dtype: dtype}.New()
			if got := entries(t, d.Seed.Value()); !slices.Equal(got, want) {
				t.Errorf("%v: seed 1<<%d is kept as %v, %v expected", dtype, bit, got, want)
			}
		}
	}
}
