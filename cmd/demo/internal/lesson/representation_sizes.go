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
func (d dimensions) manySizes(ctx context.Context, r *Report, layout string) error {
	networks, layers, wrong := 0, 0, 0
	for _, sizes := range allSizes([]int{1, 2, 3, 5}, 4) {
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, m := range []int{1, 4} {
			networks++
			claimed := d.claimed(sizes, m)
			for l, own := range layOut(sizes, m, layout).shapes() {
				layers++
				if own != claimed[l] {
					wrong++
				}
			}
		}
	}
	judgeMany(r, networks, layers, wrong)
	return nil
}

// judgeMany judges by the layers of many networks.
func judgeMany(r *Report, networks, layers, wrong int) {
	r.Supports("W, b, Z and A of networks of many other sizes have them", wrong == 0,
		"%d networks of 1 to 3 layers with 1, 2, 3 or 5 units were built: in %d of their %d layers W, b, Z and A have the dimensions of the rule.",
		networks, layers-wrong, layers)
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

// slipsOf returns what may be written wrong in a layer of n units behind before
// ones.
func slipsOf(n, before, m int, layout string) []slip {
	w, b, x := [2]int{n, before}, [2]int{n, 1}, [2]int{before, m}
	across := func(shape [2]int) [2]int { return [2]int{shape[1], shape[0]} }
	lying, per := "b1 lying down", "X with a row per example"
	if layout == rows {
		w, b, x = across(w), across(b), across(x)
		lying, per = "b1 standing", "X with a column per example"
	}
	return []slip{{"W1 transposed", across(w), b, x}, {lying, w, across(b), x}, {per, w, b, across(x)}}
}

// wrongDimensions shows what is said of wrong dimensions in the first layer.
func wrongDimensions(r *Report, sizes []int, m int, layout string) {
	n, before := sizes[1], sizes[0]
	slips := slipsOf(n, before, m, layout)
	t := Table{Header: []string{"slip", "what the program says"}}
	found := 0
	for _, s := range slips {
		z, err := s.build(layout)
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

// build builds Z1 = W1·X + b1, or X·W1 + b1 in rows, and returns it, or the
// mistake that is found.
func (s slip) build(layout string) (*graph.Node, error) {
	g := graph.New(graph.Settings{})
	zeros := func(name string, shape [2]int) *graph.Node {
		values := handgrad.Matrix{Rows: shape[0], Cols: shape[1], Data: make([]float64, shape[0]*shape[1])}
		return g.Use(graph.NewParam(name, asTensor(values)))
	}
	first, second := zeros("W1", s.w), g.Input("X", s.x[0], s.x[1])
	if layout == rows {
		first, second = second, first
	}
	z := graph.Add(graph.MatMul(first, second), zeros("b1", s.b))
	return z, g.Err()
}
