package kernel

// Code names an element-wise function that has a loop of its own.
type Code uint8

// The functions with a loop of their own. ReLU(x) is x if x > 0 and otherwise
// +0; Step(x) is 1 if x > 0 and otherwise +0; LeakyReLU and LeakyStep have
// 0.01·x and 0.01 for the otherwise; Sign(x) is 1, −1 or a zero x itself. These
// of NaN are NaN. Max and Min of NaN and anything are NaN, and +0 is larger than
// −0. Greater, GreaterEqual and Equal are 1 where they hold and otherwise +0;
// Where(x, y) is y if x is not 0 and otherwise +0, and XDivY(x, y) and
// XLogY(x, y) are x/y and x·ln y likewise.
//
// The functions of the last group are smooth. Their vector loops have errors of
// their own, stated in docs of the loops.
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

	Abs
	Sign
	Recip
	LeakyReLU
	LeakyStep
	Greater
	GreaterEqual
	Equal
	Where
	XDivY

	MulTanhSlope    // x·(1 − y²), each operation rounded: back through y = tanh
	MulSigmoidSlope // x·(y·(1 − y)), back through y = sigmoid
	MulStep         // x·Step(y), back through ReLU(y)

	Exp
	Expm1
	Log
	Log1p
	Tanh
	Sigmoid
	Softplus
	SiLU
	ELU
	NormalCDF
	GELU
	Sin
	Cos
	XLogY

	codes // how many there are
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
// it otherwise. The loop evaluates f in float64 and rounds to T, or for a
// function with a Code computes in T. That gives the same bits, but for the
// smooth functions with vector instructions: their loop is a function of its
// own, within the error that it states, whose result for an entry does not
// depend on the others. UnaryLoop panics if f has neither a unary Code nor
// Unary.
func UnaryLoop[T Float](f *Func) func(dst, x []T) {
	if loop := vectorUnary[T](f.Code); loop != nil {
		return loop
	}
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
	if loop := vectorBinary[T](f.Code); loop != nil {
		return loop
	}
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
	case MulTanhSlope:
		return mulTanhSlopeLoop[T]
	case MulSigmoidSlope:
		return mulSigmoidSlopeLoop[T]
	case MulStep:
		return mulStepLoop[T]
	}
	return genericBinary[T](f)
}

// Value1 returns f(x) as the loop of f computes it.
func Value1[T Float](f *Func, x T) T {
	v := [1]T{x}
	UnaryLoop[T](f)(v[:], v[:])
	return v[0]
}

// Value2 returns f(x, y) as the loop of f computes it.
func Value2[T Float](f *Func, x, y T) T {
	v, w := [1]T{x}, [1]T{y}
	BinaryLoop[T](f)(v[:], v[:], w[:])
	return v[0]
}

func genericUnary[T Float](f *Func) func(dst, x []T) {
	fn := f.Unary
	if fn == nil {
		fn = unaryOf(f.Code)
	}
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
		fn = binaryOf(f.Code)
	}
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
