package graph

import (
	"fmt"
	"math"
	"testing"

	"gorgonia.org/tensor"
)

// edges are the numbers at which functions go wrong: zeros of either sign,
// infinities, NaN, the smallest and largest numbers of both types, and ones near
// which digits are lost.
var edges = []float64{0, math.Copysign(0, -1), inf, -inf, nan, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 1e-20, -1e-20,
	math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, 0x1p-1022, -0x1p-1022, math.MaxFloat64, -math.MaxFloat64,
	math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 0x1p-126, -0x1p-126, 0x1p-127, math.MaxFloat32, -math.MaxFloat32,
	17, -17, 37, -37, 80, -80, 700, -700, 1000, -1000}

func ofUnary(f func(float64) float64) func(x ...float64) float64 {
	return func(x ...float64) float64 { return f(x[0]) }
}

func ofBinary(f func(x, y float64) float64) func(x ...float64) float64 {
	return func(x ...float64) float64 { return f(x[0], x[1]) }
}

func yes(c bool) float64 {
	if c {
		return 1
	}
	return 0
}

func ifNot0(c, x float64) float64 {
	if c == 0 {
		return 0
	}
	return x
}

// logarithm is math.Log, which on amd64 is that of the smallest normal number for
// all below it.
func logarithm(x float64) float64 {
	fraction, exponent := math.Frexp(x)
	if x > 0 && x < 1 {
		return math.Log(fraction) + float64(exponent)*math.Ln2
	}
	return math.Log(x)
}

// logistic is 1/(1 + e^−z) without overflow.
func logistic(z float64) float64 {
	if z < 0 {
		return math.Exp(z) / (1 + math.Exp(z))
	}
	return 1 / (1 + math.Exp(-z))
}

