package graph

import (
	"fmt"
	"slices"

	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// A Sorting says which entries come first along an axis, and how many are taken. Of equal
// ones the first comes first, and NaN counts as larger than any number. The zero value is
// all of them, the smallest first.
type Sorting struct {
	// Descending puts the largest first.
	Descending bool

	// First is how many are taken, at most the size of the axis. If 0 it is all.
	First int
}

// Sort returns the entries of x along an axis in order, the smallest first. An axis below
// zero counts from the last. Each entry's derivative is that of the place to which it has
// come; where entries are equal the derivative is that of one of the ways to order them.
func Sort(x *Node, axis int) *Node { return Sorting{}.Sort(x, axis) }

// Sort is the function Sort.
func (s Sorting) Sort(x *Node, axis int) *Node { return TakeAlong(x, axis, s.Argsort(x, axis)) }

// Argsort returns where along an axis the entries of x lie that Sort puts in order:
// integers, whose derivative is zero.
func Argsort(x *Node, axis int) *Node { return Sorting{}.Argsort(x, axis) }

// Argsort is the function Argsort.
func (s Sorting) Argsort(x *Node, axis int) *Node {
	axis = countedAxis(x, axis)
	if s.First == 0 {
		s.First = sizeAlong(x, axis)
	}
	return intern(x.Graph(), ArgsortAttrs{axis, s.First, s.Descending}, newArgsortOp).Apply(x)
}

// TopK returns the k largest entries of x along an axis, the largest first, and where
// they lie, as integers.
func TopK(x *Node, axis, k int) (values, indices *Node) {
	var err error
	switch n := sizeAlong(x, countedAxis(x, axis)); {
	case k < 1:
		err = fmt.Errorf("%d entries asked for, at least 1 expected", k)
	case n > 0 && k > n: // without the axis Argsort says so
		err = fmt.Errorf("%d entries asked for along axis %d, 1 to %d expected", k, axis, n)
	}
	if err != nil {
		failed := failedNode(x.Graph(), "TopK", err, x)
		return failed, failed
	}
	indices = Sorting{Descending: true, First: k}.Argsort(x, axis)
	return TakeAlong(x, axis, indices), indices
}

// sizeAlong returns the size of an axis of x, 0 if x has no such axis.
func sizeAlong(x *Node, axis int) int {
	if x.Err() != nil || axis < 0 || axis >= len(x.shape) {
		return 0
	}
	return x.shape[axis]
}

// Argmax returns where along an axis the largest entry of x lies, the first of several,
// as integers: the axis vanishes from the shape. An axis below zero counts from the last.
func Argmax(x *Node, axis int) *Node {
	return dropAxis(Sorting{Descending: true, First: 1}.Argsort(x, axis), countedAxis(x, axis))
}

// Argmin is Argmax of the smallest entry.
func Argmin(x *Node, axis int) *Node {
	return dropAxis(Sorting{First: 1}.Argsort(x, axis), countedAxis(x, axis))
}

// dropAxis returns x without an axis of size 1.
func dropAxis(x *Node, axis int) *Node {
	if x.Err() != nil {
		return x
	}
	return Reshape(x, slices.Delete(x.Shape(), axis, axis+1)...)
}

// ArgsortAttrs are the axis of Argsort, how many entries it takes, and whether the
// largest come first.
type ArgsortAttrs struct {
	Axis, First int
	Descending  bool
}

func newArgsortOp(a ArgsortAttrs) *Op {
	return &Op{Name: "Argsort", Source: argsortSource(a), Text: "argsort", Attrs: a, Inputs: 1, integers: true,
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return argsortShape(in[0], a) },
		Backward: noGradient,
		Along:    besides(a.Axis),
		many:     manyBy(func(b *mapped) ArgsortAttrs { c := a; c.Axis = b.axis(a.Axis); return c }, newArgsortOp),
		naive:    naive{rankEach[float64](a), rankEach[float32](a)},
		lower: func(_ *lowering, p *plan.Node) {
			p.Kind, p.Axis, p.Reverse = plan.Argsort, a.Axis, a.Descending
		}}
}

func argsortShape(in []int, a ArgsortAttrs) (tensor.Shape, error) {
	if err := checkAxis(in, a.Axis); err != nil {
		return nil, err
	}
	switch n := in[a.Axis]; {
	case a.First < 1 || a.First > n:
		return nil, fmt.Errorf("the first %d of axis %d of shape %s asked for, 1 to %d expected", a.First, a.Axis, shapeString(in), n)
	case n > maxClasses:
		return nil, fmt.Errorf("axis %d of shape %s is longer than the 2^24 that are supported", a.Axis, shapeString(in))
	}
	out := slices.Clone(in)
	out[a.Axis] = a.First
	return out, nil
}

// rankEach counts for every entry those that come before it.
func rankEach[T float32 | float64](a ArgsortAttrs) func(out array[T], in []array[T]) {
	isBefore := func(x, y T) bool {
		if a.Descending {
			x, y = y, x
		}
		return x < y || x == x && y != y
	}
	return func(out array[T], in []array[T]) {
		x := in[0]
		index := make([]int, len(x.shape))
		for _, v := range x.data {
			at, rank := index[a.Axis], 0
			other := slices.Clone(index)
			for j := range x.shape[a.Axis] {
				other[a.Axis] = j
				if w := x.at(other); isBefore(w, v) || !isBefore(v, w) && j < at {
					rank++
				}
			}
			if rank < a.First {
				other[a.Axis] = rank
				out.data[flatPlace(other, out.shape)] = T(at)
			}
			advance(index, x.shape)
		}
	}
}

// argsortSource, in plain loops, counts as rankEach does.
func argsortSource(a ArgsortAttrs) func(s Shapes) Source {
	return func(s Shapes) Source {
		numPy := fmt.Sprintf(`np.argsort({0}, axis=%d, kind="stable")`, a.Axis)
		if a.Descending {
			numPy = fmt.Sprintf(`np.argsort(np.negative({0}), axis=%d, kind="stable")`, a.Axis)
		}
		if a.First < s.In[0][a.Axis] {
			numPy = fmt.Sprintf("np.take(%s, range(%d), axis=%d)", numPy, a.First, a.Axis)
		}
		return Source{NumPy: numPy, Library: fmt.Sprintf("graph.Sorting{Descending: %t, First: %d}.Argsort({0}, %d)", a.Descending, a.First, a.Axis),
			Steps: func(x []*Node) *Node { return argsortSteps(x[0], a) }}
	}
}

// argsortSteps computes Argsort by comparing all pairs of entries along the axis.
func argsortSteps(x *Node, a ArgsortAttrs) *Node {
	n := x.shape[a.Axis]
	with := func(i, j int) []int { return slices.Concat(x.shape[:a.Axis], []int{i, j}, x.shape[a.Axis+1:]) }
	count := func(axis, n int) *Node { // 1, 2, … along an axis of those that with makes
		shape := slices.Repeat([]int{1}, len(x.shape)+1)
		shape[axis] = n
		return CumSum(x.g.Const(1, shape...), axis)
	}
	this, other := Reshape(x, with(n, 1)...), Reshape(x, with(1, n)...)
	isBefore := Less(other, this)
	if a.Descending {
		isBefore = Greater(other, this)
	}
	isBefore = Add(isBefore, Mul(Equal(other, this), Less(count(a.Axis+1, n), count(a.Axis, n))))
	rank := Reduce{KeepDims: true}.Sum(isBefore, a.Axis+1)
	is := Equal(rank.Plus(1), count(a.Axis+1, a.First))
	return Sum(Mul(is, count(a.Axis, n).Plus(-1)), a.Axis)
}
