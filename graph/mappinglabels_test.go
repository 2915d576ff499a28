package graph_test

import (
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/losses"
)

// Labels are checked within mappings, of costs and of gradients alone, and the error says which slice's they are.
func TestLabelsOfSlices(t *testing.T) {
	for _, last := range []bool{false, true} {
		for _, gradient := range []bool{false, true} {
			g := graph.New(graph.Settings{})
			zShape, yShape := []int{3, 2, 4}, []int{3, 2, 4} // three slices of four examples of two classes
			at := func(slice, row, example int) int { return slice*8 + row*4 + example }
			if last {
				zShape, yShape = []int{2, 4, 3}, []int{2, 4, 3}
				at = func(slice, row, example int) int { return row*12 + example*3 + slice }
			}
			z, y := g.Input("Z", zShape...), g.Input("Y", yShape...)
			f := func(x []*graph.Node) []*graph.Node {
				cost := losses.SoftmaxCrossEntropy(x[0], x[1])
				if !gradient {
					return []*graph.Node{cost}
				}
				d, err := graph.Grad(cost, x[0])
				if err != nil {
					t.Fatal(err)
				}
				return d
			}
			out, err := graph.Mapping{Last: last}.Vmap(f, z, y)
			if err != nil {
				t.Fatal(err)
			}
			p, err := graph.Compile(graph.Spec{Outputs: out})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			labels := make([]float64, 24)
			for slice := range 3 {
				for example := range 4 {
					labels[at(slice, (slice+example)%2, example)] = 1
				}
			}
			feeds := graph.Feeds{z: make([]float64, 24), y: labels}
			if err := p.Run(feeds); err != nil {
				t.Fatalf("right labels: %v", err)
			}
			labels[at(1, 0, 2)] = 7
			if err := p.Run(feeds); err == nil || !strings.Contains(err.Error(), "label of example 2 of slice 1, row 0 (from 0) is 7") {
				t.Errorf("last %v, gradient %v: error %v", last, gradient, err)
			}
			labels[at(1, 0, 2)], labels[at(1, 1, 2)] = 0, 0
			if err := p.Run(feeds); err == nil || !strings.Contains(err.Error(), "the labels of example 2 of slice 1 (from 0) sum to 0, 1 expected") {
				t.Errorf("last %v, gradient %v: error %v", last, gradient, err)
			}
		}
	}
}

// Labels that are the same for all slices are checked as they are, and those of single numbers too.
func TestLabelsBesideSlices(t *testing.T) {
	g := graph.New(graph.Settings{})
	z, y, each := g.Input("Z", 3, 1, 4), g.Input("Y", 1, 4), g.Input("each", 3, 1, 1)
	out, err := graph.Vmap(func(x []*graph.Node) []*graph.Node {
		same := losses.SigmoidCrossEntropy(x[0], y)
		own := losses.SigmoidCrossEntropy(graph.Reshape(graph.Sum(x[0]), 1, 1), x[1])
		return []*graph.Node{same, own}
	}, z, each)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"label of example 3 (from 0) is 2", "label of example 0 of slice 1 (from 0) is 2"} {
		p, err := graph.Compile(graph.Spec{Outputs: out[i : i+1]})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		feeds := graph.Feeds{z: make([]float64, 12)}
		if i == 0 {
			feeds[y] = []float64{0, 1, 1, 2}
		} else {
			feeds[each] = []float64{0, 2, 1}
		}
		if err := p.Run(feeds); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, %q expected", err, want)
		}
	}
}