// normal is the normal distribution function. It is as near as the rounding of its
// argument lets it be.
func normal(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

// edgeCases are the element-wise operations, with their documentation in terms of
// the math package and of IEEE 754.
var edgeCases = []struct {
	name   string
	inputs int
	apply  func(x []*Node) *Node
	want   func(x ...float64) float64
}{
	{"Neg", 1, of1(Neg), ofUnary(func(x float64) float64 { return -x })},
	{"Square", 1, of1(Square), ofUnary(func(x float64) float64 { return x * x })},
	{"Sqrt", 1, of1(Sqrt), ofUnary(math.Sqrt)},
	{"Exp", 1, of1(Exp), ofUnary(math.Exp)},
	{"Expm1", 1, of1(Expm1), ofUnary(math.Expm1)},
	{"Log", 1, of1(Log), ofUnary(logarithm)},
	{"Log1p", 1, of1(Log1p), ofUnary(math.Log1p)},
	{"Sin", 1, of1(Sin), ofUnary(math.Sin)},
	{"Cos", 1, of1(Cos), ofUnary(math.Cos)},
	{"Atan", 1, of1(Atan), ofUnary(math.Atan)},
	{"Erf", 1, of1(Erf), ofUnary(math.Erf)},
	{"Abs", 1, of1(Abs), ofUnary(math.Abs)},
	{"Sign", 1, of1(Sign), ofUnary(func(x float64) float64 {
		if x == 0 || math.IsNaN(x) {
			return x
		}
		return math.Copysign(1, x)
	})},
	{"Reciprocal", 1, of1(Reciprocal), ofUnary(func(x float64) float64 { return 1 / x })},
	{"Sigmoid", 1, of1(Sigmoid), ofUnary(logistic)},
	{"Tanh", 1, of1(Tanh), ofUnary(math.Tanh)},
	{"Softplus", 1, of1(Softplus), ofUnary(func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) })},
	{"ReLU", 1, of1(ReLU), ofUnary(func(x float64) float64 { return math.Max(x, 0) })},
	{"Step", 1, of1(Step), ofUnary(func(x float64) float64 {
		if math.IsNaN(x) {
			return nan
		}
		return yes(x > 0)
	})},
	{"LeakyReLU", 1, of1(LeakyReLU), ofUnary(func(x float64) float64 {
		if x > 0 {
			return x
		}
		return 0.01 * x
	})},
	{"ELU", 1, of1(ELU), ofUnary(func(x float64) float64 {
		if x > 0 {
			return x
		}
		return math.Expm1(x)
	})},
	{"SiLU", 1, of1(SiLU), ofUnary(func(x float64) float64 {
		if math.IsInf(x, -1) {
			return 0
		}
		return x * logistic(x)
	})},
	{"GELU", 1, of1(GELU), ofUnary(func(x float64) float64 {
		if math.IsInf(x, -1) {
			return 0
		}
		return x * normal(x)
	})},
	{"NormalCDF", 1, of1(NormalCDF), ofUnary(normal)},
	{"Clip", 1, func(x []*Node) *Node { return Clip(x[0], -1, 2) }, ofUnary(func(x float64) float64 {
		switch {
		case x < -1:
			return -1
		case x > 2:
			return 2
		}
		return x
	})},
	{"StopGradient", 1, of1(StopGradient), ofUnary(func(x float64) float64 { return x })},
	{"Times", 1, func(x []*Node) *Node { return x[0].Times(-0.5) }, ofUnary(func(x float64) float64 { return x * -0.5 })},
	{"Plus", 1, func(x []*Node) *Node { return x[0].Plus(1) }, ofUnary(func(x float64) float64 { return x + 1 })},
	{"Pow 0", 1, pow(0), ofUnary(func(x float64) float64 { return math.Pow(x, 0) })},
	{"Pow 0.5", 1, pow(0.5), ofUnary(func(x float64) float64 { return math.Pow(x, 0.5) })},
	{"Pow −0.5", 1, pow(-0.5), ofUnary(func(x float64) float64 { return math.Pow(x, -0.5) })},
	{"Pow 2", 1, pow(2), ofUnary(func(x float64) float64 { return math.Pow(x, 2) })},
	{"Pow 3", 1, pow(3), ofUnary(func(x float64) float64 { return math.Pow(x, 3) })},
	{"Pow −1", 1, pow(-1), ofUnary(func(x float64) float64 { return math.Pow(x, -1) })},
	{"Pow −3", 1, pow(-3), ofUnary(func(x float64) float64 { return math.Pow(x, -3) })},
	{"OneHot", 1, func(x []*Node) *Node { return Slice(OneHot(x[0], 3), Range{From: 2, To: 3}) }, ofUnary(func(x float64) float64 {
		if x == 0 || x == 1 || x == 2 {
			return yes(x == 2)
		}
		return nan
	})},

	{"Add", 2, of2(Add), ofBinary(func(x, y float64) float64 { return x + y })},
	{"Sub", 2, of2(Sub), ofBinary(func(x, y float64) float64 { return x - y })},
	{"Mul", 2, of2(Mul), ofBinary(func(x, y float64) float64 { return x * y })},
	{"Div", 2, of2(Div), ofBinary(func(x, y float64) float64 { return x / y })},
	{"Maximum", 2, of2(Maximum), ofBinary(func(x, y float64) float64 {
		if math.IsNaN(x) || math.IsNaN(y) {
			return nan
		}
		return math.Max(x, y)
	})},
	{"Minimum", 2, of2(Minimum), ofBinary(func(x, y float64) float64 {
		if math.IsNaN(x) || math.IsNaN(y) {
			return nan
		}
		return math.Min(x, y)
	})},
	{"Greater", 2, of2(Greater), ofBinary(func(x, y float64) float64 { return yes(x > y) })},
	{"GreaterEqual", 2, of2(GreaterEqual), ofBinary(func(x, y float64) float64 { return yes(x >= y) })},
	{"Less", 2, of2(Less), ofBinary(func(x, y float64) float64 { return yes(x < y) })},
	{"LessEqual", 2, of2(LessEqual), ofBinary(func(x, y float64) float64 { return yes(x <= y) })},
	{"Equal", 2, of2(Equal), ofBinary(func(x, y float64) float64 { return yes(x == y) })},
	{"NotEqual", 2, of2(NotEqual), ofBinary(func(x, y float64) float64 { return yes(x != y) })},
	{"XLogY", 2, of2(XLogY), ofBinary(func(x, y float64) float64 { return ifNot0(x, x*logarithm(y)) })},
	{"XDivY", 2, of2(func(x, y *Node) *Node { return xdivyOp.Apply(x, y) }), ofBinary(func(x, y float64) float64 { return ifNot0(x, x/y) })},
	{"SigmoidCrossEntropy", 2, of2(SigmoidCrossEntropy), ofBinary(func(z, y float64) float64 {
		return ifNot0(yes(z > 0)-y, z*(yes(z > 0)-y)) + math.Log1p(math.Exp(-math.Abs(z)))
	})},
	{"Where", 3, func(x []*Node) *Node { return Where(x[0], x[1], x[2]) }, func(x ...float64) float64 {
		if x[0] != 0 {
			return x[1]
		}
		return x[2]
	}},
}

