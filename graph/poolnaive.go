package graph

import "math"

// Pooling by plain loops: each entry by itself, from the window's place for it.

// eachTap calls f for the pixels of an image of a height and width that a window sees at a
// position, row by row, with their numbers in the window.
func (s PoolSettings) eachTap(i, j, height, width int, f func(tap, u, v int)) {
	for tap := range s.Size[0] * s.Size[1] {
		u, v := i*s.Stride[0]-s.Padding[0]+tap/s.Size[1], j*s.Stride[1]-s.Padding[1]+tap%s.Size[1]
		if u >= 0 && u < height && v >= 0 && v < width {
			f(tap, u, v)
		}
	}
}

// eachSeen calls f for every position and pixel that a window sees from there, with the
// number of the position's entry.
func eachSeen[T float32 | float64](s PoolSettings, seen []int, x array[T], f func(at, tap int, pixel T)) {
	eachIndex(seen, func(at int, o []int) {
		s.eachTap(o[1], o[2], x.shape[1], x.shape[2], func(tap, u, v int) { f(at, tap, x.at([]int{o[0], u, v, o[3]})) })
	})
}

func largestSeen[T float32 | float64](s PoolSettings) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		for i := range out.data {
			out.data[i] = T(math.Inf(-1))
		}
		eachSeen(s, out.shape, in[0], func(at, _ int, pixel T) { out.data[at] = max(out.data[at], pixel) })
	}
}

func firstSeen[T float32 | float64](s PoolSettings) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		most := make([]T, len(out.data))
		largestSeen[T](s)(array[T]{out.shape, most}, in)
		for i := range out.data {
			out.data[i] = -1
		}
		eachSeen(s, out.shape, in[0], func(at, tap int, pixel T) {
			if out.data[at] < 0 && (pixel == most[at] || pixel != pixel) {
				out.data[at] = T(tap)
			}
		})
	}
}

// sumSeen adds the pixels that have the index, or without one all, for their mean.
func sumSeen[T float32 | float64](s PoolSettings, indexed bool) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		eachSeen(s, out.shape, in[0], func(at, tap int, pixel T) {
			if !indexed || in[1].data[at] == T(tap) {
				out.data[at] += pixel
			}
		})
		meanUnless(indexed, s, out.data)
	}
}

// spreadSeen adds entries to the pixels that have the index, or without one to all.
func spreadSeen[T float32 | float64](s PoolSettings, indexed bool) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		eachIndex(out.shape, func(to int, o []int) {
			for i := range in[0].shape[1] {
				for j := in[0].shape[2] - 1; j >= 0; j-- {
					s.eachTap(i, j, out.shape[1], out.shape[2], func(tap, u, v int) {
						at := []int{o[0], i, j, o[3]}
						if u == o[1] && v == o[2] && (!indexed || in[1].at(at) == T(tap)) {
							out.data[to] += in[0].at(at)
						}
					})
				}
			}
		})
		meanUnless(indexed, s, out.data)
	}
}

// meanUnless divides sums by the size of the window unless pixels were chosen.
func meanUnless[T float32 | float64](indexed bool, s PoolSettings, sums []T) {
	for i := range sums {
		if !indexed {
			sums[i] /= T(s.Size[0] * s.Size[1])
		}
	}
}
