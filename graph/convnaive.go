package graph

import "chainrule/internal/kernel"

// The convolutions by plain loops: each entry by itself, from the window's place for it.

// seenAt returns the entry of an image that entry (a, b) of a window sees at position (i, j),
// 0 outside the image.
func seenAt[T float32 | float64](x array[T], s ConvSettings, c, i, j, e, a, b int) T {
	u, v := i*s.Stride[0]-s.Padding[0]+a*s.Dilation[0], j*s.Stride[1]-s.Padding[1]+b*s.Dilation[1]
	if u < 0 || u >= x.shape[1] || v < 0 || v >= x.shape[2] {
		return 0
	}
	return x.at([]int{c, u, v, e})
}

// eachIndex calls f with each index of a shape, and its number.
func eachIndex(shape []int, f func(at int, index []int)) {
	index := make([]int, len(shape))
	for at := range size(shape) {
		f(at, index)
		advance(index, shape)
	}
}

func convolve[T float32 | float64](s ConvSettings) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		x, w := in[0], in[1]
		channels, columns := w.shape[1], size(out.shape[1:])
		eachIndex(out.shape, func(at int, o []int) {
			first := o[0] / (out.shape[0] / s.Groups) * channels
			var seen, weights []T
			eachIndex(w.shape[1:], func(_ int, k []int) {
				seen = append(seen, seenAt(x, s, first+k[0], o[1], o[2], o[3], k[1], k[2]))
				weights = append(weights, w.at([]int{o[0], k[0], k[1], k[2]}))
			})
			out.data[at] = kernel.ProductEntry(columns, len(seen), weights, 1, seen, 1)
		})
	}
}

func convolveWeights[T float32 | float64](a ConvWeightsAttrs) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		x, dy := in[0], in[1]
		columns := size(out.shape[1:])
		eachIndex(out.shape, func(at int, o []int) {
			first := o[0] / (out.shape[0] / a.Groups) * out.shape[1]
			var seen, seenBy []T
			eachIndex(dy.shape[1:], func(_ int, k []int) {
				seen = append(seen, seenAt(x, a.ConvSettings, first+o[1], k[0], k[1], k[2], o[2], o[3]))
				seenBy = append(seenBy, dy.at([]int{o[0], k[0], k[1], k[2]}))
			})
			out.data[at] = kernel.ProductEntry(columns, len(seen), seenBy, 1, seen, 1)
		})
	}
}

func convolveBack[T float32 | float64](s ConvSettings) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		dy, w := in[0], in[1]
		each, columns := dy.shape[0]/s.Groups, size(dy.shape[1:])
		eachIndex(out.shape, func(at int, o []int) {
			group, channel := o[0]/w.shape[1], o[0]%w.shape[1]
			product := func(a, b, i, j int) T {
				var seenBy, weights []T
				for k := range each {
					seenBy = append(seenBy, dy.at([]int{group*each + k, i, j, o[3]}))
					weights = append(weights, w.at([]int{group*each + k, channel, a, b}))
				}
				return kernel.ProductEntry(columns, each, weights, 1, seenBy, 1)
			}
			for i := range dy.shape[1] {
				for b := range w.shape[3] {
					a, ok := tapAt(s, 0, o[1], i, w.shape[2])
					j, also := positionAt(s, 1, o[2], b, dy.shape[2])
					if ok && also {
						out.data[at] += product(a, b, i, j)
					}
				}
			}
		})
	}
}

// tapAt returns which entry of a window of a size sees a pixel at a position, if one does.
func tapAt(s ConvSettings, axis, pixel, position, size int) (tap int, ok bool) {
	from := pixel + s.Padding[axis] - position*s.Stride[axis]
	return from / s.Dilation[axis], from >= 0 && from%s.Dilation[axis] == 0 && from/s.Dilation[axis] < size
}

// positionAt returns at which of n positions an entry of a window sees a pixel, if at any.
func positionAt(s ConvSettings, axis, pixel, tap, n int) (position int, ok bool) {
	from := pixel + s.Padding[axis] - tap*s.Dilation[axis]
	return from / s.Stride[axis], from >= 0 && from%s.Stride[axis] == 0 && from/s.Stride[axis] < n
}