func of1(f func(x *Node) *Node) func(x []*Node) *Node {
	return func(x []*Node) *Node { return f(x[0]) }
}

func of2(f func(x, y *Node) *Node) func(x []*Node) *Node {
	return func(x []*Node) *Node { return f(x[0], x[1]) }
}

func pow(c float64) func(x []*Node) *Node { return func(x []*Node) *Node { return Pow(x[0], c) } }

// Every element-wise operation is what it is documented to be at the edges, in
// programs and in plain loops, in both types: which results are NaN, infinite or 0,
// and of which sign zeros are; and all others but for a few roundings.
func TestEdges(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		for _, c := range edgeCases {
			var columns [3][]float64
			numbers := 1
			for range c.inputs {
				numbers *= len(edges)
			}
			for i := range numbers { // of three inputs too, each with all the others
				for k, at := 0, i; k < c.inputs; k, at = k+1, at/len(edges) {
					columns[k] = append(columns[k], edges[at%len(edges)])
				}
			}
			g, feeds := New(Settings{Dtype: dtype}), Feeds{}
			var in []*Node
			for k := range c.inputs {
				n := g.Input(fmt.Sprint("x", k), 1, numbers)
				feeds[n] = denseAs(dtype, columns[k], []int{1, numbers}, rowMajor)
				in = append(in, n)
			}
			out := c.apply(in)
			v, err := run(t, Spec{Outputs: []*Node{out}}, feeds).Value(out)
			if err != nil {
				t.Fatal(err)
			}
			plain, _ := reference(g, Spec{Outputs: []*Node{out}}, feeds)
			loops := plain[out].as(tensor.Float64).f64
			wrong := 0
			for i, got := range asFloat64(v) {
				args := make([]float64, c.inputs)
				for k := range args {
					args[k] = columns[k][i]
					if dtype == tensor.Float32 {
						args[k] = float64(float32(args[k]))
					}
				}
				want := c.want(args...)
				for how, got := range map[string]float64{"in a program": got, "in plain loops": loops[i]} {
					slack := -1.0                                  // none, for zeros of the other sign neither
					if c.name == "GELU" || c.name == "NormalCDF" { // by a rounding of x/√2
						slack = args[0] * args[0] * 0x1p-53 * math.Abs(want)
					}
					if !isEdgeValue(dtype, got, want) && !(math.Abs(got-want) <= slack) {
						if wrong++; wrong < 6 {
							t.Errorf("%s of %v in %v, %s: %v, %v expected", c.name, args, dtype, how, got, want)
						}
					}
				}
			}
		}
	}
}

// isEdgeValue compares with a value computed in float64.
func isEdgeValue(dtype tensor.Dtype, got, want float64) bool {
	unit, least := 0x1p-53, 0x1p-1074
	if dtype == tensor.Float32 {
		unit, least = 0x1p-24, 0x1p-149
		if rounded := float64(float32(want)); math.IsInf(rounded, 0) || rounded == 0 {
			want = rounded
		}
	}
	switch {
	case math.IsNaN(want):
		return math.IsNaN(got)
	case math.IsInf(want, 0):
		return got == want
	case want == 0: // or what is rounded to it
		return math.Abs(got) <= least && math.Signbit(got) == math.Signbit(want)
	}
	return math.Abs(got-want) <= 16*unit*math.Abs(want)+4*least && math.Signbit(got) == math.Signbit(want)
}

