package oracletest

import (
	"chainrule/graph"
	"chainrule/losses"
)

type node = *graph.Node

// args are the arguments of an operation that are not nodes, called as in the
// scripts.
type args struct {
	C, Exponent, Min, Max     float64
	Delta, Smoothing          float64
	Axis, Start, End, Classes int
	Axes, Perm, Sizes         []int
	Size, Place, Count        int
	Ranges, Pads              [][]int
	Value                     float64
	Diagonal                  int
	Reverse                   bool

	Window, Stride, Padding, Dilation, OutputPadding []int // along the height and the width; none is 0
	Groups                                           int

	TransA, TransB bool
	Labels         string // how the labels of a loss are made
}

// A builder applies the operation of a row.
type builder func(x []node, a args) node

// builders has one for every name in the table.
var builders = map[string]builder{
	"Add":          binary(graph.Add),
	"Sub":          binary(graph.Sub),
	"Mul":          binary(graph.Mul),
	"Div":          binary(graph.Div),
	"XLogY":        binary(graph.XLogY),
	"Maximum":      binary(graph.Maximum),
	"Minimum":      binary(graph.Minimum),
	"Greater":      binary(graph.Greater),
	"GreaterEqual": binary(graph.GreaterEqual),
	"Less":         binary(graph.Less),
	"LessEqual":    binary(graph.LessEqual),
	"Equal":        binary(graph.Equal),
	"NotEqual":     binary(graph.NotEqual),
	"Dot":          binary(graph.Dot),
	"Outer":        binary(graph.Outer),
	"MatMul":       binary(graph.MatMul),

	"Neg":          unary(graph.Neg),
	"Square":       unary(graph.Square),
	"Sqrt":         unary(graph.Sqrt),
	"Exp":          unary(graph.Exp),
	"Log":          unary(graph.Log),
	"Expm1":        unary(graph.Expm1),
	"Log1p":        unary(graph.Log1p),
	"Sin":          unary(graph.Sin),
	"Cos":          unary(graph.Cos),
	"Atan":         unary(graph.Atan),
	"Erf":          unary(graph.Erf),
	"Abs":          unary(graph.Abs),
	"Sign":         unary(graph.Sign),
	"Reciprocal":   unary(graph.Reciprocal),
	"Sigmoid":      unary(graph.Sigmoid),
	"Tanh":         unary(graph.Tanh),
	"ReLU":         unary(graph.ReLU),
	"Step":         unary(graph.Step),
	"LeakyReLU":    unary(graph.LeakyReLU),
	"ELU":          unary(graph.ELU),
	"SiLU":         unary(graph.SiLU),
	"GELU":         unary(graph.GELU),
	"NormalCDF":    unary(graph.NormalCDF),
	"Softplus":     unary(graph.Softplus),
	"StopGradient": unary(graph.StopGradient),

	"Pow":   func(x []node, a args) node { return graph.Pow(x[0], a.Exponent) },
	"Times": func(x []node, a args) node { return x[0].Times(a.C) },
	"Plus":  func(x []node, a args) node { return x[0].Plus(a.C) },
	"Clip":  func(x []node, a args) node { return graph.Clip(x[0], a.Min, a.Max) },
	"Where": func(x []node, a args) node { return graph.Where(x[0], x[1], x[2]) },

	"Sum":               overAxes(graph.Sum),
	"SumKeepDims":       overAxes(graph.Reduce{KeepDims: true}.Sum),
	"Prod":              overAxes(graph.Prod),
	"ProdKeepDims":      overAxes(graph.Reduce{KeepDims: true}.Prod),
	"Mean":              overAxes(graph.Mean),
	"MeanKeepDims":      overAxes(graph.Reduce{KeepDims: true}.Mean),
	"Max":               overAxes(graph.Max),
	"MaxKeepDims":       overAxes(graph.Reduce{KeepDims: true}.Max),
	"Min":               overAxes(graph.Min),
	"MinKeepDims":       overAxes(graph.Reduce{KeepDims: true}.Min),
	"Variance":          overAxes(graph.Variance),
	"VarianceKeepDims":  overAxes(graph.Reduce{KeepDims: true}.Variance),
	"Norm":              overAxes(graph.Norm),
	"NormKeepDims":      overAxes(graph.Reduce{KeepDims: true}.Norm),
	"Std":               overAxes(graph.Std),
	"StdKeepDims":       overAxes(graph.Reduce{KeepDims: true}.Std),
	"LogSumExp":         overAxes(graph.LogSumExp),
	"LogSumExpKeepDims": overAxes(graph.Reduce{KeepDims: true}.LogSumExp),
	"Softmax":           overAxes(graph.Softmax),
	"LogSoftmax":        overAxes(graph.LogSoftmax),

	"MatMulTrans":     func(x []node, a args) node { return graph.MatMulTrans(x[0], a.TransA, x[1], a.TransB) },
	"Transpose":       func(x []node, a args) node { return graph.Transpose(x[0], a.Perm...) },
	"CumSum":          func(x []node, a args) node { return graph.CumSum(x[0], a.Axis) },
	"Reshape":         func(x []node, a args) node { return graph.Reshape(x[0], a.Sizes...) },
	"BroadcastTo":     func(x []node, a args) node { return graph.BroadcastTo(x[0], a.Sizes...) },
	"Slice":           slicing,
	"Concat":          func(x []node, a args) node { return graph.Concat(a.Axis, x...) },
	"Flip":            overAxes(graph.Flip),
	"SetSlice":        func(x []node, a args) node { return graph.SetSlice(x[0], x[1], a.ranges()...) },
	"Pad":             func(x []node, a args) node { return graph.Pad(x[0], a.Value, a.pads()...) },
	"Tile":            func(x []node, a args) node { return graph.Tile(x[0], a.Sizes...) },
	"Split":           splitAndJoined,
	"Stack":           func(x []node, a args) node { return graph.Stack(a.Axis, x...) },
	"OneHot":          func(x []node, a args) node { return graph.OneHot(x[0], a.Classes) },
	"Jacobian":        layerJacobian,
	"Gather":          func(x []node, a args) node { return graph.Gather(x[0], a.Axis, x[1]) },
	"ScatterAdd":      func(x []node, a args) node { return graph.ScatterAdd(a.Axis, a.Size, x[0], x[1]) },
	"TakeAlong":       func(x []node, a args) node { return graph.TakeAlong(x[0], a.Axis, x[1]) },
	"Sort":            func(x []node, a args) node { return graph.Sort(x[0], a.Axis) },
	"Argsort":         func(x []node, a args) node { return graph.Argsort(x[0], a.Axis) },
	"Argmax":          func(x []node, a args) node { return graph.Argmax(x[0], a.Axis) },
	"Argmin":          func(x []node, a args) node { return graph.Argmin(x[0], a.Axis) },
	"At":              func(x []node, a args) node { return graph.At(x[0], a.Axis, a.Place) },
	"ScatterAddAlong": func(x []node, a args) node { return graph.ScatterAddAlong(a.Axis, a.Size, x[0], x[1]) },
	"TopK":            topValues,
	"JVP":             layerJVP,
	"Vmap":            layerVmap,
	"CumProd":         func(x []node, a args) node { return a.cumulative().Prod(x[0], a.Axis) },
	"CumLogSumExp":    func(x []node, a args) node { return a.cumulative().LogSumExp(x[0], a.Axis) },
	"Recurrence":      func(x []node, a args) node { return graph.Recurrence(x[0], x[1], a.Axis) },
	"Tril":            func(x []node, a args) node { return graph.Tril(x[0], a.Diagonal) },
	"Triu":            func(x []node, a args) node { return graph.Triu(x[0], a.Diagonal) },
	"Diag":            unary(graph.Diag),
	"Diagonal":        unary(graph.Diagonal),
	"Scan":            func(x []node, a args) node { return recurrence(x, a.End, false) },
	"ScanKept":        func(x []node, a args) node { return recurrence(x, a.End, true) },
	"While":           func(x []node, _ args) node { final, _ := growth(x); return final },
	"WhileKept":       func(x []node, _ args) node { return graph.Mul(growth(x)) },
	"Cond":            byBranch,

	"Conv2D": func(x []node, a args) node {
		return graph.Conv2D(x[0], x[1], graph.ConvSettings{Stride: bothOf(a.Stride), Padding: bothOf(a.Padding), Dilation: bothOf(a.Dilation), Groups: a.Groups})
	},
	"ConvTranspose2D": func(x []node, a args) node {
		return graph.ConvTranspose2D(x[0], x[1], graph.ConvTransposeSettings{Stride: bothOf(a.Stride), Padding: bothOf(a.Padding),
			Dilation: bothOf(a.Dilation), OutputPadding: bothOf(a.OutputPadding), Groups: a.Groups})
	},
	"MaxPool2D": func(x []node, a args) node { return graph.MaxPool2D(x[0], a.pool()) },
	"AvgPool2D": func(x []node, a args) node { return graph.AvgPool2D(x[0], a.pool()) },

	"SigmoidCrossEntropy":     withWeights(losses.With.SigmoidCrossEntropy),
	"BinaryCrossEntropy":      binary(losses.BinaryCrossEntropy),
	"SquaredError":            withWeights(losses.With.SquaredError),
	"AbsoluteError":           binary(losses.AbsoluteError),
	"Huber":                   func(x []node, a args) node { return losses.Huber(x[0], x[1], a.Delta) },
	"Hinge":                   ofLabels(losses.Hinge),
	"SoftmaxCrossEntropy":     withWeights(losses.With.SoftmaxCrossEntropy),
	"CategoricalCrossEntropy": binary(losses.CategoricalCrossEntropy),

	"WeightedSoftmaxCrossEntropy": binary(losses.WeightedSoftmaxCrossEntropy),
	"BinaryAccuracy":              ofLabels(losses.BinaryAccuracy),
	"Accuracy":                    binary(losses.Accuracy),
}

