package plan

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"chainrule/internal/kernel"
)

// squaresOf returns the source of the sums of (p−q)² along the last axis, for each of n
// rows p and k rows q of d entries.
func squaresOf(n, k, d int) Source {
	sub := &kernel.Func{Name: "sub", Code: kernel.Sub}
	square := &kernel.Func{Name: "square", Code: kernel.Square}
	return Source{Outputs: []int{4}, Nodes: []Node{
		{Kind: Feed, Shape: []int{n, 1, d}}, {Kind: Feed, Shape: []int{1, k, d}, Index: 1},
		{Kind: Map, In: []int{0, 1}, Func: sub, Shape: []int{n, k, d}},
		{Kind: Map, In: []int{2}, Func: square, Shape: []int{n, k, d}},
		{Kind: Sum, In: []int{3}, Axes: []int{2}, Shape: []int{n, k}},
	}}
}

// Sums of short rows have no array of all entries in memory, whatever their lengths, and
// the bits of a naive evaluation with any number of workers.
func TestSumsOfShortRows(t *testing.T) {
	for _, d := range []int{2, 11, 16, 40, 255, 256, 257, 600} {
		testSumsOfShortRows(t, 9, 70, d)
		testSumsOfShortRows(t, 1, 70, d)
	}
}

func testSumsOfShortRows(t *testing.T, n, k, d int) {
	rng := rand.New(rand.NewPCG(31, 32))
	s := squaresOf(n, k, d)
	p, q := make([]float64, n*d), make([]float64, k*d)
	for _, x := range [][]float64{p, q} {
		for i := range x {
			x[i] = rng.NormFloat64()
		}
	}
	want := make([]float64, n*k)
	row := make([]float64, d)
	for i := range want {
		for j := range row {
			v := p[i/k*d+j] - q[i%k*d+j]
			row[j] = v * v
		}
		want[i] = kernel.Sum16(row)
	}
	plan := New(s)
	if most := n*k + 64; plan.arena > most {
		t.Errorf("rows of %d: %d entries in memory, want at most %d", d, plan.arena, most)
	}
	for _, workers := range []int{1, 3} {
		m := NewMachine[float64](plan, nil, nil, workers)
		for range 2 { // of the negative entries, which come to the same, none of those before may be left
			m.Feed(0, p, false)
			m.Feed(1, q, false)
			m.Run()
			wantValues(t, fmt.Sprintf("sums of rows of %d by %d workers", d, workers), m.Output(0), want...)
			for _, x := range [][]float64{p, q} {
				for i := range x {
					x[i] = -x[i]
				}
			}
		}
	}
}

// BenchmarkSquares takes the sums of squares of differences of rows; ns/entry is of the
// broadcast array.
func BenchmarkSquares(b *testing.B) {
	const n, k = 256, 256
	for _, d := range []int{2, 11, 16, 64, 256} {
		b.Run(fmt.Sprint(d), func(b *testing.B) {
			m := NewMachine[float64](New(squaresOf(n, k, d)), nil, nil, 1)
			m.Feed(0, make([]float64, n*d), false)
			m.Feed(1, make([]float64, k*d), false)
			for b.Loop() {
				m.Run()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n*k*d), "ns/entry")
		})
	}
}