// The reductions at the edges, along a row and along a column.
func TestEdgesOfReductions(t *testing.T) {
	for _, c := range []struct {
		name    string
		apply   func(x *Node, axes ...int) *Node
		x, want []float64
	}{
		{"Sum", Sum, []float64{1, inf, 2}, []float64{inf}},
		{"Sum", Sum, []float64{1, inf, -inf}, []float64{nan}},
		{"Sum", Sum, []float64{1, nan}, []float64{nan}},
		{"Mean", Mean, []float64{inf, 1}, []float64{inf}},
		{"Prod", Prod, []float64{inf, 0}, []float64{nan}},
		{"Prod", Prod, []float64{-2, math.Copysign(0, -1)}, []float64{0}},
		{"Prod", Prod, []float64{2, math.Copysign(0, -1)}, []float64{math.Copysign(0, -1)}},
		{"Max", Max, []float64{math.Copysign(0, -1), 0, -1}, []float64{0}},
		{"Min", Min, []float64{0, math.Copysign(0, -1), 1}, []float64{math.Copysign(0, -1)}},
		{"Max", Max, []float64{inf, nan}, []float64{nan}},
		{"Min", Min, []float64{-inf, nan}, []float64{nan}},
		{"Variance", Variance, []float64{inf, 1}, []float64{nan}},
		{"LogSumExp", LogSumExp, []float64{-inf, -inf}, []float64{-inf}},
		{"LogSumExp", LogSumExp, []float64{-inf}, []float64{-inf}},
		{"LogSumExp", LogSumExp, []float64{inf, 1}, []float64{inf}},
		{"LogSumExp", LogSumExp, []float64{inf, inf}, []float64{inf}},
		{"LogSumExp", LogSumExp, []float64{inf, -inf}, []float64{inf}},
		{"LogSumExp", LogSumExp, []float64{-inf, 2, -inf}, []float64{2}},
		{"LogSumExp", LogSumExp, []float64{inf, nan}, []float64{nan}},
		{"LogSumExp", LogSumExp, []float64{-inf, nan}, []float64{nan}},
		{"LogSumExp", LogSumExp, []float64{17, 0}, []float64{17 + math.Log1p(math.Exp(-17))}},
		{"LogSumExp", LogSumExp, []float64{0, -17}, []float64{math.Log1p(math.Exp(-17))}},
		{"LogSumExp", LogSumExp, []float64{0, -37, -38}, []float64{math.Log1p(math.Exp(-37) + math.Exp(-38))}},
		{"LogSumExp", LogSumExp, []float64{0, 0, -17}, []float64{math.Log(2 + math.Exp(-17))}},
		{"LogSoftmax", LogSoftmax, []float64{17, 0}, []float64{-math.Log1p(math.Exp(-17)), -17 - math.Log1p(math.Exp(-17))}},
		{"LogSoftmax", LogSoftmax, []float64{0, 37}, []float64{-37, -math.Log1p(math.Exp(-37))}},
		{"LogSoftmax", LogSoftmax, []float64{80, 0, 0}, []float64{-2 * math.Exp(-80), -80, -80}},
		{"LogSoftmax", LogSoftmax, []float64{1e30, 1e30}, []float64{-math.Ln2, -math.Ln2}},
		{"LogSoftmax", LogSoftmax, []float64{-inf, 3}, []float64{-inf, 0}},
		{"LogSoftmax", LogSoftmax, []float64{-inf, -inf}, []float64{nan, nan}},
		{"Softmax", Softmax, []float64{-inf, 3}, []float64{0, 1}},
		{"Softmax", Softmax, []float64{-inf, -inf}, []float64{nan, nan}},
		{"Softmax", Softmax, []float64{inf, 1}, []float64{nan, 0}},
		{"LogSumExp′", slopeOf(LogSumExp), []float64{-inf, 3}, []float64{0, 1}},
		// As PyTorch's e^(z − logsumexp).
		{"LogSumExp′", slopeOf(LogSumExp), []float64{-inf, -inf}, []float64{nan, nan}},
		{"LogSumExp′", slopeOf(LogSumExp), []float64{inf, 1}, []float64{nan, 0}},
	} {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			for axis := range 2 {
				shape := []int{1, len(c.x)}
				if axis == 0 {
					shape = []int{len(c.x), 1}
				}
				g := New(Settings{Dtype: dtype})
				x := g.Input("x", shape...)
				out := c.apply(x, axis)
				feeds := Feeds{x: denseAs(dtype, c.x, shape, rowMajor)}
				v, err := run(t, Spec{Outputs: []*Node{out}}, feeds).Value(out)
				if err != nil {
					t.Fatal(err)
				}
				plain, _ := reference(g, Spec{Outputs: []*Node{out}}, feeds)
				for how, got := range map[string][]float64{"in a program": asFloat64(v), "in plain loops": plain[out].as(tensor.Float64).f64} {
					for i, want := range c.want {
						if !isEdgeValue(dtype, got[i], want) {
							t.Errorf("%s of %v along axis %d in %v, %s: %v, %v expected", c.name, c.x, axis, dtype, how, got, c.want)
							break
						}
					}
				}
			}
		}
	}
}

// slopeOf returns the gradient of the sum of f.
func slopeOf(f func(x *Node, axes ...int) *Node) func(x *Node, axes ...int) *Node {
	return func(x *Node, axes ...int) *Node {
		d, err := Grad(Sum(f(x, axes...)), x)
		if err != nil {
			return Fail(err, x)
		}
		return d[0]
	}
}
