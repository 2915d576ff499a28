package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia.org/tensor"
)

// far are entries at which sigmoid and softmax saturate, and some at which they do not.
var far = []float64{-800, -40, -1.5, 0, 0.25, 40, 800, 3}

// ln1pe is ln(1 + e^z).
func ln1pe(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

// sigmoidOf is 1/(1 + e^−z).
func sigmoidOf(z float64) float64 {
	if z < 0 {
		return math.Exp(z) / (1 + math.Exp(z))
	}
	return 1 / (1 + math.Exp(-z))
}

// sigmoids are the ways of writing σ(z), for z of shape (2,4).
var sigmoids = map[string]func(z *Node) *Node{
	"sigmoid":      Sigmoid,
	"1 − σ(−z)":    func(z *Node) *Node { return oneMinus(Sigmoid(Neg(z))) },
	"−(σ(−z) − 1)": func(z *Node) *Node { return Neg(Sigmoid(Neg(z)).Plus(-1)) },
	"½ + ½tanh":    func(z *Node) *Node { return Tanh(z.Times(0.5)).Times(0.5).Plus(0.5) },
	"½(1 + tanh)":  func(z *Node) *Node { return Tanh(Div(z, z.g.Const(2))).Plus(1).Times(0.5) },
	"(tanh + 1)/2": func(z *Node) *Node { return Div(Reshape(Tanh(z.Times(0.5)), 2, 4).Plus(1), z.g.Const(2)) },
	"½ − ½tanh":    func(z *Node) *Node { return Sub(z.g.Const(0.5), Tanh(z.Times(-0.5)).Times(0.5)) },
	"1/(1 + e^−z)": func(z *Node) *Node { return Div(z.g.Const(1), Exp(Neg(z)).Plus(1)) },
	"reciprocal":   func(z *Node) *Node { return Reciprocal(Add(z.g.Const(1), Exp(Neg(z)))) },
	"power":        func(z *Node) *Node { return Pow(Exp(Neg(z)).Plus(1), -1) },
	"e^z/(1 + e^z)": func(z *Node) *Node {
		e := Exp(z)
		return Div(e, e.Plus(1))
	},
	"two e^z":            func(z *Node) *Node { return Div(Exp(z), Exp(z).Plus(1)) },
	"e^z·(1/(e^z + 1))":  func(z *Node) *Node { return Mul(Exp(z), Reciprocal(Exp(z).Plus(1))) },
	"1 − 1/(1 + e^z)":    func(z *Node) *Node { return oneMinus(Reciprocal(Exp(z).Plus(1))) },
	"e^z/(e^z + e^0)":    func(z *Node) *Node { return Div(Exp(z), Add(Exp(z), Exp(z.Times(0)))) },
	"e^−softplus(−z)":    func(z *Node) *Node { return Exp(Neg(Softplus(Neg(z)))) },
	"e^(z − softplus z)": func(z *Node) *Node { return Exp(Sub(z, Softplus(z))) },
	"e^ln σ":             func(z *Node) *Node { return Exp(Log(Sigmoid(z))) },
	"reshaped twice":     func(z *Node) *Node { return Reshape(Reshape(Sigmoid(z), 8), 2, 4) },
	"transposed twice":   func(z *Node) *Node { return Transpose(Sigmoid(Transpose(z))) },
	"halves": func(z *Node) *Node {
		a := Sigmoid(z)
		return Concat(0, Slice(a, Range{From: 0, To: 1}), Slice(a, Range{From: 1, To: 2}))
	},
	"columns apart": func(z *Node) *Node {
		return Concat(1, Sigmoid(Slice(z, Range{}, Range{From: 0, To: 1})), oneMinus(Sigmoid(Neg(Slice(z, Range{}, Range{From: 1, To: 4})))))
	},
	"broadcast": func(z *Node) *Node {
		return Slice(BroadcastTo(Sigmoid(Reshape(z, 1, 2, 4)), 3, 2, 4), Range{From: 1, To: 2}).reshaped(2, 4)
	},
	"sum of one":  func(z *Node) *Node { return Sum(Sigmoid(Reshape(z, 2, 1, 4)), 1) },
	"mean of one": func(z *Node) *Node { return Mean(Sigmoid(Reshape(z, 2, 1, 4)), 1) },
	"0 + 1·σ":     func(z *Node) *Node { return Sigmoid(z).Times(1).Plus(0) },
}

func (n *Node) reshaped(shape ...int) *Node { return Reshape(n, shape...) }

// Whatever way a sigmoid is written, its logarithms and their first and second
// derivatives are what one derives by hand, where it saturates too.
func TestLogarithmsOfSigmoids(t *testing.T) {
	functions := map[string]struct {
		of         func(a *Node) *Node
		ln, d1, d2 func(z float64) float64
	}{
		"log": {Log, func(z float64) float64 { return -ln1pe(-z) }, func(z float64) float64 { return sigmoidOf(-z) },
			func(z float64) float64 { return -sigmoidOf(z) * sigmoidOf(-z) }},
		"log of the other": {func(a *Node) *Node { return Log(oneMinus(a)) }, func(z float64) float64 { return -ln1pe(z) },
			func(z float64) float64 { return -sigmoidOf(z) }, func(z float64) float64 { return -sigmoidOf(z) * sigmoidOf(-z) }},
		"log1p": {func(a *Node) *Node { return Log1p(Neg(a)) }, func(z float64) float64 { return -ln1pe(z) },
			func(z float64) float64 { return -sigmoidOf(z) }, func(z float64) float64 { return -sigmoidOf(z) * sigmoidOf(-z) }},
		"xlogy": {func(a *Node) *Node { return XLogY(a.g.Const(3), a) }, func(z float64) float64 { return -3 * ln1pe(-z) },
			func(z float64) float64 { return 3 * sigmoidOf(-z) }, func(z float64) float64 { return -3 * sigmoidOf(z) * sigmoidOf(-z) }},
	}
	for name, sigmoid := range sigmoids {
		for of, f := range functions {
			for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
				g := New(Settings{Dtype: dtype})
				z := g.Input("z", 2, 4)
				y := f.of(sigmoid(z))
				first := mustGrad(t, Sum(y), z)[0]
				outputs := []*Node{y, first, mustGrad(t, Sum(first), z)[0]}
				for i, want := range []func(z float64) float64{f.ln, f.d1, f.d2} {
					checkFar(t, fmt.Sprint(of, " of ", name, ", order ", i, " ", dtype), outputs[i], z, want)
				}
			}
		}
	}
}

