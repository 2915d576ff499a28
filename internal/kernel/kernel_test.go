package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// same reports whether x and y are the same bits or both NaN.
func same[T Float](x, y T) bool {
	return math.Float64bits(float64(x)) == math.Float64bits(float64(y)) || x != x && y != y
}

// special returns values at which element-wise functions differ.
func special[T Float]() []T {
	small, large := math.SmallestNonzeroFloat64, math.MaxFloat64
	if T(small) == 0 {
		small, large = math.SmallestNonzeroFloat32, math.MaxFloat32
	}
	tiny, huge := T(small), T(large)
	inf := T(math.Inf(1))
	v := []T{0, 1, 2, 3, 0.1, tiny, 3 * tiny, 7 * tiny, huge, huge / 3, inf, T(math.Pi)}
	for _, x := range v {
		v = append(v, -x)
	}
	return append(v, T(math.Copysign(0, -1)), T(math.NaN()))
}

// random returns n normal values, now and then a special one if wild.
func random[T Float](rng *rand.Rand, n int, wild bool) []T {
	odd := special[T]()
	x := make([]T, n)
	for i := range x {
		x[i] = T(rng.NormFloat64())
		if wild && rng.IntN(40) == 0 {
			x[i] = odd[rng.IntN(len(odd))]
		}
	}
	return x
}

// wantGemm is Gemm by its definition for portable Go.
func wantGemm[T Float](m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int) {
	depth, most := k, 256
	if _, single := any(T(0)).(float32); single {
		most = 512
	}
	if chains := (k + most - 1) / most; 2*k > 3*most {
		depth = (k + chains - 1) / chains
	}
	for i := range m {
		for j := range n {
			var total T
			for from := 0; from < k; from += depth {
				var s T
				for p := from; p < min(from+depth, k); p++ {
					if v := T(a[i*ars+p*acs] * b[p*brs+j*bcs]); p == from {
						s = v
					} else {
						s += v
					}
				}
				if from == 0 {
					total = s
				} else {
					total += s
				}
			}
			c[i*crs+j] = total
		}
	}
}

func TestGemm(t *testing.T) {
	defer func(before instructions) { level = before }(level)
	level = portable
	t.Run("float64", testGemm[float64])
	t.Run("float32", testGemm[float32])
}

func testGemm[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	sizes := []int{1, 2, 3, 4, 5, 7, 8, 9, 13, 30, 64, 70, 133, 600}
	pick := func() int { return sizes[min(rng.IntN(len(sizes)), rng.IntN(len(sizes)))] }
	for range 3000 {
		m, n, k := pick(), pick(), pick()
		if m*n*k > 1<<19 {
			continue
		}
		pad := rng.IntN(3)
		strides := func(rows, cols int) (rs, cs int) {
			switch rng.IntN(6) {
			case 0:
				return 0, 0
			case 1:
				return 0, 1
			case 2, 3:
				return 1, rows + pad
			}
			return cols + pad, 1
		}
		ars, acs := strides(m, k)
		brs, bcs := strides(k, n)
		crs := n + rng.IntN(3)
		wild := rng.IntN(2) == 0
		a := random[T](rng, (m+pad)*(k+pad), wild)
		b := random[T](rng, (k+pad)*(n+pad), wild)
		got := random[T](rng, m*crs, true)
		want := append([]T(nil), got...)
		Gemm(m, n, k, a, ars, acs, b, brs, bcs, got, crs)
		wantGemm(m, n, k, a, ars, acs, b, brs, bcs, want, crs)
		for i := range want {
			if !same(got[i], want[i]) {
				t.Fatalf("%dx%dx%d, strides %d,%d and %d,%d: entry %d is %v, want %v",
					m, n, k, ars, acs, brs, bcs, i, got[i], want[i])
			}
		}
	}
}

func TestGemmKeepsNaN(t *testing.T) {
	nan := math.NaN()
	b := []float64{nan, nan, nan, nan, 1, 1, 1, 1}
	c := make([]float64, 4)
	Gemm(1, 4, 2, []float64{0, 1}, 2, 1, b, 4, 1, c, 4)
	for _, v := range c {
		if v == v {
			t.Errorf("0·NaN + 1 gave %v", v)
		}
	}
}

func TestSum16(t *testing.T) {
	t.Run("float64", func(t *testing.T) { eachLevel(t, testSum16[float64]) })
	t.Run("float32", func(t *testing.T) { eachLevel(t, testSum16[float32]) })
}

func testSum16[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for n := range 5000 {
		if n > 100 {
			n = rng.IntN(5000)
		}
		x := random[T](rng, n, false)
		var part [16]T
		for i, v := range x {
			part[i%16] += v
		}
		for w := 8; w > 0; w /= 2 {
			for l := range w {
				part[l] += part[l+w]
			}
		}
		if got := Sum16(x); !same(got, part[0]) {
			t.Fatalf("sum of %d is %v, want %v", n, got, part[0])
		}
		var p Partial16[T]
		for len(x) > 0 {
			b := min(16*(1+rng.IntN(70)), len(x))
			p.Add(x[:b])
			x = x[b:]
		}
		if got := p.Total(); !same(got, part[0]) {
			t.Fatalf("sum of %d by blocks is %v, want %v", n, got, part[0])
		}
	}
}

