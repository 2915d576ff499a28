package graph

import (
	"slices"
	"strings"
	"testing"
)

// A layer's running mean is assigned beside other updates, from the values
// before the step.
func TestAssign(t *testing.T) {
	g := New(Settings{Training: true})
	mean, count := NewParam("mean", dense([]float64{1, 2}, 2)), NewParam("count", dense([]float64{0}, 1))
	x := g.Input("x", 2)
	g.Assign(mean, Add(g.Use(mean).Times(0.5), x.Times(0.5)))
	g.Assign(count, g.Use(count).Plus(1))
	if len(g.Assignments()) != 2 {
		t.Fatalf("assignments %v", g.Assignments())
	}
	g.Assignments()[0] = Update{} // a copy
	p := run(t, Spec{Updates: g.Assignments()}, Feeds{x: dense([]float64{3, 4}, 2)})
	if err := p.Run(Feeds{x: dense([]float64{3, 4}, 2)}); err != nil {
		t.Fatal(err)
	}
	if got := params(t, mean, count); !slices.Equal(got[0], []float64{2.5, 3.5}) || got[1][0] != 2 {
		t.Errorf("mean and count %v", got)
	}
}

func TestAssignMistakes(t *testing.T) {
	p := NewParam("p", dense([]float64{1, 2}, 2))
	for want, mistake := range map[string]func(g *Graph, x *Node){
		`Assign to parameter "p"(x (2)): the parameter is assigned already`: func(g *Graph, x *Node) {
			g.Assign(p, x)
			g.Assign(p, x)
		},
		`Assign to parameter "p"(y ()): the parameter has shape (2)`: func(g *Graph, x *Node) { g.Assign(p, g.Input("y")) },
		`Use: the parameter is nil`:                                  func(g *Graph, x *Node) { g.Assign(nil, x) },
		`it is of float32 in a graph of float64`: func(g *Graph, x *Node) {
			g.Assign(NewParam("q", Tensor([]float32{1})), x)
		},
		`Assign(nil): a node is nil`: func(g *Graph, x *Node) { g.Assign(p, nil) },
		`the nodes belong to different graphs`: func(g *Graph, x *Node) {
			g.Assign(p, New(Settings{}).Input("x", 2))
		},
		`Slice(x (2)): indices 7 to 9 of axis 0 of shape (2)`: func(g *Graph, x *Node) { g.Assign(p, Slice(x, Range{From: 7, To: 9})) },
		`Slice(a (2)): indices 7 to 9 of axis 0 of shape (2)`: func(g *Graph, x *Node) {
			g.Assign(p, Slice(New(Settings{}).Input("a", 2), Range{From: 7, To: 9}))
		},
		`it was called by a Backward rule`: func(g *Graph, x *Node) {
			op := &Op{Name: "Assigning", Unary: func(x float64) float64 { return x },
				Backward: func(_ []*Node, _, dy *Node) []*Node {
					g.Assign(p, dy)
					return []*Node{dy}
				}}
			_, err := Grad(Sum(op.Apply(x)), x)
			g.keep(err)
		},
	} {
		g := New(Settings{Training: true})
		mistake(g, g.Input("x", 2))
		if err := g.Err(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "assign_test.go:") {
			t.Errorf("error %v, one with %q expected", err, want)
		}
		if _, err := Compile(Spec{Updates: append(g.Assignments(), Update{p, g.Const(0, 2)})}); err != g.Err() {
			t.Errorf("%s: Compile returned %v", want, err)
		}
	}
	var none *Graph
	none.Assign(p, nil) // and no panic
	if none.IsTraining() || none.Assignments() != nil {
		t.Error("no graph has assignments")
	}
}

// What is built for evaluation changes nothing, and does not say so by silence.
func TestAssignInEvaluation(t *testing.T) {
	g := New(Settings{})
	p := NewParam("p", dense([]float64{1}, 1))
	g.Assign(p, g.Input("x", 1))
	if err := g.Err(); g.IsTraining() || err == nil || !strings.Contains(err.Error(), "built for evaluation") {
		t.Errorf("training %t, error %v", g.IsTraining(), err)
	}
	if len(g.Assignments()) != 0 {
		t.Errorf("assignments %v", g.Assignments())
	}
}