// checkFar compares y with a function of the entries far of z.
func checkFar(t *testing.T, name string, y, z *Node, want func(z float64) float64) {
	t.Helper()
	p, err := Compile(Spec{Outputs: []*Node{y}})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	feed, tolerance := any(far), 1e-13
	if z.g.dtype == tensor.Float32 {
		narrow := make([]float32, len(far))
		for i, v := range far {
			narrow[i] = float32(v)
		}
		feed, tolerance = narrow, 1e-6
	}
	if err := p.Run(Feeds{z: feed}); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	got, err := p.Float64s(nil, y)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range far {
		if w := want(v); !(math.Abs(got[i]-w) <= tolerance*(1+math.Abs(w))) {
			t.Errorf("%s: at %v it is %v, %v expected", name, v, got[i], w)
		}
	}
}

// softmaxes are the ways of writing the softmax of z of shape (2,4) over axis 0.
var softmaxes = map[string]func(z *Node) *Node{
	"softmax":        func(z *Node) *Node { return Softmax(z, 0) },
	"transposed":     func(z *Node) *Node { return Transpose(Softmax(Transpose(z), 1)) },
	"reshaped":       func(z *Node) *Node { return Reshape(Softmax(Reshape(z, 1, 2, 2, 2), 1), 2, 4) },
	"of all axes":    func(z *Node) *Node { return Transpose(Softmax(Reshape(Transpose(z), 4, 1, 2), -1, 1).reshaped(4, 2)) },
	"e^z/Σe^z":       func(z *Node) *Node { return Div(Exp(z), kept.Sum(Exp(z), 0)) },
	"dropped axis":   func(z *Node) *Node { e := Exp(z); return Div(e, Sum(e, 0)) },
	"broadcast sum":  func(z *Node) *Node { e := Exp(z); return Div(e, BroadcastTo(kept.Sum(e, 0), 2, 4)) },
	"reshaped sum":   func(z *Node) *Node { e := Exp(z); return Mul(e, Reciprocal(Reshape(Sum(e, 0), 1, 4))) },
	"shifted":        func(z *Node) *Node { e := Exp(Sub(z, StopGradient(kept.Max(z, 0)))); return Div(e, kept.Sum(e, 0)) },
	"e^logsoftmax":   func(z *Node) *Node { return Exp(LogSoftmax(z, 0)) },
	"e^(z − lse)":    func(z *Node) *Node { return Exp(Sub(z, kept.LogSumExp(z, 0))) },
	"e^(z − lse), 2": func(z *Node) *Node { return Exp(Sub(z, LogSumExp(z, 0))) },
	"of examples": func(z *Node) *Node {
		return Concat(1, Softmax(Slice(z, Range{}, Range{From: 0, To: 3}), 0), Slice(Softmax(z, 0), Range{}, Range{From: 3, To: 4}))
	},
	"rows": func(z *Node) *Node {
		a := Softmax(z, 0)
		return Concat(0, Slice(a, Range{From: 0, To: 1}), Slice(a, Range{From: 1, To: 2}))
	},
	"of itself": func(z *Node) *Node { return Div(Softmax(z, 0), z.g.Const(1)) },
	"of a sum of two": func(z *Node) *Node {
		u, v := Exp(Slice(z, Range{From: 0, To: 1})), Exp(Slice(z, Range{From: 1, To: 2}))
		return Concat(0, Div(u, Add(u, v)), Div(v, Add(u, v)))
	},
}