// topValues returns the largest entries along an axis, not where they lie.
func topValues(x []node, a args) node {
	values, _ := graph.TopK(x[0], a.Axis, a.Count)
	return values
}

// bothOf returns two numbers, zeros for none.
func bothOf(of []int) (p [2]int) {
	copy(p[:], of)
	return p
}

func (a args) pool() graph.PoolSettings {
	return graph.PoolSettings{Size: bothOf(a.Window), Stride: bothOf(a.Stride), Padding: bothOf(a.Padding)}
}

func unary(f func(node) node) builder { return func(x []node, _ args) node { return f(x[0]) } }

func binary(f func(a, b node) node) builder {
	return func(x []node, _ args) node { return f(x[0], x[1]) }
}

func overAxes(f func(node, ...int) node) builder {
	return func(x []node, a args) node { return f(x[0], a.Axes...) }
}

// ofLabels is binary for losses that costs.py gives labels made of the second input.
func ofLabels(f func(a, y node) node) builder {
	return func(x []node, a args) node {
		switch y := x[1]; a.Labels {
		case "fixed":
			return f(x[0], graph.StopGradient(y))
		case "softmax":
			return f(x[0], graph.Softmax(y, 0))
		}
		return f(x[0], x[1])
	}
}

// withWeights is ofLabels for losses of which costs.py also gives weights of classes and of
// examples.
func withWeights(f func(w losses.With, a, y node) node) builder {
	return func(x []node, a args) node {
		var w losses.With
		if len(x) > 2 {
			w = losses.With{Classes: graph.StopGradient(x[2]), Examples: x[3], Smoothing: a.Smoothing}
		}
		return ofLabels(func(z, y node) node { return f(w, z, y) })(x, a)
	}
}

