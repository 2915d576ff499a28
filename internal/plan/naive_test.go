package plan

import (
	"cmp"
	"math"
	"slices"

	"chainrule/internal/kernel"
)

// A naive evaluator: every node is a row-major array of its own, and every
// operation a loop over indices.

// coords returns the indices of all entries of an array in row-major order.
func coords(shape []int) [][]int {
	all := [][]int{{}}
	for _, d := range shape {
		var next [][]int
		for _, c := range all {
			for i := range d {
				next = append(next, append(slices.Clone(c), i))
			}
		}
		all = next
	}
	return all
}

// entry returns the position of an entry in a row-major array, to whose shape
// the index is cut down as NumPy broadcasts.
func entry(shape, index []int) int {
	pos := 0
	for i, d := range shape {
		k := index[len(index)-len(shape)+i]
		if d == 1 {
			k = 0
		}
		pos = pos*d + k
	}
	return pos
}

// values are the arrays given to a program, in row-major order.
type values[T kernel.Float] struct{ feeds, params, data [][]T }

// evaluate returns the value of every node.
func evaluate[T kernel.Float](s Source, v values[T]) [][]T {
	vals := make([][]T, len(s.Nodes))
	for i, n := range s.Nodes {
		var in [][]T
		var shapes [][]int
		for _, j := range n.In {
			in, shapes = append(in, vals[j]), append(shapes, s.Nodes[j].Shape)
		}
		vals[i] = naive(n, v, in, shapes)
	}
	return vals
}

func naive[T kernel.Float](n Node, v values[T], in [][]T, shapes [][]int) []T {
	switch n.Kind {
	case Feed:
		return v.feeds[n.Index]
	case Param:
		return slices.Clone(v.params[n.Index])
	case Data:
		return v.data[n.Index]
	case Reshape:
		return in[0]
	case MatMul:
		return naiveProduct(n, in, shapes)
	case Sum, Max, Min, Prod:
		return naiveReduction(n, in[0], shapes[0])
	case CumSum, CumProd, CumMax:
		join := map[Kind]Kind{CumSum: Sum, CumProd: Prod, CumMax: Max}[n.Kind]
		return naiveAlong(n, in[0], func(x, before T, _ int) T { return naiveJoin(join, before, x) })
	case Recurrence:
		return naiveAlong(n, in[1], func(x, before T, at int) T { return T(in[0][at]*before) + x })
	case Triangle:
		out := slices.Clone(in[0])
		for i, c := range coords(n.Shape) {
			if over := c[len(c)-1] - c[len(c)-2] - n.From; over > 0 && !n.Reverse || over < 0 && n.Reverse {
				out[i] = 0
			}
		}
		return out
	case Place:
		out := slices.Clone(in[0])
		for i, c := range coords(shapes[1]) {
			for axis, r := range n.Ranges {
				c[axis] = r.From + c[axis]*r.Step
			}
			out[entry(n.Shape, c)] = in[1][i]
		}
		return out
	case Concat:
		return naiveConcat(n, in, shapes)
	case Conv:
		return naiveConv(n, in, shapes)
	case ConvTranspose:
		return naiveConvTranspose(n, in, shapes)
	case ConvWeights:
		return naiveConvWeights(n, in, shapes)
	case PoolMax, PoolIndex, PoolSum:
		return naivePool(n, in, shapes)
	case PoolSpread:
		return naiveSpread(n, in, shapes)
	case Call:
		return naiveCall(n, in)
	case Gather, ScatterAdd, TakeAlong, ScatterAlong:
		return naiveIndexed(n, in, shapes)
	case Argsort:
		return naiveArgsort(n, in[0], shapes[0])
	case Part:
		return in[0][n.From:][:volume(n.Shape)]
	case Repeat:
		return naiveLoop(n, in)
	}
	var out []T
	for _, c := range coords(n.Shape) {
		switch n.Kind {
		case Fill:
			out = append(out, T(n.Value))
		case Broadcast:
			out = append(out, in[0][entry(shapes[0], c)])
		case Slice:
			from := slices.Clone(c)
			from[n.Axis] = n.From + from[n.Axis]*cmp.Or(n.Step, 1)
			out = append(out, in[0][entry(shapes[0], from)])
		case Transpose:
			from := make([]int, len(c))
			for i, p := range n.Perm {
				from[p] = c[i]
			}
			out = append(out, in[0][entry(shapes[0], from)])
		case Map:
			x := in[0][entry(shapes[0], c)]
			if len(in) == 1 {
				out = append(out, kernel.Value1(n.Func, x))
			} else {
				one := []T{x}
				kernel.BinaryLoop[T](n.Func)(one, one, []T{in[1][entry(shapes[1], c)]})
				out = append(out, one[0])
			}
		}
	}
	return out
}

