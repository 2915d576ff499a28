package kernel

import "math"

// leakySlope is the slope of leaky ReLU below 0.
const leakySlope = 0.01

// unaryOf returns the function of one argument that c names, nil if there is
// none or it has a portable loop anyway.
func unaryOf(c Code) func(x float64) float64 {
	switch c {
	case Abs:
		return math.Abs
	case Sign:
		return sign
	case Recip:
		return func(x float64) float64 { return 1 / x }
	case LeakyReLU:
		return leakyReLU
	case LeakyStep:
		return leakyStep
	case Exp:
		return math.Exp
	case Expm1:
		return math.Expm1
	case Log:
		return math.Log
	case Log1p:
		return math.Log1p
	case Tanh:
		return math.Tanh
	case Sigmoid:
		return sigmoid
	case Softplus:
		return func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
	case SiLU:
		return timesUnlessMinusInf(sigmoid)
	case ELU:
		return func(x float64) float64 {
			if x > 0 {
				return x
			}
			return math.Expm1(x)
		}
	case NormalCDF:
		return normalCDF
	case GELU:
		return timesUnlessMinusInf(normalCDF)
	case Sin:
		return math.Sin
	case Cos:
		return math.Cos
	}
	return nil
}

// binaryOf is unaryOf for functions of two arguments.
func binaryOf(c Code) func(x, y float64) float64 {
	switch c {
	case Greater:
		return func(x, y float64) float64 { return indicator(x > y) }
	case GreaterEqual:
		return func(x, y float64) float64 { return indicator(x >= y) }
	case Equal:
		return func(x, y float64) float64 { return indicator(x == y) }
	case Where:
		return func(x, y float64) float64 { return unlessZero(x, y) }
	case XDivY:
		return func(x, y float64) float64 { return unlessZero(x, x/y) }
	case XLogY:
		return func(x, y float64) float64 { return unlessZero(x, x*math.Log(y)) }
	}
	return nil
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
	return leakySlope * x
}

func leakyStep(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x != x:
		return x
	}
	return leakySlope
}

func sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

func normalCDF(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
