package plan

import (
	"fmt"
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