func naiveProduct[T kernel.Float](n Node, in [][]T, shapes [][]int) []T {
	k := len(n.Shape) - 2
	get := func(x int, trans bool, c []int, i, j int) T {
		if trans {
			i, j = j, i
		}
		return in[x][entry(shapes[x], append(slices.Clone(c[:k]), i, j))]
	}
	row, col := make([]T, 0, 8), make([]T, 0, 8)
	depth := shapes[0][len(shapes[0])-1]
	if n.TransA {
		depth = shapes[0][len(shapes[0])-2]
	}
	var out []T
	for _, c := range coords(n.Shape) {
		row, col = row[:0], col[:0]
		for p := range depth {
			row, col = append(row, get(0, n.TransA, c, c[k], p)), append(col, get(1, n.TransB, c, p, c[k+1]))
		}
		out = append(out, kernel.ProductEntry(n.Shape[k+1], depth, row, 1, col, 1))
	}
	return out
}

func naiveConcat[T kernel.Float](n Node, in [][]T, shapes [][]int) []T {
	var out []T
	for _, c := range coords(n.Shape) {
		for i, s := range shapes {
			if c[n.Axis] < s[n.Axis] {
				out = append(out, in[i][entry(s, c)])
				break
			}
			c[n.Axis] -= s[n.Axis]
		}
	}
	return out
}

func naiveReduction[T kernel.Float](n Node, x []T, shape []int) []T {
	var dims, kept []int // without axes of size 1
	var red []bool
	for a, d := range shape {
		if d > 1 {
			r := slices.Contains(n.Axes, a)
			dims, red = append(dims, d), append(red, r)
			if r {
				d = 1
			}
			kept = append(kept, d)
		}
	}
	run := 1 // entries that one term of the outer sum stands for
	for a := len(dims) - 1; a >= 0 && red[a]; a-- {
		run *= dims[a]
	}
	terms := make([][]T, volume(kept))
	index := coords(dims)
	for pos := 0; pos < len(x); pos += run {
		e := entry(kept, index[pos])
		term := x[pos]
		if run > 1 {
			term = naiveLeaves(n.Kind, x[pos:pos+run], 2048, naiveRun)
		}
		terms[e] = append(terms[e], term)
	}
	var out []T
	for _, t := range terms {
		out = append(out, naiveLeaves(n.Kind, t, 128, naiveTerms))
	}
	return out
}

// naiveLeaves joins leaves of a size in pairs.
func naiveLeaves[T kernel.Float](k Kind, x []T, size int, leaf func(Kind, []T) T) T {
	if len(x) <= size {
		return leaf(k, x)
	}
	first := size
	for 2*first < len(x) {
		first *= 2
	}
	return naiveJoin(k, naiveLeaves(k, x[:first], size, leaf), naiveLeaves(k, x[first:], size, leaf))
}

func naiveTerms[T kernel.Float](k Kind, x []T) T {
	sum := x[0]
	for _, v := range x[1:] {
		sum = naiveJoin(k, sum, v)
	}
	return sum
}

func naiveJoin[T kernel.Float](k Kind, x, y T) T {
	switch k {
	case Max:
		return max(x, y)
	case Min:
		return min(x, y)
	case Prod:
		return x * y
	}
	return x + y
}

// naiveRun joins a run in sixteen lanes.
func naiveRun[T kernel.Float](k Kind, x []T) T {
	part := slices.Repeat([]T{T(map[Kind]float64{Sum: 0, Prod: 1, Max: math.Inf(-1), Min: math.Inf(1)}[k])}, 16)
	for i, v := range x {
		part[i%16] = naiveJoin(k, part[i%16], v)
	}
	for w := 8; w > 0; w /= 2 {
		for l := range w {
			part[l] = naiveJoin(k, part[l], part[l+w])
		}
	}
	return part[0]
}

// naiveAlong goes along an axis with a function of an entry, what the one before has become,
// and the entry's place.
func naiveAlong[T kernel.Float](n Node, x []T, next func(x, before T, at int) T) []T {
	out := slices.Clone(x)
	index := coords(n.Shape)
	if n.Reverse {
		slices.Reverse(index)
	}
	for _, c := range index {
		before := slices.Clone(c)
		if before[n.Axis]--; n.Reverse {
			before[n.Axis] += 2
		}
		if k := before[n.Axis]; k >= 0 && k < n.Shape[n.Axis] {
			at := entry(n.Shape, c)
			out[at] = next(x[at], out[entry(n.Shape, before)], at)
		}
	}
	return out
}

func naiveCall[T kernel.Float](n Node, in [][]T) []T {
	var args [][]float64
	for _, x := range in {
		var arg []float64
		for _, v := range x {
			arg = append(arg, float64(v))
		}
		args = append(args, arg)
	}
	res := make([]float64, volume(n.Shape))
	n.Call(res, args)
	var out []T
	for _, v := range res {
		out = append(out, T(v))
	}
	return out
}
