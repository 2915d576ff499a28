package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

// smooth reports whether c has a stated error: its vector loops need not have
// the bits of the portable ones, and those of all other functions must.
func smooth(c Code) bool {
	return c == XLogY || c == SigmoidCrossEntropy || slices.ContainsFunc(ulpCases, func(u ulpCase) bool { return u.code == c })
}

// eachLevel runs f with every set of instructions that the machine has.
func eachLevel(t *testing.T, f func(t *testing.T)) {
	best := level
	defer func() { level = best }()
	for l := portable; l <= best; l++ {
		level = l
		t.Run(l.String(), f)
	}
}

// atLevel returns what make returns with another set of instructions.
func atLevel[L any](l instructions, make func() L) L {
	defer func(before instructions) { level = before }(level)
	level = l
	return make()
}

// A loopCase is some loop with its operands in a slice of slices.
type loopCase[T Float] struct {
	name   string
	code   Code
	slices int
	make   func() func(dst []T, in [][]T)
}

// loopCases returns all loops, those with numbers for some values of these.
func loopCases[T Float]() []loopCase[T] {
	var all []loopCase[T]
	for _, c := range allCodes() {
		if c.Unary() != nil {
			all = append(all, loopCase[T]{fmt.Sprint("unary ", c), c, 1, func() func(dst []T, in [][]T) {
				loop := UnaryLoop[T](&Func{Code: c})
				return func(dst []T, in [][]T) { loop(dst, in[0]) }
			}})
			continue
		}
		all = append(all, loopCase[T]{fmt.Sprint("binary ", c), c, 2, func() func(dst []T, in [][]T) {
			loop := BinaryLoop[T](&Func{Code: c})
			return func(dst []T, in [][]T) { loop(dst, in[0], in[1]) }
		}})
	}
	for _, number := range []T{3, T(math.Copysign(0, -1)), 0, T(math.NaN()), -0.1} {
		for _, c := range allCodes() {
			if !HasScalarLoop(c) {
				continue
			}
			for _, left := range []bool{false, true} {
				all = append(all, loopCase[T]{fmt.Sprint("scalar ", c, left, number), c, 1, func() func(dst []T, in [][]T) {
					loop := ScalarLoop[T](&Func{Code: c}, left)
					return func(dst []T, in [][]T) { loop(dst, in[0], number) }
				}})
			}
		}
		all = append(all,
			loopCase[T]{fmt.Sprint("add mul ", number), Add, 2, func() func(dst []T, in [][]T) {
				loop := AddMulLoop[T]()
				return func(dst []T, in [][]T) { loop(dst, in[0], in[1], number) }
			}},
			loopCase[T]{fmt.Sprint("sub mul ", number), Sub, 2, func() func(dst []T, in [][]T) {
				loop := SubMulLoop[T]()
				return func(dst []T, in [][]T) { loop(dst, in[0], in[1], number) }
			}},
			loopCase[T]{fmt.Sprint("mix ", number), Add, 2, func() func(dst []T, in [][]T) {
				loop := MixLoop[T]()
				return func(dst []T, in [][]T) { loop(dst, in[0], in[1], number, 0.7) }
			}})
	}
	return all
}

// pairs returns pairs of values: special ones, and random ones of magnitudes
// around 1 and of all.
func pairs[T Float](n int) [][]T {
	rng := rand.New(rand.NewPCG(11, 12))
	in := [][]T{nil, nil}
	for _, x := range special[T]() {
		for _, y := range special[T]() {
			in[0], in[1] = append(in[0], x), append(in[1], y)
		}
	}
	for range n {
		spread := 8
		if rng.IntN(2) == 0 {
			spread = 300
		}
		for i := range in {
			in[i] = append(in[i], T(math.Ldexp(rng.NormFloat64(), rng.IntN(spread)-spread/2)))
		}
	}
	return in
}

func TestVectorBits(t *testing.T) {
	t.Run("float64", func(t *testing.T) { eachLevel(t, testVectorBits[float64]) })
	t.Run("float32", func(t *testing.T) { eachLevel(t, testVectorBits[float32]) })
}

func testVectorBits[T Float](t *testing.T) {
	in := pairs[T](20000)
	got, want := make([]T, len(in[0])), make([]T, len(in[0]))
	for _, l := range loopCases[T]() {
		if smooth(l.code) {
			continue
		}
		l.make()(got, in)
		atLevel(portable, l.make)(want, in)
		for i := range want {
			if !same(got[i], want[i]) {
				t.Errorf("%s of %v, %v is %v, want %v", l.name, in[0][i], in[1][i], got[i], want[i])
				break
			}
		}
	}
}

// TestVectorLevels checks that results do not depend on the set of vector
// instructions.
func TestVectorLevels(t *testing.T) {
	if level < avx512 {
		t.Skip("no AVX-512")
	}
	t.Run("float64", testVectorLevels[float64])
	t.Run("float32", testVectorLevels[float32])
}