// The same of a softmax: entry (k,i) is −ln(1 + e^(z of the other row − z)), whose
// derivatives are those of the sigmoid of the difference.
func TestLogarithmsOfSoftmaxes(t *testing.T) {
	difference := func(i int) float64 { return far[i] - far[(i+4)%8] }
	for name, softmax := range softmaxes {
		for of, log := range map[string]func(y, a *Node) *Node{
			"log": func(y, a *Node) *Node { return Mul(y, Log(a)) }, "xlogy": XLogY,
		} {
			for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
				g := New(Settings{Dtype: dtype})
				z, y := g.Input("z", 2, 4), g.Array(as(dtype, []float64{1, 2, 3, 4, 0, 0, 0, 0}, 2, 4))
				out := log(y, softmax(z))
				d := mustGrad(t, Sum(out), z)[0]
				values := [][]float64{numbersAt(t, out, z), numbersAt(t, d, z)}
				for i := range far {
					w, sign := float64(i%4+1), 1.0
					if i >= 4 {
						sign = -1
					}
					want := []float64{-w * ln1pe(-difference(i)), sign * w * sigmoidOf(-difference(i%4))}
					if i >= 4 {
						want[0] = 0
					}
					for order, want := range want {
						if got := values[order][i]; !(math.Abs(got-want) <= 2e-6*(1+math.Abs(want))) {
							t.Errorf("%s of %s, %v, order %d: entry %d is %v, %v expected", of, name, dtype, order, i, got, want)
						}
					}
				}
			}
		}
	}
}

// as returns a tensor of a dtype.
func as(dtype tensor.Dtype, v []float64, shape ...int) *tensor.Dense {
	if dtype == tensor.Float64 {
		return Tensor(v, shape...)
	}
	narrow := make([]float32, len(v))
	for i := range v {
		narrow[i] = float32(v[i])
	}
	return Tensor(narrow, shape...)
}

