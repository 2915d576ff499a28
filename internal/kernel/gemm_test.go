package kernel

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// randomProduct returns a product with random strides and values.
func randomProduct[T Float](rng *rand.Rand, m, n, k int) Product[T] {
	pad := rng.IntN(3)
	strides := func(rows, cols int) (rs, cs int) {
		switch rng.IntN(8) {
		case 0:
			return 0, 0
		case 1:
			return 0, 1
		case 2:
			return 1, 0
		case 3, 4:
			return 1, rows + pad
		case 5:
			return 2, 2*rows + pad
		}
		return cols + pad, 1
	}
	p := Product[T]{M: m, N: n, K: k}
	p.ARow, p.ACol = strides(m, k)
	p.BRow, p.BCol = strides(k, n)
	wild := rng.IntN(2) == 0
	p.A = random[T](rng, (m-1)*p.ARow+(k-1)*p.ACol+1, wild)
	p.B = random[T](rng, (k-1)*p.BRow+(n-1)*p.BCol+1, wild)
	return p
}

func (p *Product[T]) String() string {
	return fmt.Sprintf("%d×%d·%d×%d, strides %d,%d and %d,%d", p.M, p.K, p.K, p.N, p.ARow, p.ACol, p.BRow, p.BCol)
}

// checkProduct compares Into with ProductEntry, for a random part.
func checkProduct[T Float](t *testing.T, rng *rand.Rand, p *Product[T]) {
	t.Helper()
	part := Part{0, p.M, 0, p.N}
	if rng.IntN(2) == 0 {
		part.RowFrom, part.ColFrom = rng.IntN(p.M), rng.IntN(p.N)
		part.RowTo = part.RowFrom + 1 + rng.IntN(p.M-part.RowFrom)
		part.ColTo = part.ColFrom + 1 + rng.IntN(p.N-part.ColFrom)
	}
	crs := p.N + rng.IntN(3)
	got := random[T](rng, (p.M-1)*crs+p.N, true)
	want := append([]T(nil), got...)
	for i := part.RowFrom; i < part.RowTo; i++ {
		for j := part.ColFrom; j < part.ColTo; j++ {
			want[i*crs+j] = ProductEntry(p.N, p.K, p.A[i*p.ARow:], p.ACol, p.B[j*p.BCol:], p.BRow)
		}
	}
	p.Into(part, got, crs, nil)
	for i := range want {
		if !same(got[i], want[i]) {
			t.Fatalf("%v, %v: entry %d,%d is %v, want %v", p, part, i/crs, i%crs, got[i], want[i])
		}
	}
}

func TestProduct(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		t.Run("float64", testProduct[float64])
		t.Run("float32", testProduct[float32])
	})
}

func testProduct[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		size := func() int { return 1 + rng.IntN(1+rng.IntN(40)) }
		p := randomProduct[T](rng, size(), size(), size())
		checkProduct(t, rng, &p)
	}
	for range 300 { // sixteen partial sums, mostly
		p := randomProduct[T](rng, 1+rng.IntN(40), 1+rng.IntN(9), 1+rng.IntN(200))
		checkProduct(t, rng, &p)
	}
	for range 12 {
		size := func() int { return 1 + rng.IntN(300) }
		p := randomProduct[T](rng, size(), size(), size())
		checkProduct(t, rng, &p)
	}
}

// Panels change no bit of a product, nor what lies beside it.
func TestPanels(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		t.Run("float64", testPanels[float64])
		t.Run("float32", testPanels[float32])
	})
}

