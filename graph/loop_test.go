package graph

import (
	"math/rand/v2"
	"testing"

	"gorgonia.org/tensor"
)

func TestScanTry(t *testing.T) {
	for _, length := range []int{-1, 0, 1, 3, 5} {
		rng := rand.New(rand.NewPCG(1, 2))
		g := New(Settings{})
		X := g.Input("X", 5, 3, 2)
		h0 := g.Input("h0", 4, 2)
		W := g.Use(NewParam("W", randomTensor(rng, tensor.Float64, 4, 4)))
		U := g.Use(NewParam("U", randomTensor(rng, tensor.Float64, 4, 3)))
		feeds := Feeds{X: randomTensor(rng, tensor.Float64, 5, 3, 2), h0: randomTensor(rng, tensor.Float64, 4, 2)}
		body := func(s, in []*Node) (next, out []*Node) {
			h := Tanh(MatMul(W, s[0]).Add(MatMul(U, in[0]))).Add(s[0].Times(0.5))
			return []*Node{h}, []*Node{h, Square(h)}
		}
		l := Loop{Init: []*Node{h0}, Over: []*Node{X}}
		n := 5
		if length >= 0 {
			l.Length = g.Const(float64(length))
			n = length
		}
		final, stacked := l.Scan(body)
		cost := Add(Sum(Mul(final[0], final[0])), Add(Sum(Exp(stacked[0])), Sum(Mul(stacked[1], stacked[0]))))
		h := h0
		var o1, o2 []*Node
		for i := range n {
			next, out := body([]*Node{h}, []*Node{Reshape(slice(X, 0, i, i+1), 3, 2)})
			h = next[0]
			o1, o2 = append(o1, Reshape(out[0], 1, 4, 2)), append(o2, Reshape(out[1], 1, 4, 2))
		}
		for range 5 - n {
			o1, o2 = append(o1, g.Const(0, 1, 4, 2)), append(o2, g.Const(0, 1, 4, 2))
		}
		s1, s2 := Concat(0, o1...), Concat(0, o2...)
		cost2 := Add(Sum(Mul(h, h)), Add(Sum(Exp(s1)), Sum(Mul(s2, s1))))
		xs := []*Node{X, h0, W, U}
		for raw, f := range []func(*Node, ...*Node) ([]*Node, error){GradRaw, Grad} {
			d, err := f(cost, xs...)
			if err != nil {
				t.Fatal(err)
			}
			d2, err := f(cost2, xs...)
			if err != nil {
				t.Fatal(err)
			}
			p, err := Compile(Spec{Outputs: append(append([]*Node{cost, cost2}, d...), d2...)})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Run(feeds); err != nil {
				t.Fatal(err)
			}
			a, _ := p.Scalar(cost)
			b, _ := p.Scalar(cost2)
			if a != b {
				t.Error(length, a, b)
			}
			for i := range d {
				a, _ := p.Value(d[i])
				b, _ := p.Value(d2[i])
				if !a.Eq(b) {
					t.Error(length, raw, "gradient", i)
				}
			}
		}
	}
}

func randomTensor(rng *rand.Rand, dtype tensor.Dtype, shape ...int) *tensor.Dense {
	v := make([]float64, size(shape))
	for i := range v {
		v[i] = rng.NormFloat64() / 2
	}
	return as(dtype, v, shape...)
}
