package plan

import (
	"fmt"
	"testing"
)

// BenchmarkSum takes sums over runs and over rows, in and beyond the caches.
func BenchmarkSum(b *testing.B) {
	for _, c := range []struct{ shape, axes []int }{
		{[]int{1, 400}, []int{1}}, {[]int{128, 64}, []int{1}}, {[]int{4096}, []int{0}}, {[]int{1 << 16}, []int{0}}, {[]int{1 << 23}, []int{0}},
		{[]int{64, 512}, []int{0}}, {[]int{4096, 64}, []int{0}}, {[]int{4096, 512}, []int{0}}, {[]int{1 << 16, 2}, []int{0}}, {[]int{1 << 14, 16, 8}, []int{0, 2}},
	} {
		b.Run(fmt.Sprint(c.shape, c.axes), func(b *testing.B) {
			var out []int
			for i, d := range c.shape {
				if i != c.axes[0] && i != c.axes[len(c.axes)-1] {
					out = append(out, d)
				}
			}
			x := make([]float32, volume(c.shape))
			m := NewMachine[float32](New(Source{Outputs: []int{1}, Nodes: []Node{
				{Kind: Feed, Shape: c.shape}, {Kind: Sum, In: []int{0}, Axes: c.axes, Shape: out},
			}}), nil, nil, 1)
			m.Feed(0, x, false)
			b.SetBytes(int64(4 * len(x)))
			for b.Loop() {
				m.Run()
			}
		})
	}
}