func testPanels[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	check := func(m, n, k int) {
		p := Product[T]{M: m, N: n, K: k, A: random[T](rng, m*k, rng.IntN(2) == 0), ARow: k, ACol: 1,
			B: random[T](rng, n*k, rng.IntN(2) == 0), BRow: 1, BCol: k}
		got := random[T](rng, m*n+16, true)
		want := append([]T(nil), got...)
		for i := range m * n {
			want[i] = ProductEntry(n, k, p.A[i/n*k:], 1, p.B[i%n*k:], 1)
		}
		NewPanels(append([]T(nil), p.B...), n, k, make([]T, PanelWork[T](n, k))).Product(m, p.A, got, make([]T, GemmWork[T](m, n, k)))
		for i := range want {
			if !same(got[i], want[i]) {
				t.Fatalf("%v: entry %d,%d is %v, want %v", &p, i/n, i%n, got[i], want[i])
			}
		}
	}
	const width = 128 // of the widest tile
	for m := 1; m <= 26; m++ {
		for range 8 {
			check(m, 1+rng.IntN(2*width+40), 1+rng.IntN(60))
		}
	}
	for _, n := range []int{1, 8, 9, blockWidth, blockWidth + 1, blockWidth + 1 + width} {
		for _, k := range []int{1, 31, 32, 385, 800} { // one chain and several
			check(1, n, k)
			check(14, n, k) // a row of the tallest tiles and a rest
		}
	}
}

// A product whose rows of B lie apart has the bits of one whose rows do not, and changes nothing
// beside it.
func TestRuns(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		t.Run("float64", testRuns[float64])
		t.Run("float32", testRuns[float32])
	})
}

func testRuns[T Float](t *testing.T) {
	if !RunsWork[T](64, 1) {
		return // portable: there is no other way than Product
	}
	rng := rand.New(rand.NewPCG(9, 8))
	for m := 1; m <= 26; m++ {
		for range 12 {
			n, run, row := 1+rng.IntN(150), 1+rng.IntN(6), rng.IntN(40)
			starts := []int{0}
			for range rng.IntN(12) {
				starts = append(starts, starts[len(starts)-1]+rng.IntN(300))
			}
			k := run * len(starts)
			if !RunsWork[T](n, k) {
				continue
			}
			before, crs := rng.IntN(5), n+rng.IntN(20)
			a := random[T](rng, m*k, rng.IntN(2) == 0)
			b := random[T](rng, before+starts[len(starts)-1]+(run-1)*row+n, rng.IntN(2) == 0)
			got := random[T](rng, (m-1)*crs+n+16, true)
			want := append([]T(nil), got...)
			for i := range m {
				for j := range n {
					var column []T
					for _, start := range starts {
						for r := range run {
							column = append(column, b[before+start+r*row+j])
						}
					}
					want[i*crs+j] = ProductEntry(n, k, a[i*k:], 1, column, 1)
				}
			}
			NewRuns[T](run, row, starts).Product(m, n, a, b[before:], got, crs)
			for i := range want {
				if !same(got[i], want[i]) {
					t.Fatalf("m %d, n %d, runs of %d rows at %v: entry %d,%d is %v, want %v", m, n, run, starts, i/crs, i%crs, got[i], want[i])
				}
			}
		}
	}
}

// Products of many terms are cut in chains.
func TestLongProduct(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		t.Run("float64", testLongProduct[float64])
		t.Run("float32", testLongProduct[float32])
	})
}

func testLongProduct[T Float](t *testing.T) {
	rng, times := rand.New(rand.NewPCG(3, 4)), 4
	if testing.Short() {
		times = 1
	}
	for _, k := range []int{384, 385, 512, 768, 769, 1000, 1536, 1537, 2500} {
		for range times {
			p := randomProduct[T](rng, 1+rng.IntN(70), 9+rng.IntN(300), k)
			checkProduct(t, rng, &p)
		}
	}
	for _, k := range []int{12288, 12289, 20000, 50001} {
		for range times {
			p := randomProduct[T](rng, 1+rng.IntN(40), 1+rng.IntN(10), k)
			checkProduct(t, rng, &p)
		}
	}
}

// A product of many terms is as near as Product says: one chain of equal terms goes
// wrong by more from 2^17 terms on.
func TestErrorOfLongProducts(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		t.Run("float64", func(t *testing.T) { testErrorOfLongProducts[float64](t, 0x1p-53) })
		t.Run("float32", func(t *testing.T) { testErrorOfLongProducts[float32](t, 0x1p-24) })
	})
}

