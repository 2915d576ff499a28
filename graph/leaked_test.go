package graph

import (
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// What the body of a loop, or a function for one slice, makes is refused wherever it is
// used elsewhere, and not taken for another node.
func TestLeakedNodes(t *testing.T) {
	for name, leak := range map[string]func(x *Node) (leaked, y *Node){
		"loop": func(x *Node) (leaked, y *Node) {
			final, _ := Loop{Init: []*Node{At(x, 0, 0)}, Over: []*Node{x}}.Scan(func(s, in []*Node) (next, out []*Node) {
				leaked = Tanh(s[0])
				return []*Node{Add(leaked, in[0])}, nil
			})
			return leaked, final[0]
		},
		"slice": func(x *Node) (leaked, y *Node) {
			ys, err := Vmap(func(x []*Node) []*Node {
				leaked = Exp(x[0])
				return []*Node{Sin(leaked)}
			}, x)
			if err != nil {
				t.Fatal(err)
			}
			return leaked, ys[0]
		},
	} {
		g := New(Settings{})
		x := g.Input("x", 3, 2)
		leaked, y := leak(x)
		if g.Err() != nil {
			t.Fatal(name, g.Err())
		}
		p := NewParam("p", Tensor([]float64{1, 2}, 2))
		given, outputs := Spec{Outputs: []*Node{y}, Given: []*Node{leaked}}, Spec{Outputs: []*Node{leaked}}
		for what, do := range map[string]func() error{
			"Compile": func() error { _, err := Compile(outputs); return err },
			"Given":   func() error { _, err := Compile(given); return err },
			"Updates": func() error { _, err := Compile(Spec{Updates: []Update{{p, leaked}}}); return err },
			"Grad of": func() error { _, err := Grad(leaked, x); return err },
			"Grad by": func() error { _, err := Grad(Sum(y), leaked); return err },
			"VJP":     func() error { _, err := VJP(y, leaked, x); return err },
			"Vmap": func() error {
				_, err := Mapping{}.Nodes([]*Node{leaked}, map[*Node]*Node{x: g.Const(1, 2, 3, 2)})
				return err
			},
		} {
			if err := do(); err == nil || !strings.Contains(err.Error(), "the node belongs to") {
				t.Errorf("%s, %s: error %v", name, what, err)
			}
		}
		if Upstream(leaked) != nil {
			t.Errorf("%s: nodes above what is gone", name)
		}
		if Add(leaked, x); g.Err() == nil {
			t.Errorf("%s: Add takes it", name)
		}
	}
}

// Labels from outside are checked where a body requires them, with checkpoints too.
func TestLabelsOfLoops(t *testing.T) {
	for _, checkpoint := range []bool{false, true} {
		g := New(Settings{})
		z, y := g.Input("z", 2), g.Input("y", 2)
		final, _ := Loop{Init: []*Node{z}, Steps: 9, Checkpoint: checkpoint}.Scan(func(s, _ []*Node) (next, out []*Node) {
			cost := Require(y, Sum(Square(Sub(s[0], y))), Requirement{Values: Fractions, Op: "cost"})
			return []*Node{Mul(s[0], Tanh(cost))}, nil
		})
		p, err := Compile(Spec{Outputs: final})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Run(Feeds{z: []float64{1, 2}, y: []float64{0.5, 1}}); err != nil {
			t.Errorf("checkpoint %v: %v", checkpoint, err)
		}
		if err := p.Run(Feeds{z: []float64{1, 2}, y: []float64{0.5, 1.5}}); err == nil || !strings.Contains(err.Error(), "1.5") {
			t.Errorf("checkpoint %v: error %v", checkpoint, err)
		}
	}
}

// What a step computes of integers alone cannot be assigned either.
func TestAssignOfIntegersInLoops(t *testing.T) {
	g := New(Settings{Training: true})
	p := NewParam("p", Tensor([]float64{1}))
	final, _ := Loop{Init: []*Node{g.Input("h")}, Over: []*Node{g.Ints("tokens", 4)}}.Scan(func(s, in []*Node) (next, out []*Node) {
		g.Assign(p, in[0].Times(2))
		return s, nil
	})
	if final[0].Err() == nil || !strings.Contains(final[0].Err().Error(), "assigned") {
		t.Errorf("error %v", final[0].Err())
	}
}

func TestIntegersInOtherDtype(t *testing.T) {
	g := New(Settings{})
	x := g.Array(Tensor([]int{1<<24 + 1, 3}, 2))
	if _, err := Compile(Spec{Outputs: []*Node{x}, Dtype: tensor.Float32}); err == nil || !strings.Contains(err.Error(), "16777217") {
		t.Errorf("error %v", err)
	}
}

// Settings that are far beyond any image or matrix are errors, or mean the same as the furthest.
func TestFarSettings(t *testing.T) {
	const far = int(^uint(0) >> 1)
	g := New(Settings{})
	x, w := g.Input("x", 1, 5, 5, 1), g.Input("w", 1, 1, 3, 3)
	for _, s := range []ConvSettings{{Dilation: [2]int{far, 1}}, {Padding: [2]int{far, 1}}, {Stride: [2]int{1, far}}} {
		if Conv2D(x, w, s).Err() == nil {
			t.Errorf("%v is taken", s)
		}
	}
	if MaxPool2D(x, PoolSettings{Size: [2]int{1 << 40, 1 << 40}, Padding: [2]int{1 << 39, 1 << 39}}).Err() == nil {
		t.Error("the window is taken")
	}
	m := New(Settings{}).Input("m", 2, 2)
	p := run(t, Spec{Outputs: []*Node{Tril(m, far), Triu(m, -far)}}, Feeds{m: []float64{1, 2, 3, 4}})
	for _, n := range p.spec.Outputs {
		if got, _ := p.Float64s(nil, n); got[1] != 2 || got[2] != 3 {
			t.Errorf("%v", got)
		}
	}
}
