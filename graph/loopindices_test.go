package graph

import (
	"slices"
	"testing"
)

// Within a step no gradient flows by an integer that is made of numbers, as none does outside
// of a loop; and what is computed of these for it alone has none.
func TestGradientsOfLoopsWithIndicesOfNumbers(t *testing.T) {
	const steps = 3
	g := New(Settings{})
	x, w, v := g.Input("x", 3), g.Input("w", 3), g.Input("v", 3)
	feeds := Feeds{x: []float64{.3, -.7, .5}, w: []float64{-1.2, .4, 2}, v: []float64{3, 1, -2}}
	step := func(state, _ []*Node) (next, out []*Node) {
		h, i := state[0], state[1]
		h = Mul(Tanh(Add(h, BroadcastTo(Gather(w, 0, i), 3))), w)
		return []*Node{h, Argmax(Mul(h, v), 0)}, []*Node{Square(h)}
	}
	state := []*Node{x, Argmax(x, 0)}
	final, kept := Loop{Init: state, Steps: steps}.Scan(step)
	var rows []*Node
	for range steps {
		next, out := step(state, nil)
		state, rows = next, append(rows, out...)
	}
	cost := func(h, kept *Node) *Node { return Add(Sum(Sin(h)), Sum(kept)) }
	got := mustGrad(t, cost(final[0], kept[0]), x, w, v)
	want := mustGrad(t, cost(state[0], Stack(0, rows...)), x, w, v)
	p := run(t, Spec{Outputs: slices.Concat(got, want)}, feeds)
	for i := range got {
		d, err := p.Value(got[i])
		if err != nil {
			t.Fatal(err)
		}
		u, err := p.Value(want[i])
		if err != nil {
			t.Fatal(err)
		}
		s, err := anyStorage(u, g.dtype)
		if err != nil {
			t.Fatal(err)
		}
		sameBits(t, d, s, "gradient", i)
	}
}

// A loop through whose steps no gradient flows gives none.
func TestGradientOfLoopThatHasNone(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x", 3)
	taken := Cond(Greater(At(x, 0, 0), g.Const(0)), func() []*Node {
		return []*Node{Equal(Argmax(Sin(x), 0), g.Const(1)).Times(6)}
	}, func() []*Node {
		return []*Node{Square(At(x, 0, 2))}
	})[0]
	d := mustGrad(t, Mul(taken, At(x, 0, 1)), x)[0]
	along, err := JVP([]*Node{taken}, []*Node{x}, []*Node{g.Const(1, 3)})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		x, d  []float64
		along float64
	}{
		{[]float64{1, 2, 3}, []float64{0, 6, 0}, 0}, // sin 2 is the largest
		{[]float64{-1, 2, 3}, []float64{0, 9, 12}, 6},
	} {
		p := run(t, Spec{Outputs: []*Node{d, along[0]}}, Feeds{x: c.x})
		for n, want := range map[*Node][]float64{d: c.d, along[0]: {c.along}} {
			v, err := p.Value(n)
			if err != nil {
				t.Fatal(err)
			}
			s, err := anyStorage(v, g.dtype)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(s.f64, want) {
				t.Errorf("of %v: %v, want %v", c.x, s.f64, want)
			}
		}
	}
}

// An integer that is a part of a mapped loop's result remains one beside numbers.
func TestVmapOfLoopsKeepsIntegers(t *testing.T) {
	g := New(Settings{})
	x, index := g.Input("x", 2, 3), g.Ints("index", 2)
	for _, n := range []*Node{nil, g.Input("lengths", 2)} {
		xs := []*Node{x, index}
		if n != nil {
			xs = append(xs, n)
		}
		ys, err := Vmap(func(x []*Node) []*Node {
			l := Loop{Init: x[:2], Steps: 3}
			if len(x) > 2 {
				l.Length = x[2]
			}
			final, _ := l.Scan(func(state, _ []*Node) (next, out []*Node) {
				return []*Node{Tanh(state[0]), Argmax(state[0], 0)}, nil
			})
			return final
		}, xs...)
		if err != nil {
			t.Fatal(err)
		}
		if ys[0].IsInteger() || !ys[1].IsInteger() {
			t.Errorf("integers: %v and %v, the second alone expected", ys[0].IsInteger(), ys[1].IsInteger())
		}
	}
}
