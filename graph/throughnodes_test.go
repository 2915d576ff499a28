package graph

import (
	"math/rand/v2"
	"testing"

	"gorgonia.org/tensor"
)

// The derivative of a gradient with respect to a node that something else computes is that with
// respect to an input of its values: no rewrite of the gradient has written the node in terms of what it is
// computed from, or as another node that computes the same.
func TestDerivativesByComputedNodes(t *testing.T) {
	made := map[string]func(x *Node) *Node{
		"2x": func(x *Node) *Node { return x.Times(2) },
		"-x": Neg, "x/2": func(x *Node) *Node { return x.Times(0.5) },
		"transposed": func(x *Node) *Node { return Transpose(x) },
		"turned":     func(x *Node) *Node { return Reshape(x, 4, 3) },
		"rows":       func(x *Node) *Node { return BroadcastTo(Sum(x, 1), 4, 3) },
		"flipped":    func(x *Node) *Node { return Flip(x, 0) },
		"x²":         Square,
		"x + 0":      func(x *Node) *Node { return x.Plus(0) },
		"sin":        Sin,
	}
	costs := map[string]func(y, z *Node) *Node{
		"product":      Mul,
		"turned round": func(y, z *Node) *Node { return Mul(z, y) },
		"square":       func(y, z *Node) *Node { return Mul(Square(y), z) },
		"of a square":  func(y, z *Node) *Node { return Mul(y, Square(z)) },
		"three times":  func(y, z *Node) *Node { return Mul(y, z).Times(3) },
		"quotient":     func(y, z *Node) *Node { return Div(y, Exp(z)) },
		"minus":        func(y, z *Node) *Node { return Neg(Mul(y, Sin(z))) },
		"difference":   func(y, z *Node) *Node { return Square(Sub(y, z)) },
		"exp":          func(y, z *Node) *Node { return Exp(Mul(y, z)) },
		"matrices":     func(y, z *Node) *Node { return MatMul(Transpose(y), z) },
		"matrices two": func(y, z *Node) *Node { return Tanh(MatMul(y, Transpose(z))) },
		"transposed":   func(y, z *Node) *Node { return Mul(Transpose(y), Transpose(z)) },
		"reshaped":     func(y, z *Node) *Node { return Mul(Reshape(y, 12), Reshape(Square(z), 12)) },
		"columns":      func(y, z *Node) *Node { return Mul(Sum(y, 1), Sum(Square(z), 1)) },
		"flipped":      func(y, z *Node) *Node { return Mul(Flip(y, 0), Square(z)) },
		"along": func(y, z *Node) *Node {
			p, err := JVP([]*Node{Mul(Sin(z), z)}, []*Node{z}, []*Node{y})
			if err != nil {
				t.Fatal(err)
			}
			return p[0]
		},
	}
	for how, make := range made {
		for name, cost := range costs {
			for _, twin := range []bool{false, true} {
				g, feeds := New(Settings{Dtype: tensor.Float64}), Feeds{}
				rng := rand.New(rand.NewPCG(3, 1))
				x, z := randomInput(g, feeds, rng, "x", 3, 4), randomInput(g, feeds, rng, "z", 3, 4)
				if how != "2x" && how != "-x" && how != "x/2" && how != "flipped" && how != "x²" && how != "x + 0" && how != "sin" {
					z = randomInput(g, feeds, rng, "z'", 4, 3)
				}
				if twin {
					make(x)
				}
				y := make(x)
				free := g.Input("free", y.shape...)
				v := numbers(t, y, feeds)
				feeds[free] = append([]float64(nil), v...)
				a, b := Sum(cost(y, z)), Sum(cost(free, z))
				first := [][]*Node{mustGrad(t, a, y, z), mustGrad(t, b, free, z)}
				for i := range 2 {
					d := Sum(Sin(first[0][i]))
					e := Sum(Sin(first[1][i]))
					for order, pair := range [][2]*Node{{first[0][i], first[1][i]}, {mustGrad(t, d, y)[0], mustGrad(t, e, free)[0]}} {
						if d := relativeDifference(numbers(t, pair[0], feeds), numbers(t, pair[1], feeds)); !(d < 1e-9) {
							t.Errorf("%s of %s, twin %v: derivative %d of gradient %d is off by %g", name, how, twin, order, i, d)
						}
					}
				}
			}
		}
	}
}
