package kernel

import (
	"math"
	"math/big"
)

// Functions to some 180 bits, slow and simple, as the reference of the vector
// loops. Arguments are not too large for float64.

const bigPrec = 240

func bigNew(x float64) *big.Float { return new(big.Float).SetPrec(bigPrec).SetFloat64(x) }

func bigAdd(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(bigPrec).Add(x, y) }
func bigSub(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(bigPrec).Sub(x, y) }
func bigMul(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(bigPrec).Mul(x, y) }
func bigDiv(x, y *big.Float) *big.Float { return new(big.Float).SetPrec(bigPrec).Quo(x, y) }
func bigAbs(x *big.Float) *big.Float    { return new(big.Float).Abs(x) }
func bigNeg(x *big.Float) *big.Float    { return new(big.Float).Neg(x) }

func bigTimes(x *big.Float, power int) *big.Float { return new(big.Float).SetMantExp(x, power) }

func bigParse(s string) *big.Float {
	x, _, err := big.ParseFloat(s, 10, bigPrec, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	return x
}

var (
	bigLn2 = bigParse("0.693147180559945309417232121458176568075500134360255254120680009493393621969694716")
	bigPi  = bigParse("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899863")
)

func asFloat(x *big.Float) float64 {
	v, _ := x.Float64()
	return v
}

func bigExp(x *big.Float) *big.Float {
	k := int(math.Round(asFloat(x) / math.Ln2))
	r := bigSub(x, bigMul(bigNew(float64(k)), bigLn2))
	return bigTimes(bigAdd(bigSmallExpm1(r), bigNew(1)), k)
}

// bigSmallExpm1 returns e^x − 1 for |x| < 1 by its series.
func bigSmallExpm1(x *big.Float) *big.Float {
	sum, term := bigNew(0), bigNew(1)
	for i := 1; i < 60; i++ {
		term = bigDiv(bigMul(term, x), bigNew(float64(i)))
		sum = bigAdd(sum, term)
	}
	return sum
}

func bigExpm1(x *big.Float) *big.Float {
	if math.Abs(asFloat(x)) < 0.5 {
		return bigSmallExpm1(x)
	}
	return bigSub(bigExp(x), bigNew(1))
}

// bigLog takes x down to near 1 and makes one step of Halley's iteration, which
// triples the digits.
func bigLog(x *big.Float) *big.Float {
	k := x.MantExp(nil)
	m := bigTimes(x, -k)
	if asFloat(m) < 0.7 {
		m, k = bigTimes(m, 1), k-1
	}
	y := bigNew(math.Log1p(asFloat(bigSub(m, bigNew(1)))))
	for range 2 {
		e := bigExp(y)
		y = bigAdd(y, bigDiv(bigTimes(bigSub(m, e), 1), bigAdd(m, e)))
	}
	return bigAdd(y, bigMul(bigNew(float64(k)), bigLn2))
}

func bigLog1p(x *big.Float) *big.Float {
	if math.Abs(asFloat(x)) > 0x1p-20 {
		return bigLog(bigAdd(x, bigNew(1)))
	}
	sum, power := bigNew(0), bigNew(-1)
	for i := 1; i < 12; i++ {
		power = bigNeg(bigMul(power, x))
		sum = bigAdd(sum, bigDiv(power, bigNew(float64(i))))
	}
	return sum
}

func bigTanh(x *big.Float) *big.Float {
	e := bigExpm1(bigTimes(x, 1))
	return bigDiv(e, bigAdd(e, bigNew(2)))
}

func bigSigmoid(x *big.Float) *big.Float {
	return bigDiv(bigNew(1), bigAdd(bigNew(1), bigExp(bigNeg(x))))
}

func bigSoftplus(x *big.Float) *big.Float {
	y := bigLog1p(bigExp(bigNeg(bigAbs(x))))
	if x.Sign() > 0 {
		y = bigAdd(y, x)
	}
	return y
}

// bigNormalCDF uses Φ(a) = ½ + φ(a)·(a + a³/3 + a⁵/(3·5) + …), and far out the
// continued fraction Φ(−a) = φ(a)/(a + 1/(a + 2/(a + …))).
func bigNormalCDF(x *big.Float) *big.Float {
	a := bigAbs(x)
	square := bigMul(a, a)
	density := bigDiv(bigExp(bigTimes(bigNeg(square), -1)),
		new(big.Float).Sqrt(bigTimes(bigPi, 1)))
	var upper *big.Float
	if asFloat(a) < 5 {
		sum, term := bigNew(0), a
		for i := 3; i < 600; i += 2 {
			sum = bigAdd(sum, term)
			term = bigDiv(bigMul(term, square), bigNew(float64(i)))
		}
		upper = bigSub(bigNew(0.5), bigMul(density, sum))
	} else {
		f := a
		for i := 600; i > 0; i-- {
			f = bigAdd(a, bigDiv(bigNew(float64(i)), f))
		}
		upper = bigDiv(density, f)
	}
	if x.Sign() > 0 {
		return bigSub(bigNew(1), upper)
	}
	return upper
}

// bigAtan halves the angle, atan x = 2·atan(x/(1 + √(1 + x²))), and then takes
// the series.
func bigAtan(x *big.Float) *big.Float {
	halved := 0
	for ; math.Abs(asFloat(x)) > 0.01; halved++ {
		root := new(big.Float).Sqrt(bigAdd(bigMul(x, x), bigNew(1)))
		x = bigDiv(x, bigAdd(root, bigNew(1)))
	}
	square, sum, power := bigNeg(bigMul(x, x)), bigNew(0), x
	for i := 1; i < 60; i += 2 {
		sum = bigAdd(sum, bigDiv(power, bigNew(float64(i))))
		power = bigMul(power, square)
	}
	return bigTimes(sum, halved)
}

// bigErf is the series x·Σ (−x²)^n/(n!·(2n + 1))·2/√π near 0, and beyond that
// 1 − 2Φ(−x·√2).
func bigErf(x *big.Float) *big.Float {
	if a := math.Abs(asFloat(x)); a > 1 {
		y := bigSub(bigTimes(bigNormalCDF(bigMul(bigAbs(x), new(big.Float).Sqrt(bigNew(2)))), 1), bigNew(1))
		if x.Sign() < 0 {
			return bigNeg(y)
		}
		return y
	}
	square, sum, term := bigNeg(bigMul(x, x)), bigNew(0), x
	for n := 0; n < 60; n++ {
		sum = bigAdd(sum, bigDiv(term, bigNew(float64(2*n+1))))
		term = bigDiv(bigMul(term, square), bigNew(float64(n+1)))
	}
	return bigDiv(bigTimes(sum, 1), new(big.Float).Sqrt(bigPi))
}