// layerJacobian returns the derivatives of tanh(w·x) with respect to x.
func layerJacobian(x []node, _ args) node {
	j, err := graph.Jacobian(graph.Tanh(graph.MatMul(x[0], x[1])), x[1])
	if err != nil {
		return graph.Fail(err, x...)
	}
	return j[0]
}

// layerJVP returns the derivative of tanh(w·x) where x moves along v.
func layerJVP(x []node, _ args) node {
	along, err := graph.JVP([]node{graph.Tanh(graph.MatMul(x[0], x[1]))}, x[1:2], x[2:])
	if err != nil {
		return graph.Fail(err, x...)
	}
	return along[0]
}

// layerVmap returns the softmax of w·x over the rows, of every x.
func layerVmap(x []node, _ args) node {
	all, err := graph.Vmap(func(one []node) []node { return []node{graph.Softmax(graph.MatMul(x[0], one[0]), 0)} }, x[1])
	if err != nil {
		return graph.Fail(err, x...)
	}
	return all[0]
}

// slicing is a slice by ranges, or by one along an axis.
func slicing(x []node, a args) node {
	if a.Ranges != nil {
		return graph.Slice(x[0], a.ranges()...)
	}
	return sliceOf(x[0], a.Axis, graph.Range{From: a.Start, To: a.End})
}