func testVectorLevels[T Float](t *testing.T) {
	in := pairs[T](300000)
	narrow, wide := make([]T, len(in[0])), make([]T, len(in[0]))
	for _, l := range loopCases[T]() {
		atLevel(avx2, l.make)(narrow, in)
		atLevel(avx512, l.make)(wide, in)
		for i := range wide {
			if bitsOf(narrow[i]) != bitsOf(wide[i]) {
				t.Errorf("%s of %v, %v is %v with AVX2, %v with AVX-512", l.name, in[0][i], in[1][i], narrow[i], wide[i])
				break
			}
		}
	}
}

// TestVectorPlaces checks that an entry's result depends on nothing but the
// operands: not on its place, the slice's length, or where that lies in memory.
func TestVectorPlaces(t *testing.T) {
	t.Run("float64", func(t *testing.T) { eachLevel(t, testVectorPlaces[float64]) })
	t.Run("float32", func(t *testing.T) { eachLevel(t, testVectorPlaces[float32]) })
}

// bitsOf returns the bits of x, all NaN as one.
func bitsOf[T Float](x T) uint64 {
	if x != x {
		x = T(math.NaN())
	}
	return math.Float64bits(float64(x))
}

// aligned returns n entries that start at a multiple of 64 bytes plus offset
// entries.
func aligned[T Float](n, offset int) []T {
	size := int(unsafe.Sizeof(T(0)))
	x := make([]T, n+offset+64/size)
	start := (64 - int(uintptr(unsafe.Pointer(&x[0]))%64)) % 64 / size
	return x[start+offset:][:n:n]
}

func testVectorPlaces[T Float](t *testing.T) {
	const longest, canary = 257, 0.12345
	size := int(unsafe.Sizeof(T(0)))
	pool := pairs[T](1000)
	rng := rand.New(rand.NewPCG(13, 14))
	for _, l := range loopCases[T]() {
		loop := l.make()
		single := make([]T, len(pool[0]))
		for i := range single {
			loop(single[i:i+1], [][]T{pool[0][i : i+1], pool[1][i : i+1]})
		}
		for n := range longest + 1 {
			for offset := range 64 / size {
				if n > 40 && (n+offset)%7 > 0 {
					continue
				}
				start := rng.IntN(len(single) - n)
				in := [][]T{aligned[T](n, offset), aligned[T](n, rng.IntN(64/size))}
				copy(in[0], pool[0][start:])
				copy(in[1], pool[1][start:])
				whole := aligned[T](n+16, rng.IntN(64/size))
				for i := range whole {
					whole[i] = canary
				}
				dst := whole[8:][:n]
				switch k := rng.IntN(4); {
				case k < l.slices:
					dst = in[k]
				}
				loop(dst, in)
				for i, v := range dst {
					if bitsOf(v) != bitsOf(single[start+i]) {
						t.Fatalf("%s, entry %d of %d: %v of %v, %v; alone %v", l.name, i, n, v,
							pool[0][start+i], pool[1][start+i], single[start+i])
					}
				}
				for i, v := range whole {
					if (i < 8 || i >= n+8) && v != T(canary) {
						t.Fatalf("%s of %d entries writes entry %d", l.name, n, i-8)
					}
				}
			}
		}
	}
}

func TestVectorShortOperand(t *testing.T) {
	for _, c := range allCodes() {
		if c.Binary() == nil {
			continue
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v: no panic for an operand that is too short", c)
				}
			}()
			BinaryLoop[float64](&Func{Code: c})(make([]float64, 9), make([]float64, 9), make([]float64, 8))
		}()
	}
}

func TestExtremesOfRuns(t *testing.T) {
	t.Run("float64", func(t *testing.T) { eachLevel(t, testExtremesOfRuns[float64]) })
	t.Run("float32", func(t *testing.T) { eachLevel(t, testExtremesOfRuns[float32]) })
}

func testExtremesOfRuns[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	zeros := []T{0, T(math.Copysign(0, -1))}
	for n := 1; n < 300; n++ {
		for trial := range 6 {
			x := aligned[T](n, rng.IntN(8))
			copy(x, random[T](rng, n, trial == 0))
			if trial == 1 {
				for i := range x {
					x[i] = zeros[min(rng.IntN(n), 1)]
				}
			}
			lo, hi := x[0], x[0]
			for _, v := range x {
				lo, hi = min(lo, v), max(hi, v)
			}
			if got := Largest(x); !same(got, hi) {
				t.Fatalf("largest of %v is %v, want %v", x, got, hi)
			}
			if got := Smallest(x); !same(got, lo) {
				t.Fatalf("smallest of %v is %v, want %v", x, got, lo)
			}
		}
	}
}

func TestVectorAllocatesNothing(t *testing.T) {
	x, y := make([]float32, 100), make([]float32, 100)
	unary, binary := UnaryLoop[float32](&Func{Code: Exp}), BinaryLoop[float32](&Func{Code: Add})
	scaled := ScalarLoop[float32](&Func{Code: Sub}, true)
	if n := testing.AllocsPerRun(10, func() {
		unary(y, x)
		binary(y, x, y)
		scaled(y, x, 2)
		y[0] = Sum16(x) + Largest(x)
		var p Partial16[float32]
		p.Add(x)
		Gather(y[:50], x, 0, 2)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
