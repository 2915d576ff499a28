package kernel

import (
	"math/rand/v2"
	"sync"
	"testing"
)

// A collector is a sink that writes to an array, and spoils what it was given.
type collector[T Float] struct {
	c    []T
	crs  int
	seen []int // how often each entry came
}

func newCollector[T Float](p *Product[T]) *collector[T] {
	return &collector[T]{make([]T, p.M*p.N), p.N, make([]int, p.M*p.N)}
}

func (s *collector[T]) Block(row, col, rows, cols int, c []T, stride int) {
	for i := range rows {
		for j := range cols {
			at := (row+i)*s.crs + col + j
			s.c[at] = c[i*stride+j]
			s.seen[at]++
			c[i*stride+j] = -1e9
		}
	}
}

func TestProductTo(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		t.Run("float64", testProductTo[float64])
		t.Run("float32", testProductTo[float32])
	})
}

// testProductTo computes products in parts and for sinks, and compares them with
// whole products, bit by bit.
func testProductTo[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for round := range 120 {
		most := []int{30, 30, 100, 600}[round%4]
		size := func() int { return 1 + rng.IntN(1+rng.IntN(most)) }
		m, n, k := size(), size(), size()
		if round%8 == 3 {
			k = 1 + rng.IntN(5000)
			m, n = min(m, 250), min(n, 50)
		}
		p := randomProduct[T](rng, m, n, k)
		want := make([]T, m*n)
		p.Into(Part{0, m, 0, n}, want, n, nil)
		into := make([]T, m*n)
		sink := newCollector(&p)
		work := random[T](rng, GemmWork[T](m, n, k), true)
		for _, part := range cut(rng, m, n) {
			p.To(part, work, sink)
			p.Into(part, into, n, work)
		}
		for i := range want {
			if sink.seen[i] != 1 || !same(sink.c[i], want[i]) || !same(into[i], want[i]) {
				t.Fatalf("%v: entry %d,%d came %d times and is %v, in parts %v, want %v",
					&p, i/n, i%n, sink.seen[i], sink.c[i], into[i], want[i])
			}
		}
	}
}

// cut divides m by n at random.
func cut(rng *rand.Rand, m, n int) []Part {
	parts := []Part{{0, m, 0, n}}
	for range rng.IntN(3) {
		p := parts[0]
		a, b := p, p
		if row := p.RowFrom + rng.IntN(p.RowTo-p.RowFrom); rng.IntN(2) == 0 && row > p.RowFrom {
			a.RowTo, b.RowFrom = row, row
			parts = append(parts[1:], a, b)
		} else if col := p.ColFrom + rng.IntN(p.ColTo-p.ColFrom); col > p.ColFrom {
			a.ColTo, b.ColFrom = col, col
			parts = append(parts[1:], a, b)
		}
	}
	return parts
}

// TestEqualRows checks that equal rows of A give equal rows of C to the last
// bit, for every height and width of tiles.
func TestEqualRows(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(5, 6))
		for m := 1; m <= 40; m++ {
			for _, n := range []int{1, 2, 4, 5, 17, 33, 100} {
				for _, k := range []int{1, 7, 64, 300} {
					p := randomProduct[float32](rng, m, n, k)
					p.ARow = 0
					c := make([]float32, m*n)
					p.Into(Part{0, m, 0, n}, c, n, nil)
					for i, v := range c {
						if !same(v, c[i%n]) {
							t.Fatalf("%v: row %d differs from row 0 in column %d: %v, %v", &p, i/n, i%n, v, c[i%n])
						}
					}
				}
			}
		}
	})
}

// TestProductsAtOnce computes parts in many goroutines, with and without
// borrowed memory.
func TestProductsAtOnce(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(7, 8))
		const m, n, k = 70, 90, 80
		p := randomProduct[float64](rng, m, n, k)
		want := make([]float64, m*n)
		p.Into(Part{0, m, 0, n}, want, n, nil)
		got := make([]float64, m*n)
		sink := newCollector(&p)
		var wg sync.WaitGroup
		for row := range m {
			wg.Go(func() {
				part := Part{row, row + 1, 0, n}
				p.Into(part, got, n, nil)
				p.To(part, make([]float64, GemmWork[float64](m, n, k)), sink)
			})
		}
		wg.Wait()
		for i := range want {
			if !same(got[i], want[i]) || !same(sink.c[i], want[i]) {
				t.Fatalf("entry %d is %v, %v, want %v", i, got[i], sink.c[i], want[i])
			}
		}
	})
}

// nothing is a sink that does nothing.
type nothing[T Float] struct{}

func (nothing[T]) Block(_, _, _, _ int, _ []T, _ int) {}

func TestProductAllocatesNothing(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(9, 10))
		var sink Sink[float32] = nothing[float32]{}
		for _, size := range [][3]int{{4, 400, 2}, {1, 4, 400}, {64, 64, 64}, {70, 300, 100}} {
			m, n, k := size[0], size[1], size[2]
			for range 5 {
				p := randomProduct[float32](rng, m, n, k)
				c, work := make([]float32, m*n), make([]float32, GemmWork[float32](m, n, k))
				allocs := testing.AllocsPerRun(3, func() {
					p.To(Part{0, m, 0, n}, work, sink)
					p.Into(Part{0, m, 0, n}, c, n, work)
					Gemm(m, n, k, p.A, p.ARow, p.ACol, p.B, p.BRow, p.BCol, c, n)
				})
				if allocs != 0 {
					t.Errorf("%v: %v allocations", &p, allocs)
				}
			}
		}
	})
}

// shapes is a sink that notes the size of each block.
type shapes[T Float] struct{ blocks [][2]int }

func (s *shapes[T]) Block(_, _, rows, cols int, _ []T, _ int) {
	s.blocks = append(s.blocks, [2]int{rows, cols})
}

// A product that fits one block is computed at once, and up to the last entry:
// one entry more, in rows or in columns, makes several blocks within the bounds.
func TestSmallProductsAreOneBlock(t *testing.T) {
	const rows = blockSize / blockWidth
	eachLevel(t, func(t *testing.T) {
		for _, c := range []struct {
			m, n int
			one  bool
		}{
			{rows, blockWidth, true}, {rows - 1, blockWidth, true}, {rows + 1, blockWidth, false},
			{1, blockWidth + 1, false}, {rows - 1, blockWidth + 1, false}, {rows * 4, blockWidth / 4, true},
		} {
			const k = 8
			p := Product[float64]{M: c.m, N: c.n, K: k, ARow: k, ACol: 1, BRow: c.n, BCol: 1,
				A: make([]float64, c.m*k), B: make([]float64, k*c.n)}
			var s shapes[float64]
			p.To(Part{0, c.m, 0, c.n}, make([]float64, GemmWork[float64](c.m, c.n, k)), &s)
			for _, b := range s.blocks {
				if b[0]*b[1] > blockSize || b[1] > blockWidth {
					t.Errorf("%d×%d: a block of %v", c.m, c.n, b)
				}
			}
			if one := len(s.blocks) == 1; one != c.one {
				t.Errorf("%d×%d comes in the blocks %v", c.m, c.n, s.blocks)
			}
		}
	})
}