func numbersAt(t *testing.T, y, z *Node) []float64 {
	t.Helper()
	p := run(t, Spec{Outputs: []*Node{y}}, Feeds{z: as(z.g.dtype, far, z.shape...)})
	out, err := p.Float64s(nil, y)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// 1 + e^z, Σ e^z and e^z have accurate logarithms too, with their gradients.
func TestLogarithmsOfExponentials(t *testing.T) {
	ones := func(z *Node) *Node { return z.g.Const(1, 2, 4) }
	for name, c := range map[string]struct {
		y     func(z *Node) *Node
		ln, d func(z float64) float64
	}{
		"1 + e^z":      {func(z *Node) *Node { return Log(Exp(z).Plus(1)) }, ln1pe, sigmoidOf},
		"ones + e^z":   {func(z *Node) *Node { return Log(Add(ones(z), Exp(z))) }, ln1pe, sigmoidOf},
		"log1p":        {func(z *Node) *Node { return Log1p(Exp(z)) }, ln1pe, sigmoidOf},
		"log1p, views": {func(z *Node) *Node { return Log1p(Reshape(Exp(Reshape(z, 8)), 2, 4)) }, ln1pe, sigmoidOf},
		"concat":       {func(z *Node) *Node { return Log(Concat(0, Exp(z), z.g.Const(1, 1, 4)).Plus(1)).first(2) }, ln1pe, sigmoidOf},
		"e^z":          {func(z *Node) *Node { return Log(Exp(z)) }, func(z float64) float64 { return z }, func(float64) float64 { return 1 }},
		"Σ e^z":        {func(z *Node) *Node { return Log(Sum(Exp(Reshape(z, 2, 1, 4)), 1)) }, func(z float64) float64 { return z }, func(float64) float64 { return 1 }},
		"Σ of e^two": {func(z *Node) *Node {
			return Log(Sum(Exp(Concat(0, Reshape(z, 1, 2, 4), z.g.Const(0, 1, 2, 4))), 0))
		}, ln1pe, sigmoidOf},
	} {
		z := New(Settings{}).Input("z", 2, 4)
		y := c.y(z)
		checkFar(t, name, y, z, c.ln)
		checkFar(t, name+", gradient", mustGrad(t, Sum(y), z)[0], z, c.d)
	}
}

func (n *Node) first(rows int) *Node { return Slice(n, Range{From: 0, To: rows}) }

// What is not known for certain to have logits is left alone.
func TestNoLogits(t *testing.T) {
	g := New(Settings{})
	z, w := g.Input("z", 2, 4), g.Input("w", 2, 4)
	one := g.Input("one")
	e := Exp(z)
	for name, n := range map[string]*Node{
		"nil": nil, "of no graph": {}, "failed": Add(New(Settings{}).Input("x", 2), New(Settings{}).Input("x", 3)), "input": z,
		"1 + σ": Sigmoid(z).Plus(1), "2 − σ": Sub(g.Const(2), Sigmoid(z)), "−σ": Neg(Sigmoid(z)), "σ/2": Sigmoid(z).Times(0.5),
		"σ − 1": Sigmoid(z).Plus(-1), "tanh": Tanh(z), "½ + tanh": Tanh(z).Plus(0.5), "1 + ½tanh": Tanh(z).Times(0.5).Plus(1),
		"clipped": Clip(Sigmoid(z), 1e-7, 1-1e-7), "product": Mul(Sigmoid(z), Sigmoid(w)), "square": Square(Sigmoid(z)),
		"one is an input": Sub(one, Sigmoid(z)), "repeated by the number": Sub(g.Const(1, 3, 2, 4), Sigmoid(z)),
		"e^z/(1 + e^w)": Div(e, Exp(w).Plus(1)), "e^z/(2 + e^z)": Div(e, e.Plus(2)), "2e^z/(1 + e^z)": Div(e.Times(2), e.Plus(1)),
		"1/(1 − e^z)": Reciprocal(Sub(g.Const(1), e)), "2/(1 + e^z)": Div(g.Const(2), e.Plus(1)), "e^z": e,
		"e^z/Σe^w": Div(e, kept.Sum(Exp(w), 0)), "e^w/Σe^z": Div(Exp(w), kept.Sum(e, 0)), "(1 + e^z)/e^z": Div(e.Plus(1), e),
		"e^z/(e^w + e^w)": Div(e, Add(Exp(w), Exp(w))), "e^softplus": Exp(Softplus(z)), "e^(z − lse w)": Exp(Sub(z, kept.LogSumExp(w, 0))),
		"e^(lse − z)": Exp(Sub(kept.LogSumExp(z, 0), z)), "1 − softmax": oneMinus(Softmax(z, 0)), "a row": Slice(Softmax(z, 0), Range{From: 0, To: 1}),
		"mixed axes": Reshape(Softmax(z, 0), 8), "mixed axes, split": Reshape(Softmax(Reshape(z, 8), 0), 4, 2).first(1),
		"softmax of one repeated": BroadcastTo(Softmax(Reshape(z, 1, 8), 0), 3, 8), "sum": Sum(Sigmoid(z), 0),
		"concat of axes": Concat(0, Softmax(z, 0), Softmax(z, 0)), "concat of two kinds": Concat(0, Softmax(z, 0), Sigmoid(z)),
		"concat of two axes": Concat(0, Softmax(z, 1), Softmax(Reshape(z, 2, 4), 0)), "wrong axis": Div(Exp(Reshape(z, 8, 1)), Sum(Exp(Reshape(z, 8, 1)), 1)).reshaped(4, 2),
		"chosen": Where(Greater(z, w), Sigmoid(z), Sigmoid(w)), "another sum": Div(Exp(Slice(z, Range{}, Range{From: 0, To: 2})), Sum(Exp(Slice(z, Range{}, Range{From: 0, To: 2})), 1)),
	} {
		if z, axes, ok := n.Logits(); ok {
			t.Errorf("%s: logits %v over %v", name, z, axes)
		}
	}
}

// A randomExpression makes expressions near those that are known: of every node made so
// far, by an operation that is a part of some form.
type randomExpression struct {
	rng   *rand.Rand
	nodes []*Node
}

func (r *randomExpression) any() *Node {
	last := min(len(r.nodes), 5) // mostly what is new
	if r.rng.IntN(4) == 0 {
		last = len(r.nodes)
	}
	return r.nodes[len(r.nodes)-1-r.rng.IntN(last)]
}

func (r *randomExpression) number() float64 {
	return []float64{1, 1, -1, 0.5, 2, -0.5, 0}[r.rng.IntN(7)]
}

func (r *randomExpression) step() {
	x, y := r.any(), r.any()
	g := x.g
	axis := 0
	if len(x.shape) > 0 {
		axis = r.rng.IntN(len(x.shape))
	}
	fits := func(f func(a, b *Node) *Node) *Node {
		if _, err := broadcastShapes(x.shape, y.shape); err != nil {
			y = x
		}
		return f(x, y)
	}
	var n *Node
	switch r.rng.IntN(24) {
	case 0, 1:
		n = Sigmoid(x)
	case 2:
		n = Softmax(x, axis)
	case 3:
		n = Tanh(x)
	case 4, 5:
		n = Exp(x)
	case 6:
		n = Neg(x)
	case 7, 8:
		n = x.Plus(r.number())
	case 9, 10:
		n = x.Times(r.number())
	case 11:
		n = Sub(g.Const(r.number()), x)
	case 12:
		n = Div(g.Const(r.number()), x)
	case 13, 14, 15:
		n = fits(Div)
	case 16:
		n = fits(Add)
	case 17:
		n = fits(Sub)
	case 18:
		n = Reduce{KeepDims: r.rng.IntN(2) == 0 || len(x.shape) == 1}.Sum(x, axis)
	case 19:
		n = kept.LogSumExp(x, axis)
	case 20:
		n = []func() *Node{func() *Node { return Softplus(x) }, func() *Node { return LogSoftmax(x, axis) }, func() *Node { return Log(x) }}[r.rng.IntN(3)]()
	case 21:
		n = Transpose(x)
	case 22:
		n = Reshape(x, [][]int{{size(x.shape)}, {1, size(x.shape)}, append([]int{size(x.shape)}, 1)}[r.rng.IntN(3)]...)
		if size(x.shape) == 8 {
			n = Reshape(x, [][]int{{8}, {2, 4}, {4, 2}, {2, 2, 2}, {1, 8}}[r.rng.IntN(5)]...)
		}
	case 23:
		n = Concat(axis, x, x)
		if r.rng.IntN(2) == 0 {
			n = Slice(n, slices.Repeat([]Range{{}}, axis)...)
		}
	}
	if n.err == nil && size(n.shape) <= 64 && len(n.shape) <= 4 && len(n.shape) > 0 {
		r.nodes = append(r.nodes, n)
	}
}

// Whatever is recognised, the logarithm is that of the operation alone, and so are the
// gradients, where nothing saturates.
func TestRecognisedLogarithmsAreLogarithms(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 25))
	compared := 0
	for range 4000 {
		g := New(Settings{})
		z, w := g.Input("z", 2, 4), g.Input("w", 2, 4)
		r := &randomExpression{rng, []*Node{z, w}}
		for range 7 {
			r.step()
			x := r.nodes[len(r.nodes)-1]
			if g.err != nil {
				break
			}
			c := float64(rng.IntN(2))
			a := Log(x)
			if c == 1 {
				a = Log1p(x)
			}
			if a.detour == nil {
				continue
			}
			b := logOp.Apply(x)
			if c == 1 {
				b = log1pOp.Apply(x)
			}
			if compareAt(t, rng, a, b, z, w, x) {
				compared++
			}
		}
		if t.Failed() {
			return
		}
	}
	if compared < 1000 {
		t.Errorf("only %d were recognised and compared", compared)
	}
}

