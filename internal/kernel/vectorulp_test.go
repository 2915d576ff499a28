package kernel

import (
	"flag"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

var (
	exhaustive = flag.Bool("exhaustive", false, "check smooth functions at all float32 values")
	only       = flag.String("only", "", "the one smooth function to check")
	samples    = flag.Int("samples", 1000, "number of float64 values at which smooth functions are checked")
)

// An ulpCase is a smooth function of one argument, its largest error in units
// of the last place, and its value in higher precision.
type ulpCase struct {
	name           string
	code           Code
	double, single float64      // largest error
	ranges         [][2]float64 // where its float64 values are looked at
	exact          func(x *big.Float) *big.Float
}

var ulpCases = []ulpCase{
	{"exp", Exp, 1, 1, [][2]float64{{-746, 710}, {-1, 1}, {-745.2, -708}, {-1e-300, 1e-300}}, bigExp},
	{"expm1", Expm1, 1.9, 1.9, [][2]float64{{-40, 710}, {-2, 2}, {-0.1, 0.1}, {-1e-310, 1e-310}}, bigExpm1},
	{"log", Log, 1, 1, [][2]float64{{0, 1e308}, {0.5, 2}, {0, 1e-310}, {0.99, 1.01}}, bigLog},
	{"log1p", Log1p, 1, 1, [][2]float64{{-1, 1e308}, {-1, 3}, {-0.1, 0.1}, {-1e-310, 1e-310}}, bigLog1p},
	{"tanh", Tanh, 1.9, 1.9, [][2]float64{{-20, 20}, {-1, 1}, {-0.1, 0.1}, {-1e-310, 1e-310}}, bigTanh},
	{"sigmoid", Sigmoid, 1.5, 1.5, [][2]float64{{-746, 40}, {-3, 3}, {-745.2, -708}, {-1e-300, 1e-300}}, bigSigmoid},
	{"softplus", Softplus, 2, 2, [][2]float64{{-746, 710}, {-3, 3}, {-745.2, -708}, {-40, 40}}, bigSoftplus},
	{"silu", SiLU, 1.9, 1.9, [][2]float64{{-755, 710}, {-3, 3}, {-755, -708}, {-1e-310, 1e-310}},
		func(x *big.Float) *big.Float { return bigMul(x, bigSigmoid(x)) }},
	{"elu", ELU, 1.2, 1.2, [][2]float64{{-40, 3}, {-2, 0}, {-0.1, 0}, {-1e-310, 0}},
		func(x *big.Float) *big.Float {
			if x.Sign() > 0 {
				return x
			}
			return bigExpm1(x)
		}},
	{"normal cdf", NormalCDF, 2, 1, [][2]float64{{-38.6, 9}, {-3, 3}, {-38.6, -37}, {-1e-300, 1e-300}}, bigNormalCDF},
	{"atan", Atan, 1, 1, [][2]float64{{-20, 20}, {-2.1, 2.1}, {0.4, 0.6}, {-1e-310, 1e-310}, {1e17, 1e300}}, bigAtan},
	{"erf", Erf, 1, 1, [][2]float64{{-7, 7}, {-1, 1}, {0.7, 0.8}, {-1e-310, 1e-310}}, bigErf},
	{"gelu", GELU, 2, 1, [][2]float64{{-38.6, 9}, {-3, 3}, {-38.6, -37}, {-1e-310, 1e-310}},
		func(x *big.Float) *big.Float { return bigMul(x, bigNormalCDF(x)) }},
}

// ulp64 and ulp32 return the unit of the last place of numbers like x.
func ulp64(x float64) float64 {
	_, e := math.Frexp(x)
	return math.Ldexp(1, max(e-53, -1074))
}

func ulp32(x float64) float64 {
	_, e := math.Frexp(x)
	return math.Ldexp(1, max(e-24, -149))
}

// draw returns values from the ranges of c, half of them of all magnitudes.
func (c *ulpCase) draw(n int) []float64 {
	rng := rand.New(rand.NewPCG(19, 20))
	var x []float64
	for len(x) < n {
		r := c.ranges[len(x)%len(c.ranges)]
		v := r[0] + (r[1]-r[0])*rng.Float64()
		if len(x)/len(c.ranges)%2 == 0 {
			v *= math.Exp2(-60 * rng.Float64() * rng.Float64())
		}
		if v != 0 {
			x = append(x, v)
		}
	}
	return x
}

func TestVectorUlp64(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		if level == portable {
			return
		}
		for _, c := range ulpCases {
			if vectorUnary[float64](c.code) == nil || *only != "" && c.name != *only {
				continue
			}
			n := *samples
			if c.code == NormalCDF || c.code == GELU {
				n /= 10 // their reference is slow
			}
			if testing.Short() {
				n /= 20
			}
			x := c.draw(n)
			y := make([]float64, len(x))
			UnaryLoop[float64](&Func{Code: c.code})(y, x)
			worst, at := 0.0, 0.0
			for i, v := range x {
				want := c.exact(bigNew(v))
				near := asFloat(want)
				if math.IsInf(near, 0) || math.IsInf(y[i], 0) {
					if near != y[i] {
						t.Errorf("%s(%v) is %v, want %v", c.name, v, y[i], near)
					}
					continue
				}
				err := math.Abs(asFloat(bigSub(bigNew(y[i]), want))) / ulp64(near)
				if !(err <= worst) {
					worst, at = err, v
				}
			}
			t.Logf("%-10s %.3f ulp at %v", c.name, worst, at)
			if worst > c.double {
				t.Errorf("error of %s is %.3f ulp at %v (%x), at most %v expected", c.name, worst, at, at, c.double)
			}
		}
	})
}

