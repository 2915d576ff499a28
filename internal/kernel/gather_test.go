package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

func TestGather(t *testing.T) {
	t.Run("float64", testGather[float64])
	t.Run("float32", testGather[float32])
}

func testGather[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	for n := range 70 {
		for _, stride := range []int{0, 1, 2, 3, 5, 17, -1, -2, -17} {
			from := rng.IntN(3)
			src := random[T](rng, max(n-1, 0)*max(stride, -stride)+3, true)
			if stride < 0 {
				from = len(src) - 1 - from
			}
			got := aligned[T](n, rng.IntN(8))
			Gather(got, src, from, stride)
			for i, v := range got {
				if want := src[from+i*stride]; !same(v, want) {
					t.Fatalf("%d entries by %d: entry %d is %v, want %v", n, stride, i, v, want)
				}
			}
		}
	}
	for _, at := range [][2]int{{0, 2}, {4, 1}, {-1, 1}, {1, -1}, {4, -2}, {7, 0}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("no panic for a source that is too short, from %d by %d", at[0], at[1])
				}
			}()
			Gather(make([]T, 3), make([]T, 4), at[0], at[1])
		}()
	}
}

func BenchmarkGather(b *testing.B) {
	for _, stride := range []int{0, 2, 64, 129} {
		b.Run(fmt.Sprint(stride), func(b *testing.B) {
			const n = 512
			src, dst := make([]float64, n*stride+1), make([]float64, n)
			best := [2]time.Duration{time.Hour, time.Hour}
			for b.Loop() {
				start := time.Now()
				for range 8 {
					Gather(dst, src, 0, stride)
				}
				middle := time.Now()
				for range 8 {
					for i := range dst {
						dst[i] = src[i*stride]
					}
				}
				best[0] = min(best[0], middle.Sub(start))
				best[1] = min(best[1], time.Since(middle))
			}
			b.ReportMetric(float64(best[0].Nanoseconds())/8/n, "ns/entry")
			b.ReportMetric(float64(best[1])/float64(best[0]), "plain/gather")
			b.ReportMetric(0, "ns/op")
		})
	}
}