// compareAt compares two nodes and their gradients at random values of z and w. It
// reports false where there are no numbers to compare.
func compareAt(t *testing.T, rng *rand.Rand, a, b, z, w, x *Node) bool {
	t.Helper()
	outputs := append([]*Node{a, b}, mustGrad(t, Sum(a), z, w, x)...)
	outputs = append(outputs, mustGrad(t, Sum(b), z, w, x)...)
	feeds := Feeds{z: make([]float64, 8), w: make([]float64, 8)}
	for _, v := range feeds {
		for i := range v.([]float64) {
			v.([]float64)[i] = 0.7 * rng.NormFloat64()
		}
	}
	p := run(t, Spec{Outputs: append(outputs, x)}, feeds)
	defer p.Close()
	values := make([][]float64, len(outputs))
	scale := 1.0
	for i, n := range outputs {
		values[i], _ = p.Float64s(nil, n)
		for _, v := range values[i] {
			if math.IsNaN(v) || math.Abs(v) > 1e6 {
				return false
			}
			scale = max(scale, math.Abs(v))
		}
	}
	for i, pair := range [][2]int{{0, 1}, {2, 5}, {3, 6}, {4, 7}} {
		for e, v := range values[pair[0]] {
			if v2 := values[pair[1]][e]; math.Abs(v-v2) > 1e-6*scale {
				t.Errorf("%v\nof %v\nwith logarithm %v: value %d, entry %d: %v, and of the operation alone %v", p, x, a, i, e, v, v2)
				return true
			}
		}
	}
	return true
}

