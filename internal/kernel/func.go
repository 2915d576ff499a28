package kernel

// Code names an element-wise function with a loop of its own; None names none.
//
// Functions of NaN are NaN; Max and Min are if one of their arguments is, and
// +0 is larger than −0 there. The vector loops of smooth functions have errors
// of their own, which their docs state.
type Code uint8

// String returns the name of the constant.
func (c Code) String() string { return codeNames[c] }

// Unary returns the function of one argument that c names, nil if it has two.
// Loops of an exact function have its bits, rounded to their type; vector loops
// of a smooth one come near them.
func (c Code) Unary() func(x float64) float64 { return functions[c].unary }

// Binary is Unary for functions of two arguments.
func (c Code) Binary() func(x, y float64) float64 { return functions[c].binary }

// Func is an element-wise function of one or two arguments. Of Unary and
// Binary, the one for its number of arguments is set. A Code other than None
// promises that the function is the named one; Unary and Binary may then be
// nil.
type Func struct {
	Name   string
	Unary  func(x float64) float64
	Binary func(x, y float64) float64
	Code   Code

	// Panicked, if not nil, is called with what Unary or Binary panicked with, by the
	// deferred function that recovered it. The loop panics with what it returns.
	Panicked func(r any) any
}

// passOn hands a panic of f's function to Panicked. It is deferred by a loop.
func (f *Func) passOn() {
	if f.Panicked == nil {
		return
	}
	if r := recover(); r != nil {
		panic(f.Panicked(r))
	}
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
	if loop := loopFor[func(dst, x []T)](functions[f.Code].loop); loop != nil {
		return loop
	}
	fn := f.Unary
	if fn == nil {
		fn = f.Code.Unary()
	}
	if fn == nil {
		panic("kernel: " + f.Name + " is not a function of one argument")
	}
	return func(dst, x []T) {
		defer f.passOn()
		x = x[:len(dst)]
		for i, v := range x {
			dst[i] = T(fn(float64(v)))
		}
	}
}

// BinaryLoop returns the loop that sets dst[i] to f(x[i], y[i]) for all
// i < len(dst). Otherwise it is like UnaryLoop.
func BinaryLoop[T Float](f *Func) func(dst, x, y []T) {
	if loop := vectorBinary[T](f.Code); loop != nil {
		return loop
	}
	if loop := loopFor[func(dst, x, y []T)](functions[f.Code].loop); loop != nil {
		return loop
	}
	fn := f.Binary
	if fn == nil {
		fn = f.Code.Binary()
	}
	if fn == nil {
		panic("kernel: " + f.Name + " is not a function of two arguments")
	}
	return func(dst, x, y []T) {
		defer f.passOn()
		x, y = x[:len(dst)], y[:len(dst)]
		for i, v := range x {
			dst[i] = T(fn(float64(v), float64(y[i])))
		}
	}
}

// Value1 returns f(x) as the loop of f computes it.
func Value1[T Float](f *Func, x T) T {
	v := [1]T{x}
	UnaryLoop[T](f)(v[:], v[:])
	return v[0]
}
