package graph

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// Ints adds an input of whole numbers, such as the tokens of a text or the numbers of
// classes, which is fed at every run. Without sizes it is a scalar. The name must be new
// to the graph.
//
// It is fed a *tensor.Dense of tensor.Int, a []int, or for a scalar an int, besides
// whatever an Input of its shape may be fed, if every entry is whole. In a program they
// are numbers of its dtype, so that those beyond ±2⁵³, or ±2²⁴ in float32, are an error,
// for they could not be told from their neighbours.
//
// The gradient with respect to it is zero, whatever it goes into. What only moves
// entries of integers, or chooses them by an index, gives integers (IsInteger); arithmetic
// and Where give numbers.
func (g *Graph) Ints(name string, shape ...int) *Node {
	n := g.input("Ints", name, shape)
	if n.err == nil {
		n.integer = true
	}
	return n
}

// IsInteger reports whether n is of whole numbers: an input that Ints made, an Array of
// a tensor of tensor.Int, what Argmax and its like return, and whatever only moves
// entries of such nodes or chooses them by an index.
func (n *Node) IsInteger() bool { return n != nil && n.integer }

// givesIntegers reports whether op applied to x gives integers.
func (op *Op) givesIntegers(x []*Node) bool {
	switch {
	case op.integers:
		return true
	case op.indexed:
		x = x[:1] // the other are indices
	}
	return op.moves && slices.ContainsFunc(x, (*Node).IsInteger) && !slices.ContainsFunc(x, func(n *Node) bool { return !n.isWhole() })
}

// isWhole reports whether every entry of n is known to be a whole number.
func (n *Node) isWhole() bool {
	return n.integer || n.kind == constNode && n.value == math.Trunc(n.value) && math.Abs(n.value) <= wholeLimit(n.g.dtype)
}

// wholeLimit is the largest number up to which a dtype holds all whole numbers.
func wholeLimit(dtype tensor.Dtype) float64 {
	if dtype == tensor.Float32 {
		return 1 << 24
	}
	return 1 << 53
}

// wholeNumbers returns a tensor of integers as a storage of a dtype.
func wholeNumbers(t *tensor.Dense, dtype tensor.Dtype) (storage, error) {
	if err := checkSizes(t.Shape()); err != nil {
		return storage{}, err
	}
	o, err := checkTensor(t, tensor.Int, t.Shape())
	if err != nil {
		return storage{}, err
	}
	s := makeStorage(dtype, t.Shape())
	given, limit := t.Ints(), int(wholeLimit(dtype))
	index := make([]int, len(s.shape))
	for i := range size(s.shape) {
		e := i
		if o == columnMajor {
			e = columnMajorEntry(i, s.shape)
		}
		if v := given[e]; v < -limit || v > limit {
			return storage{}, notWhole(float64(v), index, dtype)
		}
		s.put(i, float64(given[e]))
		advance(index, s.shape)
	}
	return s, nil
}

// notWhole says that an entry is no integer that a program of the dtype can hold.
func notWhole(v float64, index []int, dtype tensor.Dtype) error {
	what := fmt.Sprintf("it is %v", v)
	if len(index) > 0 {
		what = fmt.Sprintf("its entry %s is %v", shapeString(index), v)
	}
	if v == math.Trunc(v) && !math.IsInf(v, 0) {
		return fmt.Errorf("%s, at most ±2^%.0f is told from its neighbours in %v", what, math.Log2(wholeLimit(dtype)), dtype)
	}
	return fmt.Errorf("%s, a whole number expected", what)
}

// checkIntegers is checkFeed for integers. Whether numbers are whole is looked at when
// they are fed.
func checkIntegers(v any, dtype tensor.Dtype, shape []int) (order, error) {
	switch t := v.(type) {
	case *tensor.Dense:
		if t != nil && t.Dtype() == tensor.Int {
			dtype = tensor.Int
		}
	case []int:
		if len(t) != size(shape) {
			return 0, fmt.Errorf("it has %s, shape %s needs %d", words.Count(len(t), "entry"), shapeString(shape), size(shape))
		}
		return rowMajor, nil
	case int:
		if len(shape) > 0 {
			return 0, fmt.Errorf("it is a number, a value of shape %s expected", shapeString(shape))
		}
		return rowMajor, nil
	}
	switch v.(type) {
	case *tensor.Dense, []float64, []float32, float64:
		return checkFeed(v, dtype, shape)
	}
	return 0, fmt.Errorf("it is %s, a *tensor.Dense, []int or (for a scalar) int expected", typeOf(v))
}

