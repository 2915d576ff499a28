package lesson

import (
	"context"
	"fmt"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/internal/words"
)

// manySizes compares the dimensions of many networks with the rule: all that
// have 1 to 3 layers of 1, 2, 3 or 5 units, for 1 and for 4 examples.
func (d dimensions) manySizes(ctx context.Context, r *Report) error {
	networks, layers, wrong := 0, 0, 0
	for _, sizes := range allSizes([]int{1, 2, 3, 5}, 4) {
		if err := ctx.Err(); err != nil {
			return err
		}
		net := networkOf(sizes)
		for _, m := range []int{1, 4} {
			nodes := net.Forward(graph.New(graph.Settings{}).Input("X", sizes[0], m))
			networks++
			for l := 1; l < len(sizes); l++ {
				layers++
				if shapesOf(net, nodes, l) != d.rule(sizes[l], sizes[l-1], m) {
					wrong++
				}
			}
		}
	}
	r.Check(wrong == 0, "%d networks of 1 to 3 layers with 1, 2, 3 or 5 units were built: in %d of their %d layers W, b, Z and A have the dimensions of the rule.",
		networks, layers-wrong, layers)
	return nil
}

// allSizes returns all lists of two to most of the numbers.
func allSizes(of []int, most int) [][]int {
	lists, out := [][]int{nil}, [][]int(nil)
	for n := 1; n <= most; n++ {
		var longer [][]int
		for _, list := range lists {
			for _, v := range of {
				longer = append(longer, append(list[:len(list):len(list)], v))
			}
		}
		if lists = longer; n >= 2 {
			out = append(out, lists...)
		}
	}
	return out
}

// A slip is a dimension that somebody wrote wrong in the first layer.
type slip struct {
	what    string
	w, b, x [2]int
}

// wrongDimensions shows what is said of wrong dimensions in the first layer.
func wrongDimensions(r *Report, sizes []int, m int) {
	n, before := sizes[1], sizes[0]
	slips := []slip{
		{"W1 transposed", [2]int{before, n}, [2]int{n, 1}, [2]int{before, m}},
		{"b1 lying down", [2]int{n, before}, [2]int{1, n}, [2]int{before, m}},
		{"X with a row per example", [2]int{n, before}, [2]int{n, 1}, [2]int{m, before}},
	}
	t := Table{Header: []string{"slip", "what the program says"}}
	found := 0
	for _, s := range slips {
		z, err := s.build()
		said := fmt.Sprintf("nothing, and Z1 becomes %s", words.Shape(z.Shape()...))
		if err != nil {
			found++
			said = mistake(err)
		}
		t.Rows = append(t.Rows, []string{s.what, said})
	}
	r.Say("What a wrong dimension in layer 1 says:")
	r.Table(t)
	if n == before || n == m || before == m || n == 1 || m == 1 {
		r.Say("%d of %d are found. With sizes that are equal or 1 a wrong dimension can fit, and nothing is said: "+
			"try a program with sizes that all differ.", found, len(slips))
		return
	}
	r.Check(found == len(slips), "Where the sizes differ, %d of these %d slips are found when the graph is built, before anything is computed.", found, len(slips))
}

// build builds Z1 = W1·X + b1 and returns it, or the mistake that is found.
func (s slip) build() (*graph.Node, error) {
	g := graph.New(graph.Settings{})
	zeros := func(name string, shape [2]int) *graph.Node {
		values := handgrad.Matrix{Rows: shape[0], Cols: shape[1], Data: make([]float64, shape[0]*shape[1])}
		return g.Use(graph.NewParam(name, asTensor(values)))
	}
	z := graph.Add(graph.MatMul(zeros("W1", s.w), g.Input("X", s.x[0], s.x[1])), zeros("b1", s.b))
	return z, g.Err()
}