func testErrorOfLongProducts[T Float](t *testing.T, unit float64) {
	rng := rand.New(rand.NewPCG(5, 6))
	widths := []int{1, 8, 9, 40}
	if testing.Short() {
		widths = []int{9} // whole vectors and a rest
	}
	for _, n := range widths {
		for _, equal := range []bool{true, false} {
			const m, k = 5, 1 << 17
			a, b, c := make([]T, m*k), make([]T, k*n), make([]T, m*n)
			for i := range a {
				if a[i] = 0.1; !equal {
					a[i] = T(rng.Float64())
				}
			}
			for i := range b {
				if b[i] = 0.7; !equal {
					b[i] = T(rng.Float64())
				}
			}
			Gemm(m, n, k, a, k, 1, b, n, 1, c, n)
			for i := range m {
				for j := range n {
					exact, term := new(big.Float).SetPrec(200), new(big.Float).SetPrec(200)
					if i == 0 || j == 0 { // the others take too long
						for p := range k {
							exact.Add(exact, term.Mul(big.NewFloat(float64(a[i*k+p])), big.NewFloat(float64(b[p*n+j]))))
						}
						want, _ := exact.Float64()
						d, _ := exact.Sub(exact, big.NewFloat(float64(c[i*n+j]))).Float64()
						if bound := (770 + k/256.) * unit; !(math.Abs(d) <= bound*want) {
							t.Fatalf("%d columns: entry %d,%d is %v, want %v: off by %.3g of it, at most %.3g documented", n, i, j, c[i*n+j], want, math.Abs(d)/want, bound)
						}
					}
				}
			}
		}
	}
}

func FuzzProduct(f *testing.F) {
	f.Add(uint16(4), uint16(400), uint16(2), uint64(1))
	f.Add(uint16(128), uint16(64), uint16(300), uint64(2))
	f.Add(uint16(5), uint16(3), uint16(47), uint64(3))
	f.Fuzz(func(t *testing.T, m, n, k uint16, seed uint64) {
		best := level
		defer func() { level = best }()
		room := 3_000 // multiplications, so that thousands of products a second are tried
		size := func(x uint16) int {
			n := 1 + int(x)%min(500, room)
			room /= n
			return n
		}
		rows, columns, terms := size(m), size(n), size(k)
		for level = range best + 1 {
			rng := rand.New(rand.NewPCG(seed, 0))
			p := randomProduct[float32](rng, rows, columns, terms)
			checkProduct(t, rng, &p)
			q := randomProduct[float64](rng, rows, columns, terms)
			checkProduct(t, rng, &q)
		}
	})
}

// TestFMA checks float32 fused multiply-adds against ones in a wider format.
func TestFMA(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for range 200000 {
		x, y := rng.Float32()-0.5, rng.Float32()-0.5
		z := float32(math.Ldexp(float64(rng.Float32()-0.5), rng.IntN(100)-70))
		if rng.IntN(2) == 0 { // near a tie
			z = -x * y * (1 + float32(rng.IntN(5))/8)
		}
		exact := new(big.Float).SetPrec(400).SetFloat64(float64(x))
		exact.Mul(exact, big.NewFloat(float64(y)))
		exact.Add(exact, big.NewFloat(float64(z)))
		if want, _ := exact.Float32(); fma(x, y, z) != want {
			t.Fatalf("%v·%v + %v is %v, want %v", x, y, z, fma(x, y, z), want)
		}
	}
}

// The order of a product's sums is part of its bits: it changes where Product
// says, and nowhere else.
func TestWhereSumsAreSplit(t *testing.T) {
	for n := 1; n < 20; n++ {
		for k := 1; k < 200; k++ {
			if got, want := fewSums(n, k), n <= 8 && k >= 32 && k >= 16*n; got != want {
				t.Errorf("%d columns and %d terms: split %v, want %v", n, k, got, want)
			}
		}
	}
}