// Probabilities, and what lies between them and their logits, keep their influence on
// what is computed from the logits: as a node to differentiate by, of first and second
// order, and as one that is given to a program.
func TestDetoursKeepDerivatives(t *testing.T) {
	g := New(Settings{})
	z, y := g.Input("z", 3), g.Input("y", 3)
	a := Sigmoid(z)
	view := Reshape(a, 3, 1)
	other := oneMinus(view)
	cost := Add(Sum(XLogY(y, Reshape(view, 3))), Sum(Log(other).Times(2)))
	feeds := Feeds{z: []float64{-1, 0.5, 2}, y: []float64{1, 0, 0.25}}
	d := mustGrad(t, cost, a, view, other, z)
	dd := mustGrad(t, Sum(d[0]), a)[0]
	outputs := append(d, dd)
	p := run(t, Spec{Outputs: outputs}, feeds)
	for i, zi := range feeds[z].([]float64) {
		yi, ai := feeds[y].([]float64)[i], sigmoidOf(zi)
		want := []float64{yi/ai - 2/(1-ai), yi/ai - 2/(1-ai), 2 / (1 - ai), yi*(1-ai) - 2*ai, -yi/(ai*ai) - 2/((1-ai)*(1-ai))}
		for k, n := range outputs {
			if got, _ := p.Float64s(nil, n); math.Abs(got[i]-want[k]) > 1e-12*(1+math.Abs(want[k])) {
				t.Errorf("derivative %d, entry %d: %v, %v expected", k, i, got[i], want[k])
			}
		}
	}
	nodes := len(g.nodes)
	given := run(t, Spec{Outputs: []*Node{cost}, Given: []*Node{a}}, Feeds{a: []float64{0.25, 0.5, 0.75}, y: feeds[y]})
	want := math.Log(0.25) + 0.25*math.Log(0.75) + 2*math.Log(0.75*0.5*0.25)
	if got, _ := given.Scalar(cost); math.Abs(got-want) > 1e-14 || len(given.Inputs()) != 2 || len(g.nodes) != nodes {
		t.Errorf("with probabilities given: %v, %v expected; inputs %v, %d nodes more", got, want, given.Inputs(), len(g.nodes)-nodes)
	}
}