// TestVectorUlp32 takes the functions of math as exact: their errors are some
// billionth of an ulp of float32.
func TestVectorUlp32(t *testing.T) {
	step := uint64(4099 * 7)
	if testing.Short() {
		step *= 21
	}
	if *exhaustive {
		step = 1
	}
	const run = 4096
	eachLevel(t, func(t *testing.T) {
		if level == portable {
			return
		}
		for _, c := range ulpCases {
			if vectorUnary[float32](c.code) == nil || *only != "" && c.name != *only {
				continue
			}
			loop, exact := UnaryLoop[float32](&Func{Code: c.code}), c.code.Unary()
			x, y := make([]float32, run), make([]float32, run)
			worst, at := 0.0, float32(0)
			for bits := uint64(0); bits < 1<<32; bits += run * step {
				for i := range x {
					x[i] = math.Float32frombits(uint32(bits + uint64(i)*step))
				}
				loop(y, x)
				for i, v := range x {
					want := exact(float64(v))
					if near := float32(want); near != near || math.IsInf(float64(near), 0) || want == 0 {
						if got := y[i]; bitsOf(got) != bitsOf(near) && !(math.IsInf(float64(near), 0) && got == math.MaxFloat32) {
							t.Fatalf("%s(%v) is %v, want %v", c.name, v, got, near)
						}
						continue
					}
					if err := math.Abs(float64(y[i])-want) / ulp32(want); !(err <= worst) {
						worst, at = err, v
					}
				}
			}
			t.Logf("%-10s %.3f ulp at %v", c.name, worst, at)
			if !(worst <= c.single) {
				t.Errorf("error of %s is %.3f ulp at %v (%x), at most %v expected", c.name, worst, at, at, c.single)
			}
		}
	})
}

// TestVectorSpecial checks smooth functions where they have exact values.
func TestVectorSpecial(t *testing.T) {
	t.Run("float64", func(t *testing.T) { eachLevel(t, testVectorSpecial[float64]) })
	t.Run("float32", func(t *testing.T) { eachLevel(t, testVectorSpecial[float32]) })
}

