package predict

import (
	"slices"

	"chainrule/internal/experiment"
	"chainrule/internal/kernel"
	"chainrule/internal/modelfile"
)

// A convolution is a layer of the kind conv. Of each example it takes the pixels under the
// windows, a column for each place of the window, and multiplies them by the weights. Places come in
// runs, so that a run's columns fit the cache whatever the image; their number follows
// from the layer alone, as the order of the sums must.
type convolution[T Float] struct {
	experiment.Window
	from, to    experiment.ImageShape
	in, out     int // channels of a group
	groups, k   int // numbers under a window, in a group
	run         int // places
	weights     []T
	bias        []T
	columns     int // entries of scratch memory before that of the product
	productWork int
}

const (
	runBytes  = 128 << 10 // of the columns of a run
	fewPlaces = 16        // in a run at least
)

// conv adds W ∗ x + b, and the activation behind it.
func (c *compiler[T]) conv(of modelfile.Step, in value) (value, error) {
	v := newConvolution(of, c.weights(of, 0), slices.Clone(c.tensor(of, 1)))
	c.work = max(c.work, v.columns+v.productWork)
	from, out := in.buf, c.take(of.Out)
	c.add(func(s *scratch[T], m int) {
		for i := range m {
			v.one(s.bufs[out.buf][i*of.Out:][:of.Out], s.bufs[from][i*of.In:][:of.In], s.work)
		}
	})
	c.giveBack(in)
	if of.Activation == "" {
		return out, nil
	}
	return c.activation(of, out)
}

func newConvolution[T Float](of modelfile.Step, weights, bias []T) *convolution[T] {
	v := &convolution[T]{Window: of.Window(), from: of.From, to: of.To, groups: max(of.Groups, 1), weights: weights, bias: bias}
	v.in, v.out = v.from.Channels/v.groups, v.to.Channels/v.groups
	v.k = v.in * v.Kernel[0] * v.Kernel[1]
	size := 8
	if _, single := any(weights).([]float32); single {
		size = 4
	}
	v.run = min(max(runBytes/size/v.k, fewPlaces), v.to.Pixels())
	const align = 16
	v.columns = (v.run*v.k + align - 1) / align * align
	v.productWork = kernel.GemmWork[T](v.out, v.run, v.k)
	if rest := v.to.Pixels() % v.run; rest > 0 {
		v.productWork = max(v.productWork, kernel.GemmWork[T](v.out, rest, v.k))
	}
	return v
}

// one computes an example.
func (v *convolution[T]) one(dst, x, work []T) {
	columns, work := work[:v.columns], work[v.columns:]
	pixels := v.to.Pixels()
	for g := range v.groups {
		image, of := x[g*v.in*v.from.Pixels():], dst[g*v.out*pixels:]
		for at := 0; at < pixels; at += v.run {
			n := min(v.run, pixels-at)
			v.gather(columns, image, at, n)
			p := kernel.Product[T]{M: v.out, N: n, K: v.k, A: v.weights[g*v.out*v.k:], ARow: v.k, ACol: 1, B: columns, BRow: n, BCol: 1}
			p.Into(kernel.Part{RowTo: v.out, ColTo: n}, of[at:], pixels, work)
		}
	}
	add := scalarLoop[T](kernel.Add)
	for i, b := range v.bias {
		add(dst[i*pixels:][:pixels], dst[i*pixels:][:pixels], b)
	}
}

// gather sets the columns of n places, as rows of n numbers for each number under a window.
func (v *convolution[T]) gather(columns, x []T, first, n int) {
	width := v.to.Width
	for c := range v.in {
		for i := range v.Kernel[0] {
			for j := range v.Kernel[1] {
				row := columns[:n]
				columns = columns[n:]
				for at := first; at < first+n; {
					line, from := at/width, at%width
					pixels := row[at-first:][:min(width-from, first+n-at)]
					at += len(pixels)
					y := line*v.Stride[0] - v.Padding[0] + i*v.Dilation[0]
					if y < 0 || y >= v.from.Height {
						clear(pixels)
						continue
					}
					source := x[(c*v.from.Height+y)*v.from.Width:][:v.from.Width]
					takeEvery(pixels, source, from*v.Stride[1]-v.Padding[1]+j*v.Dilation[1], v.Stride[1])
				}
			}
		}
	}
}

// takeEvery sets dst to every step-th number of a line, from a place on; outside it there are zeros.
func takeEvery[T Float](dst, line []T, from, step int) {
	if step > 1 {
		for i := range dst {
			dst[i] = 0
			if at := from + i*step; at >= 0 && at < len(line) {
				dst[i] = line[at]
			}
		}
		return
	}
	before := min(max(-from, 0), len(dst))
	clear(dst[:before])
	copied := 0
	if at := from + before; at >= 0 && at < len(line) {
		copied = copy(dst[before:], line[at:])
	}
	clear(dst[before+copied:])
}