// typeOf names the type of what is fed.
func typeOf(v any) string {
	if v == nil {
		return "nil"
	}
	return fmt.Sprintf("of type %T", v)
}

// wholeFeed is where a program keeps what an input of integers is fed.
type wholeFeed[T float32 | float64] struct {
	shape []int
	dtype tensor.Dtype
	held  []T
	one   [1]int // a scalar
}

// newWholeFeed returns nil for what is no input of integers.
func newWholeFeed[T float32 | float64](n *Node, dtype tensor.Dtype) *wholeFeed[T] {
	if !n.integer {
		return nil
	}
	return &wholeFeed[T]{shape: n.shape, dtype: dtype, held: make([]T, size(n.shape))}
}

// convert returns integers as numbers, in the order in which they are given.
func (w *wholeFeed[T]) convert(given []int, o order) ([]T, error) {
	limit := int(wholeLimit(w.dtype))
	for i, v := range given[:len(w.held)] {
		if v < -limit || v > limit {
			return nil, w.wrong(float64(v), i, o)
		}
		w.held[i] = T(v)
	}
	return w.held, nil
}

// check reports a number that is not whole.
func (w *wholeFeed[T]) check(entries []T, o order) error {
	limit := T(wholeLimit(w.dtype))
	for i, v := range entries[:len(w.held)] {
		if v < -limit || v > limit || v != T(math.Trunc(float64(v))) {
			return w.wrong(float64(v), i, o)
		}
	}
	return nil
}

// wrong says which entry is no integer.
func (w *wholeFeed[T]) wrong(v float64, at int, o order) error {
	index := indexOf(at, w.shape)
	if o == columnMajor {
		for axis, n := range w.shape {
			index[axis] = at % n
			at /= n
		}
	}
	return notWhole(v, index, w.dtype)
}

// feedIntegers returns the entries of a feed of integers as numbers.
func (e *execution[T]) feedIntegers(w *wholeFeed[T], v any, o order) ([]T, error) {
	switch v := v.(type) {
	case []int:
		return w.convert(v, o)
	case int:
		w.one[0] = v
		return w.convert(w.one[:], o)
	case float64:
		if math.Abs(v) > wholeLimit(w.dtype) {
			return nil, w.wrong(v, 0, o) // before it is rounded to what could be whole
		}
		w.held[0] = T(v)
		return w.held, w.check(w.held, o)
	case []T:
		return v, w.check(v, o)
	case *tensor.Dense:
		if v.Dtype() == tensor.Int {
			return w.convert(v.Ints(), o)
		}
		entries := e.memory(v)
		return entries, w.check(entries, o)
	}
	return nil, errors.New("it is no whole number")
}

// integersOf returns numbers that are whole as a tensor of integers.
func integersOf[T float32 | float64](shape []int, entries []T) *tensor.Dense {
	return Tensor(appendInts(nil, entries), shape...)
}

// appendInts appends numbers that are whole to dst.
func appendInts[T float32 | float64](dst []int, entries []T) []int {
	dst = slices.Grow(dst, len(entries))
	for _, v := range entries {
		dst = append(dst, int(v))
	}
	return dst
}

// Ints appends the entries of an output of integers (IsInteger) as the last run left it,
// row by row, to dst. It allocates nothing if dst has room.
func (p *Program) Ints(dst []int, n *Node) ([]int, error) {
	i, err := p.output("Ints", n)
	switch {
	case err != nil:
		return dst, err
	case !n.integer:
		return dst, mistake("Ints", errors.New("it is not of integers"), n)
	}
	return p.exec.ints(dst, i), nil
}

// checkArrays reports an array of integers of which a program's dtype does not hold all.
func (g *Graph) checkArrays(dtype tensor.Dtype) error {
	limit := wholeLimit(dtype)
	for _, n := range g.nodes {
		if n.kind != dataNode || !n.integer || dtype == g.dtype {
			continue
		}
		for _, v := range n.data.f64 {
			if math.Abs(v) > limit {
				return mistake("Compile", fmt.Errorf("the integer %.0f in a program of %v, which holds those to ±%.0f", v, dtype, limit), n)
			}
		}
	}
	return nil
}