// wantReLU and wantStep are the functions by their definitions.
func wantReLU(x float64) float64 {
	switch {
	case x != x, x > 0:
		return x
	}
	return 0
}

func wantStep(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 0:
		return 1
	}
	return 0
}

// coded lists functions with portable loops, by their definitions.
var coded = []Func{
	{Name: "add", Code: Add, Binary: func(x, y float64) float64 { return x + y }},
	{Name: "sub", Code: Sub, Binary: func(x, y float64) float64 { return x - y }},
	{Name: "mul", Code: Mul, Binary: func(x, y float64) float64 { return x * y }},
	{Name: "div", Code: Div, Binary: func(x, y float64) float64 { return x / y }},
	{Name: "neg", Code: Neg, Unary: func(x float64) float64 { return -x }},
	{Name: "square", Code: Square, Unary: func(x float64) float64 { return x * x }},
	{Name: "sqrt", Code: Sqrt, Unary: math.Sqrt},
	{Name: "relu", Code: ReLU, Unary: wantReLU},
	{Name: "step", Code: Step, Unary: wantStep},
	{Name: "copy", Code: Copy, Unary: func(x float64) float64 { return x }},
}

func TestLoops(t *testing.T) {
	t.Run("float64", func(t *testing.T) { eachLevel(t, testLoops[float64]) })
	t.Run("float32", func(t *testing.T) { eachLevel(t, testLoops[float32]) })
}

func testLoops[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var x, y []T
	for _, v := range special[T]() {
		for _, w := range special[T]() {
			x, y = append(x, v), append(y, w)
		}
	}
	for range 20000 { // all magnitudes, subnormal results among them
		x = append(x, T(math.Ldexp(rng.NormFloat64(), rng.IntN(300)-150)))
		y = append(y, T(math.Ldexp(rng.NormFloat64(), rng.IntN(300)-150)))
	}
	for _, f := range coded {
		plain := f
		plain.Code = None
		got, want := make([]T, len(x)), make([]T, len(x))
		into := append([]T(nil), x...)
		if f.Unary != nil {
			UnaryLoop[T](&f)(got, x)
			UnaryLoop[T](&f)(into, into)
			UnaryLoop[T](&plain)(want, x)
		} else {
			BinaryLoop[T](&f)(got, x, y)
			BinaryLoop[T](&f)(into, into, y)
			BinaryLoop[T](&plain)(want, x, y)
		}
		for i := range want {
			if !same(got[i], want[i]) || !same(into[i], want[i]) {
				t.Fatalf("%s(%v, %v) is %v, in place %v, want %v", f.Name, x[i], y[i], got[i], into[i], want[i])
			}
		}
	}
}

// Every Code has a function, of one argument or of two, whose bits its portable
// loop has.
func TestPortableLoopsAreTheFunctions(t *testing.T) {
	t.Run("float64", testPortableLoops[float64])
	t.Run("float32", testPortableLoops[float32])
}

func testPortableLoops[T Float](t *testing.T) {
	in := pairs[T](5000)
	got, want := make([]T, len(in[0])), make([]T, len(in[0]))
	for _, c := range allCodes() {
		unary, binary := c.Unary(), c.Binary()
		switch {
		case (unary == nil) == (binary == nil):
			t.Errorf("%v has not one function", c)
			continue
		case unary != nil:
			loop := atLevel(portable, func() func(dst, x []T) { return UnaryLoop[T](&Func{Code: c}) })
			loop(got, in[0])
			UnaryLoop[T](&Func{Unary: unary})(want, in[0])
		default:
			loop := atLevel(portable, func() func(dst, x, y []T) { return BinaryLoop[T](&Func{Code: c}) })
			loop(got, in[0], in[1])
			BinaryLoop[T](&Func{Binary: binary})(want, in[0], in[1])
		}
		if (c == MulTanhSlope || c == MulSigmoidSlope) && unsafe.Sizeof(T(0)) == 4 {
			continue // each step is rounded to float32, which float64 does not show
		}
		for i := range want {
			if !same(got[i], want[i]) {
				t.Errorf("%v of %v, %v is %v, want %v", c, in[0][i], in[1][i], got[i], want[i])
				break
			}
		}
	}
}

func TestLoopOfWrongArity(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic for a unary loop of a binary function")
		}
	}()
	UnaryLoop[float64](&coded[0])
}

func BenchmarkSum16(b *testing.B) {
	x := random[float64](rand.New(rand.NewPCG(9, 10)), 4096, false)
	b.SetBytes(int64(8 * len(x)))
	for b.Loop() {
		Sum16(x)
	}
}

// Value2 returns f(x, y) as the loop of f computes it.
func Value2[T Float](f *Func, x, y T) T {
	v, w := [1]T{x}, [1]T{y}
	BinaryLoop[T](f)(v[:], v[:], w[:])
	return v[0]
}

// allCodes returns all codes but None.
func allCodes() []Code {
	var all []Code
	for c := None + 1; c < codes; c++ {
		all = append(all, c)
	}
	return all
}