func (a args) cumulative() graph.Cumulative { return graph.Cumulative{Reverse: a.Reverse} }

func (a args) ranges() (out []graph.Range) {
	for _, r := range a.Ranges {
		out = append(out, graph.Range{From: r[0], To: r[1], Step: r[2]})
	}
	return out
}

func (a args) pads() (out []graph.Padding) {
	for _, p := range a.Pads {
		out = append(out, graph.Padding{Before: p[0], Behind: p[1]})
	}
	return out
}

// splitAndJoined tells the parts apart by a factor.
func splitAndJoined(x []node, a args) node {
	parts := graph.Split(x[0], a.Axis, a.Sizes...)
	for i, p := range parts {
		parts[i] = graph.Square(p).Times(float64(i + 1))
	}
	return graph.Concat(a.Axis, parts...)
}

// sliceOf returns the part of x with a range of one axis.
func sliceOf(x node, axis int, r graph.Range) node {
	if axis < 0 {
		axis += len(x.Shape())
	}
	ranges := make([]graph.Range, axis+1)
	ranges[axis] = r
	return graph.Slice(x, ranges...)
}

// growth is a state that grows until the sum of its squares is 50, and in how many steps.
func growth(x []node) (state, steps node) {
	final, steps := graph.Loop{Init: x[1:2], Steps: 40}.While(func(s []node) node {
		return graph.Less(graph.Sum(graph.Square(s[0])), x[0].Graph().Const(50))
	}, func(s []node) []node {
		return []node{graph.Add(graph.MatMul(x[0], graph.Tanh(s[0])), s[0].Times(1.5)).Plus(0.25)}
	})
	return final[0], steps
}

// byBranch is one of two functions, by the sign of the sum of the first operand.
func byBranch(x []node, _ args) node {
	return graph.Cond(graph.Greater(graph.Sum(x[0]), x[0].Graph().Const(0)), func() []node {
		return []node{graph.Mul(graph.Tanh(x[0]), x[1])}
	}, func() []node {
		return []node{graph.Sub(graph.Exp(x[0]), graph.Square(x[1]))}
	})[0]
}

// recurrence is the state of a small recurrent network behind some steps, or the states
// at all steps times what each is given.
func recurrence(x []node, length int, kept bool) node {
	l := graph.Loop{Init: x[1:2], Over: x[2:3]}
	if length > 0 {
		l.Length = x[0].Graph().Const(float64(length))
	}
	final, stacked := l.Scan(func(s, in []node) (next, out []node) {
		h := graph.Tanh(graph.Add(graph.MatMul(x[0], s[0]), in[0]))
		return []node{h}, []node{graph.Mul(h, in[0])}
	})
	if kept {
		return stacked[0]
	}
	return final[0]
}