func testVectorSpecial[T Float](t *testing.T) {
	values := []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), -1, 1,
		-math.MaxFloat32, math.MaxFloat32, math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32}
	for _, c := range allCodes() {
		if !smooth(c) || c.Unary() == nil {
			continue
		}
		for _, x := range values {
			want := T(c.Unary()(float64(T(x))))
			got := Value1(&Func{Code: c}, T(x))
			exact := want == 0 || want != want || math.IsInf(float64(want), 0) || math.Abs(float64(want)) == 1
			if math.Abs(float64(got-want)) <= math.SmallestNonzeroFloat32 && math.Abs(x) < 1e-44 && x != 0 {
				continue // a tie between neighbours
			}
			if exact && bitsOf(got) != bitsOf(want) || math.Abs(float64(got-want)) > 1e-6*math.Abs(float64(want)) {
				t.Errorf("%v of %v is %v, want %v", c, x, got, want)
			}
		}
	}
	for _, c := range []Code{XLogY, SigmoidCrossEntropy} {
		for _, x := range values {
			for _, y := range values {
				want := T(c.Binary()(float64(T(x)), float64(T(y))))
				got := Value2(&Func{Code: c}, T(x), T(y))
				exact := want == 0 || want != want || math.IsInf(float64(want), 0)
				if exact && bitsOf(got) != bitsOf(want) || math.Abs(float64(got-want)) > 1e-6*math.Abs(float64(want)) {
					t.Errorf("%v of %v, %v is %v, want %v", c, x, y, got, want)
				}
			}
		}
	}
}

func TestVectorUlpSigmoidCrossEntropy(t *testing.T) {
	const limit = 3
	eachLevel(t, func(t *testing.T) {
		if level == portable {
			return
		}
		rng := rand.New(rand.NewPCG(35, 36))
		f, worst64, worst32 := &Func{Code: SigmoidCrossEntropy}, 0.0, 0.0
		for i := range 2 * *samples {
			z, y := float32(rng.NormFloat64()*math.Exp2(float64(i%16)-10)), float32(rng.Float64())
			if i%3 > 0 {
				y = float32(i % 3 / 2)
			}
			z = max(-80, min(z, 80))
			other := bigNew(float64(y)) // the probability of what the logit does not say
			if z > 0 {
				other = bigSub(bigNew(1), other)
			}
			want := bigAdd(bigMul(bigAbs(bigNew(float64(z))), other), bigSoftplus(bigNeg(bigAbs(bigNew(float64(z))))))
			worst64 = max(worst64, math.Abs(asFloat(bigSub(bigNew(Value2(f, float64(z), float64(y))), want)))/ulp64(asFloat(want)))
			worst32 = max(worst32, math.Abs(asFloat(bigSub(bigNew(float64(Value2(f, z, y))), want)))/ulp32(asFloat(want)))
		}
		t.Logf("float64 %.3f ulp, float32 %.3f", worst64, worst32)
		if !(worst64 <= limit && worst32 <= limit) {
			t.Errorf("error of the cross-entropy is %.3f ulp in float64, %.3f in float32, at most %v expected", worst64, worst32, limit)
		}
	})
}

func TestVectorUlpXLogY(t *testing.T) {
	const limit = 2 // of the logarithm, and then of the product
	eachLevel(t, func(t *testing.T) {
		if level == portable {
			return
		}
		rng := rand.New(rand.NewPCG(25, 26))
		f, worst64, worst32 := &Func{Code: XLogY}, 0.0, 0.0
		for i := range 2 * *samples {
			x, y := 1+rng.Float64(), math.Exp2(rng.NormFloat64()*math.Exp2(-float64(i%20)))
			want := bigMul(bigNew(x), bigLog(bigNew(y)))
			worst64 = max(worst64, math.Abs(asFloat(bigSub(bigNew(Value2(f, x, y)), want)))/ulp64(asFloat(want)))
			a, b := float32(x), float32(y)
			if near := float64(a) * math.Log(float64(b)); near != 0 {
				worst32 = max(worst32, math.Abs(float64(Value2(f, a, b))-near)/ulp32(near))
			}
		}
		t.Logf("float64 %.3f ulp, float32 %.3f", worst64, worst32)
		if !(worst64 <= limit && worst32 <= limit) {
			t.Errorf("error of xlogy is %.3f ulp in float64, %.3f in float32, at most %v expected", worst64, worst32, limit)
		}
	})
}