// A node that is asked for twice has one gradient: what a detour adds to it is added once.
func TestDetoursCountOnce(t *testing.T) {
	g := New(Settings{})
	z := g.Input("z", 3)
	a := Sigmoid(z)
	y := Sum(Sub(Square(a), Log(a))) // dy/da = 2a − 1/a
	d := mustGrad(t, y, a, z, a)
	feeds := Feeds{z: dense([]float64{-1, 0.5, 2}, 3)}
	for i, at := range numbers(t, a, feeds) {
		for _, n := range []*Node{d[0], d[2]} {
			if got, want := numbers(t, n, feeds)[i], 2*at-1/at; !(math.Abs(got-want) <= 1e-14*math.Abs(want)) {
				t.Errorf("dy/da at %v is %v, want %v", at, got, want)
			}
		}
	}
}

// FromLogits says what is wrong with what it is given, when it is used.
func TestFromLogitsMistakes(t *testing.T) {
	x := New(Settings{}).Input("x", 2)
	if err := FromLogits(x, nil, nil).Err(); err == nil {
		t.Error("no error of nothing that makes the result")
	}
	x = New(Settings{}).Input("x", 2)
	a := Sigmoid(x)
	n := FromLogits(a, func(z *Node, _ []int) *Node { return Exp(z) }, func() *Node { return Sum(a) })
	if _, err := Grad(Sum(n), a); err == nil || x.g.err != nil {
		t.Errorf("two shapes: error %v, of the graph %v", err, x.g.err)
	}
	if _, err := Compile(Spec{Outputs: []*Node{n}, Given: []*Node{a}}); err == nil || x.g.err != nil {
		t.Errorf("two shapes in a program: error %v, of the graph %v", err, x.g.err)
	}
	if _, err := Grad(Sum(n), x); err != nil {
		t.Error(err)
	}
}
