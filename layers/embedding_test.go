package layers_test

import (
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/gradtest"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// An embedding is its weights times one-hot columns, and so is its gradient.
func TestEmbedding(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		e := layers.EmbeddingSettings{Name: "words", Classes: 5, Size: 3, Dtype: dtype}.New(newRand())
		for _, shape := range [][]int{{4}, {1}, {2, 4}} {
			g := graph.New(graph.Settings{Dtype: dtype})
			x := g.Ints("x", shape...)
			numbers := []int{4, 0, 4, 2, 1, 1, 3, 0}[:x.Shape().TotalSize()]
			feeds := graph.Feeds{x: numbers}
			y := e.Apply(x)
			want := append(slices.Clone(shape[:len(shape)-1]), 3, shape[len(shape)-1])
			if y.Err() != nil || !slices.Equal(y.Shape(), tensor.Shape(want)) {
				t.Fatalf("shape %v, error %v", y.Shape(), y.Err())
			}
			w := g.Use(e.W)
			gradtest.Check(t, graph.Mean(graph.Square(y)), feeds, w)
			if len(shape) > 1 {
				continue
			}
			product := graph.MatMulTrans(w, true, graph.Where(graph.OneHot(x, 5), g.Const(1), g.Const(0)), false)
			p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{y, product}})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Run(feeds); err != nil {
				t.Fatal(err)
			}
			got, _ := p.Float64s(nil, y)
			if want, _ := p.Float64s(nil, product); !slices.Equal(got, want) {
				t.Errorf("%v: %v, and by one-hot columns %v", dtype, got, want)
			}
		}
	}
}

func TestEmbeddingMistakes(t *testing.T) {
	for want, e := range map[string]*layers.Embedding{
		"the layer needs a name":        layers.NewEmbedding("", 3, 2, newRand()),
		"Classes is 0, at least 1":      layers.NewEmbedding("e", 0, 2, newRand()),
		"Size is -1, at least 1":        layers.NewEmbedding("e", 3, -1, newRand()),
		"initial weights":               layers.NewEmbedding("e", 3, 2, nil),
		"dtype int given":               layers.EmbeddingSettings{Name: "e", Classes: 3, Size: 2, Dtype: tensor.Int}.New(newRand()),
		"the layer is nil":              nil,
		"classes of shape (m) or (T,m)": layers.NewEmbedding("e", 3, 2, newRand()),
	} {
		g := graph.New(graph.Settings{})
		if e.Apply(g.Ints("x")); g.Err() == nil || !strings.Contains(g.Err().Error(), want) {
			t.Errorf("error %v, %q expected", g.Err(), want)
		}
	}
	if e := layers.NewEmbedding("e", 3, 2, newRand()); e.Apply(nil).Err() == nil {
		t.Error("no input is no mistake")
	}
}
