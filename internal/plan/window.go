package plan

import "chainrule/internal/kernel"

// A Window says where the window of a convolution or of pooling lies: its entry (a, b)
// for position (i, j) is pixel i·Stride − Padding + a·Dilation of the image, of each of
// the two axes. Pixels outside the image are 0 in a convolution, and left out in pooling.
// Every size, stride and dilation is at least 1.
type Window struct {
	Size, Stride, Padding, Dilation [2]int
	Groups                          int // of a convolution: parts of the channels that are not mixed
}

// A frame is a window over images. Images have the shape (channels, height, width, m), and
// what is computed at its positions (out, rows, cols, m): the last axis is that of the
// examples, and the window is the same for all of them.
type frame struct {
	Window
	channels, height, width int
	out, rows, cols         int
	m                       int
}

// newFrame returns the frame of images of one shape and positions of the other.
func newFrame(w Window, image, seen []int) *frame {
	return &frame{Window: w, channels: image[0], height: image[1], width: image[2],
		out: seen[0], rows: seen[1], cols: seen[2], m: image[3]}
}

// taps returns how many entries the window has.
func (f *frame) taps() int { return f.Size[0] * f.Size[1] }

// plane and seen return how many entries a channel of images has, and one of positions.
func (f *frame) plane() int { return f.height * f.width * f.m }
func (f *frame) seen() int  { return f.rows * f.cols * f.m }

// isPoint reports whether what the window sees is the image itself.
func (f *frame) isPoint() bool {
	return f.Size == [2]int{1, 1} && f.Stride == [2]int{1, 1} && f.Padding == [2]int{}
}

// isPadded reports whether there is padding.
func (f *frame) isPadded() bool { return f.Padding != [2]int{} }

// row returns which row of the image entry a of the window lies in at row i of the
// positions, and whether there is one.
func (f *frame) row(i, a int) (u int, ok bool) {
	u = i*f.Stride[0] - f.Padding[0] + a*f.Dilation[0]
	return u, u >= 0 && u < f.height
}

// A stretch is a part of a row of positions, in entries, and where it lies in a row of the
// image; of what is before and behind it the image has nothing.
type stretch struct{ from, to, at int }

// stretch returns, for a stride of 1, the stretch of positions from … to−1 of a row, in entries,
// for which column b of the window lies inside the image.
func (f *frame) stretch(b, from, to int) stretch {
	shift := (b*f.Dilation[1] - f.Padding[1]) * f.m
	lo := min(max(from, -shift), to)
	hi := min(to, f.width*f.m-shift)
	if hi <= lo {
		return stretch{from, from, 0}
	}
	return stretch{lo, hi, lo + shift}
}

// column returns the column of the image that column b of the window lies in at column
// j of the positions, and whether there is one.
func (f *frame) column(j, b int) (v int, ok bool) {
	v = j*f.Stride[1] - f.Padding[1] + b*f.Dilation[1]
	return v, v >= 0 && v < f.width
}

// columns sets dst, whose rows are stride apart, to what the window sees of channels first
// … last−1 at positions from … to−1, counted in entries: a row for each channel and entry
// of the window, in this order.
func columns[T kernel.Float](f *frame, dst []T, stride int, x []T, first, last, from, to int) {
	at := 0
	for c := first; c < last; c++ {
		channel := x[c*f.plane():][:f.plane()]
		for a := range f.Size[0] {
			for b := range f.Size[1] {
				see(f, dst[at:][:to-from], channel, a, b, from, to)
				at += stride
			}
		}
	}
}

// see sets dst to what entry (a, b) of the window sees of a channel.
func see[T kernel.Float](f *frame, dst, channel []T, a, b, from, to int) {
	width, line := f.cols*f.m, f.width*f.m
	for i, at := from/width, from%width; from < to; i, at = i+1, 0 {
		n := min(width-at, to-from)
		part := dst[:n]
		dst, from = dst[n:], from+n
		u, ok := f.row(i, a)
		if !ok {
			clear(part)
			continue
		}
		src := channel[u*line:][:line]
		if f.Stride[1] == 1 {
			r := f.stretch(b, at, at+n)
			clear(part[:r.from-at])
			copy(part[r.from-at:r.to-at], src[r.at:])
			clear(part[r.to-at:])
			continue
		}
		seeApart(f, part, src, b, at)
	}
}

// seeApart is see for a part of a row of positions that starts at an entry, for a stride
// above 1.
func seeApart[T kernel.Float](f *frame, part, src []T, b, at int) {
	for j, e := at/f.m, at%f.m; len(part) > 0; j, e = j+1, 0 {
		n := min(f.m-e, len(part))
		if v, ok := f.column(j, b); ok {
			copy(part[:n], src[v*f.m+e:])
		} else {
			clear(part[:n])
		}
		part = part[n:]
	}
}

// putBack adds a row of positions i, seen by entry (a, b) of the window, to where it lies in
// a channel.
func putBack[T kernel.Float](f *frame, add func(dst, x, y []T), channel, seen []T, i, a, b int) {
	u, ok := f.row(i, a)
	if !ok {
		return
	}
	dst := channel[u*f.width*f.m:][:f.width*f.m]
	if f.Stride[1] == 1 {
		if r := f.stretch(b, 0, f.cols*f.m); r.from < r.to {
			to := dst[r.at:][:r.to-r.from]
			add(to, to, seen[r.from:r.to])
		}
		return
	}
	for j := range f.cols {
		if v, ok := f.column(j, b); ok {
			to := dst[v*f.m:][:f.m]
			add(to, to, seen[j*f.m:][:f.m])
		}
	}
}

// flats returns the operands of n as whole arrays in row-major order, copied if they are none.
func (b *builder) flats(n *Node) []operand {
	var ins []operand
	for _, j := range n.In {
		op := b.vals[j]
		if !op.identity() || b.bufs[op.buf].twoWay {
			op = b.add(copying(op, n, ""))
		}
		ins = append(ins, op.squeezed())
	}
	return ins
}
