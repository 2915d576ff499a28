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
