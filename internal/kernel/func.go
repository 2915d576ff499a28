package kernel

import "math"

// Code names an element-wise function that has a loop of its own.
type Code uint8

// The functions with a loop of their own. ReLU(x) is x if x > 0 and otherwise
// +0; Step(x) is 1 if x > 0 and otherwise +0; both of NaN are NaN. Max and Min
// of NaN and anything are NaN, and +0 is larger than −0.
const (
	None Code = iota
	Add
	Sub
	Mul
	Div
	Neg
	Square
	Sqrt
	ReLU
	Step
	Copy
	Max
	Min
)

// Func is an element-wise function of one or two arguments. Of Unary and
// Binary, the one for its number of arguments is set. A Code other than None
// promises that the function is the named one; Unary and Binary may then be
// nil.
type Func struct {
	Name   string
	Unary  func(x float64) float64
	Binary func(x, y float64) float64
	Code   Code
}

// UnaryLoop returns the loop that sets dst[i] to f(x[i]) for all i < len(dst).
// x must be at least as long as dst and may be the same slice, but not overlap
// it otherwise. The loop evaluates f in float64 and rounds to T; for a function
// with a Code it computes in T, which gives the same bits. UnaryLoop panics if
// f has neither a unary Code nor Unary.
func UnaryLoop[T Float](f *Func) func(dst, x []T) {
	switch f.Code {
	case Neg:
		return negLoop[T]
	case Square:
		return squareLoop[T]
	case Sqrt:
		return sqrtLoop[T]
	case ReLU:
		return reluLoop[T]
	case Step:
		return stepLoop[T]
	case Copy:
		return copyLoop[T]
	}
	return genericUnary[T](f)
}

// BinaryLoop returns the loop that sets dst[i] to f(x[i], y[i]) for all
// i < len(dst). Otherwise it is like UnaryLoop.
func BinaryLoop[T Float](f *Func) func(dst, x, y []T) {
	switch f.Code {
	case Add:
		return addLoop[T]
	case Sub:
		return subLoop[T]
	case Mul:
		return mulLoop[T]
	case Div:
		return divLoop[T]
	case Max:
		return maxLoop[T]
	case Min:
		return minLoop[T]
	}
	return genericBinary[T](f)
}

func genericUnary[T Float](f *Func) func(dst, x []T) {
	fn := f.Unary
	if fn == nil {
		panic("kernel: " + f.Name + " is not a function of one argument")
	}
	return func(dst, x []T) {
		x = x[:len(dst)]
		for i, v := range x {
			dst[i] = T(fn(float64(v)))
		}
	}
}

func genericBinary[T Float](f *Func) func(dst, x, y []T) {
	fn := f.Binary
	if fn == nil {
		panic("kernel: " + f.Name + " is not a function of two arguments")
	}
	return func(dst, x, y []T) {
		x, y = x[:len(dst)], y[:len(dst)]
		for i, v := range x {
			dst[i] = T(fn(float64(v), float64(y[i])))
		}
	}
}

func addLoop[T Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] + y[i]
	}
}

func subLoop[T Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] - y[i]
	}
}

func mulLoop[T Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] * y[i]
	}
}

func divLoop[T Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] / y[i]
	}
}

func maxLoop[T Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = max(x[i], y[i])
	}
}

func minLoop[T Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = min(x[i], y[i])
	}
}

func negLoop[T Float](dst, x []T) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = -x[i]
	}
}

func squareLoop[T Float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = v * v
	}
}

func sqrtLoop[T Float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(math.Sqrt(float64(v)))
	}
}

func reluLoop[T Float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = max(v, 0)
	}
}

func stepLoop[T Float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		if v != v { // rare, unlike the sign of v: that one is not a branch
			dst[i] = v
			continue
		}
		one := 0
		if v > 0 {
			one = 1
		}
		dst[i] = T(one)
	}
}

func copyLoop[T Float](dst, x []T) {
	copy(dst, x[:len(dst)])
}
