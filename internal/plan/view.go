package plan

import "slices"

// An operand is a view of a buffer: the buffer's entries as an array of shape
// root, with its axes permuted, repeated, cut, walked in steps, or all of it.
type operand struct {
	buf   int
	root  []int // shape of the buffer, without axes of size 1
	dims  []int // shape of the view
	axes  []int // axes[i] is the axis of root that axis i of the view walks, or -1 if its entries repeat
	start []int // where the view starts on each axis of root; nil if at 0 on all
	steps []int // how far the view's neighbours are apart on each axis of root; nil if 1 on all

	within bool // root is the shape of a part of the buffer, whose entries lie side by side
	base   int  // and this is where the part starts
}

// whole returns the view of all of buf as an array of the given shape.
func whole(buf int, shape []int) operand {
	root := squeeze(shape)
	axes, next := make([]int, len(shape)), 0
	for i, d := range shape {
		axes[i] = -1
		if d > 1 {
			axes[i] = next
			next++
		}
	}
	return operand{buf: buf, root: root, dims: shape, axes: axes}
}

// repeated returns the view of a buffer of one entry as an array.
func repeated(buf int, shape []int) operand {
	axes := make([]int, len(shape))
	for i := range axes {
		axes[i] = -1
	}
	return operand{buf: buf, dims: shape, axes: axes}
}

// squeeze returns shape without its axes of size 1.
func squeeze(shape []int) []int {
	var s []int
	for _, d := range shape {
		if d > 1 {
			s = append(s, d)
		}
	}
	return s
}

// squeezed returns the view without its axes of size 1.
func (op operand) squeezed() operand {
	var axes []int
	for i, d := range op.dims {
		if d > 1 {
			axes = append(axes, op.axes[i])
		}
	}
	op.dims, op.axes = squeeze(op.dims), axes
	return op
}

// transposed returns the view with axis perm[i] as axis i.
func (op operand) transposed(perm []int) operand {
	dims, axes := make([]int, len(perm)), make([]int, len(perm))
	for i, p := range perm {
		dims[i], axes[i] = op.dims[p], op.axes[p]
	}
	op.dims, op.axes = dims, axes
	return op
}

// sliced returns the view of n entries of an axis, from the given one on and a step
// apart, which may be below zero.
func (op operand) sliced(axis, from, n, step int) operand {
	dims, axes := slices.Clone(op.dims), slices.Clone(op.axes)
	dims[axis] = n
	if a := axes[axis]; a >= 0 {
		if from > 0 { // else all of an axis is the same view as before
			op.start = append(make([]int, 0, len(op.root)), op.start...)[:len(op.root)]
			op.start[a] += from * op.step(a)
		}
		if n == 1 {
			axes[axis] = -1
		} else if step != 1 {
			op.steps = op.stepped(a, step)
		}
	}
	op.dims, op.axes = dims, axes
	return op
}

// step returns how far neighbours are apart on an axis of root.
func (op operand) step(axis int) int {
	if op.steps == nil {
		return 1
	}
	return op.steps[axis]
}

// stepped returns the steps with that of an axis of root multiplied.
func (op operand) stepped(axis, by int) []int {
	steps := slices.Repeat([]int{1}, len(op.root))
	copy(steps, op.steps)
	steps[axis] *= by
	if !slices.ContainsFunc(steps, func(s int) bool { return s != 1 }) {
		return nil
	}
	return steps
}

// backward reports whether the view walks an axis from its end on.
func (op operand) backward() bool {
	return slices.ContainsFunc(op.axes, func(a int) bool { return a >= 0 && op.step(a) < 0 })
}

// broadcast returns the view repeated to the given shape.
func (op operand) broadcast(shape []int) operand {
	lead := len(shape) - len(op.dims)
	axes := make([]int, len(shape))
	for i := range axes {
		axes[i] = -1
		if i >= lead {
			axes[i] = op.axes[i-lead] // -1 where the size was 1
		}
	}
	op.dims, op.axes = shape, axes
	return op
}

// reshaped returns the view with another shape of the same size. It reports
// false if no view has it. A buffer that may come in column-major order, twoWay,
// cannot be read anew in row-major order.
func (op operand) reshaped(shape []int, twoWay bool) (operand, bool) {
	s := op.squeezed()
	if slices.Equal(s.dims, squeeze(shape)) { // axes of size 1 come and go
		axes, next := make([]int, len(shape)), 0
		for i, d := range shape {
			axes[i] = -1
			if d > 1 {
				axes[i] = s.axes[next]
				next++
			}
		}
		op.dims, op.axes = shape, axes
		return op, true
	}
	if len(op.root) == 0 {
		r := repeated(op.buf, shape)
		r.within, r.base = op.within, op.base
		return r, true
	}
	if op.contiguous() && !twoWay {
		r := whole(op.buf, shape)
		r.within, r.base = op.within, op.base
		return r, true
	}
	return op, false
}

// identity reports whether the view is all of the buffer's array as it is.
func (op operand) identity() bool { return !op.within && op.contiguous() }

// contiguous reports whether the view is all of the array of root as it is.
func (op operand) contiguous() bool {
	next := 0
	for i, d := range op.dims {
		if d > 1 {
			if op.axes[i] != next || op.root[next] != d || op.step(next) != 1 {
				return false
			}
			next++
		}
	}
	return next == len(op.root)
}

func (op operand) equal(o operand) bool {
	return op.buf == o.buf && op.within == o.within && op.base == o.base && slices.Equal(op.root, o.root) &&
		slices.Equal(op.dims, o.dims) && slices.Equal(op.axes, o.axes) &&
		slices.Equal(op.start, o.start) && slices.Equal(op.steps, o.steps)
}

// strides sets dst to the strides of the view's axes in its buffer, which is
// row-major or column-major. It allocates nothing if dst has the room.
func (op operand) strides(dst []int, colMajor bool) []int {
	dst = dst[:0]
	for _, a := range op.axes {
		s := 0
		if a >= 0 {
			s = op.stride(a, colMajor) * op.step(a)
		}
		dst = append(dst, s)
	}
	return dst
}

// stride returns the distance of neighbours along an axis of root.
func (op operand) stride(axis int, colMajor bool) int {
	if colMajor {
		return volume(op.root[:axis])
	}
	return volume(op.root[axis+1:])
}

// offset returns where the first entry of the view lies in its buffer.
func (op operand) offset(colMajor bool) int {
	total := op.base
	for axis, from := range op.start {
		total += from * op.stride(axis, colMajor)
	}
	return total
}
