package kernel

import "math"

// LeakySlope is the slope of leaky ReLU below 0.
const LeakySlope = 0.01

// A function is what portable Go knows of a Code: a row of the table below.
// Either unary or binary is set. It is computed in float64 and rounded, unless
// there is a loop.
type function struct {
	unary  func(x float64) float64
	binary func(x, y float64) float64
	loop   loops // with the same bits, faster; or with those of steps that are rounded each

	// Loops of a function of two arguments one of which is a number, the right
	// one, and the left one where that makes a difference.
	right, left loops
}

// loops are a loop for float64 and one for float32.
type loops struct{ double, single any }

func (l loops) none() bool { return l.double == nil }

// loopFor returns the one of l that is an F, nil if none is.
func loopFor[F any](l loops) F {
	f, ok := l.double.(F)
	if !ok {
		f, _ = l.single.(F)
	}
	return f
}

// functions is the table of all functions that have a Code.
var functions = [codes]function{
	Add: {binary: func(x, y float64) float64 { return x + y }, loop: loops{addLoop[float64], addLoop[float32]},
		right: loops{addNumber[float64], addNumber[float32]}},
	Sub: {binary: func(x, y float64) float64 { return x - y }, loop: loops{subLoop[float64], subLoop[float32]},
		right: loops{subNumber[float64], subNumber[float32]}, left: loops{numberSub[float64], numberSub[float32]}},
	Mul: {binary: func(x, y float64) float64 { return x * y }, loop: loops{mulLoop[float64], mulLoop[float32]},
		right: loops{mulNumber[float64], mulNumber[float32]}},
	Div: {binary: func(x, y float64) float64 { return x / y }, loop: loops{divLoop[float64], divLoop[float32]},
		right: loops{divNumber[float64], divNumber[float32]}, left: loops{numberDiv[float64], numberDiv[float32]}},
	Max: {binary: func(x, y float64) float64 { return max(x, y) }, loop: loops{maxLoop[float64], maxLoop[float32]},
		right: loops{maxNumber[float64], maxNumber[float32]}},
	Min: {binary: func(x, y float64) float64 { return min(x, y) }, loop: loops{minLoop[float64], minLoop[float32]},
		right: loops{minNumber[float64], minNumber[float32]}},

	Greater:      {binary: func(x, y float64) float64 { return indicator(x > y) }},
	GreaterEqual: {binary: func(x, y float64) float64 { return indicator(x >= y) }},
	Equal:        {binary: func(x, y float64) float64 { return indicator(x == y) }},
	Where:        {binary: unlessZero},
	XDivY:        {binary: func(x, y float64) float64 { return unlessZero(x, x/y) }},
	XLogY:        {binary: func(x, y float64) float64 { return unlessZero(x, x*log(y)) }},

	SigmoidCrossEntropy: {binary: sigmoidCrossEntropy},

	MulTanhSlope: {binary: func(x, y float64) float64 { return x * (1 - float64(y*y)) },
		loop: loops{mulTanhSlopeLoop[float64], mulTanhSlopeLoop[float32]}},
	MulSigmoidSlope: {binary: func(x, y float64) float64 { return x * float64(y*(1-y)) },
		loop: loops{mulSigmoidSlopeLoop[float64], mulSigmoidSlopeLoop[float32]}},
	MulStep: {binary: func(x, y float64) float64 { return x * step(y) }, loop: loops{mulStepLoop[float64], mulStepLoop[float32]}},

	Copy:   {unary: func(x float64) float64 { return x }, loop: loops{copyLoop[float64], copyLoop[float32]}},
	Neg:    {unary: func(x float64) float64 { return -x }, loop: loops{negLoop[float64], negLoop[float32]}},
	Square: {unary: func(x float64) float64 { return x * x }, loop: loops{squareLoop[float64], squareLoop[float32]}},
	Sqrt:   {unary: math.Sqrt, loop: loops{sqrtLoop[float64], sqrtLoop[float32]}},
	ReLU:   {unary: func(x float64) float64 { return max(x, 0) }, loop: loops{reluLoop[float64], reluLoop[float32]}},
	Step:   {unary: step, loop: loops{stepLoop[float64], stepLoop[float32]}},

	Abs:       {unary: math.Abs},
	Sign:      {unary: sign},
	Recip:     {unary: func(x float64) float64 { return 1 / x }},
	LeakyReLU: {unary: leakyReLU},
	LeakyStep: {unary: leakyStep},

	Exp:       {unary: math.Exp},
	Expm1:     {unary: math.Expm1},
	Log:       {unary: log},
	Log1p:     {unary: math.Log1p},
	Sin:       {unary: math.Sin},
	Cos:       {unary: math.Cos},
	Atan:      {unary: math.Atan},
	Erf:       {unary: math.Erf},
	Tanh:      {unary: math.Tanh},
	Sigmoid:   {unary: sigmoid},
	Softplus:  {unary: func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }},
	SiLU:      {unary: timesUnlessMinusInf(sigmoid)},
	ELU:       {unary: elu},
	NormalCDF: {unary: normalCDF},
	GELU:      {unary: timesUnlessMinusInf(normalCDF)},
}

func indicator(holds bool) float64 {
	if holds {
		return 1
	}
	return 0
}

func unlessZero(x, y float64) float64 {
	if x == 0 {
		return 0
	}
	return y
}

// timesUnlessMinusInf returns x·f(x), but 0 at −Inf, where f is 0.
func timesUnlessMinusInf(f func(x float64) float64) func(x float64) float64 {
	return func(x float64) float64 {
		if math.IsInf(x, -1) {
			return 0
		}
		return x * f(x)
	}
}

func step(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x != x:
		return x
	}
	return 0
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x // 0, −0 or NaN
}

func leakyReLU(x float64) float64 {
	if x > 0 {
		return x
	}
	return LeakySlope * x
}

func leakyStep(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x != x:
		return x
	}
	return LeakySlope
}

func sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// sigmoidCrossEntropy returns ln(1 + e^z) − z·y for a logit and a label, without the
// digits that cancel there: the logit counts where the label is not what it says.
func sigmoidCrossEntropy(z, y float64) float64 {
	wrong := step(z) - y
	return unlessZero(wrong, z*wrong) + math.Log1p(math.Exp(-math.Abs(z)))
}

func elu(x float64) float64 {
	if x > 0 {
		return x
	}
	return math.Expm1(x)
}

// log is math.Log, which takes subnormal numbers for the smallest normal one where
// it is written in assembly.
func log(x float64) float64 {
	if x > 0 && x < 0x1p-1022 {
		return math.Log(x*0x1p54) - 54*math.Ln2
	}
	return math.Log(x)
}

func normalCDF(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
