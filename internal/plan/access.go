package plan

import "chainrule/internal/kernel"

// An access reads an operand, a view without axes of size 1, in row-major
// order of the view.
type access[T kernel.Float] struct {
	op   operand
	held []T // room for a block that is not contiguous in memory; nil if all are

	// The layout in memory, with as few axes as it takes. There is at least one.
	dims, strides []int
	base          int   // place of the first entry
	isFlat        bool  // the view is contiguous in memory
	raw           []int // strides before axes are merged
	at            []int // place of an entry on the way

	spread int // held has this many entries that repeat the entry at from, or the row there
	from   int
}

func newAccess[T kernel.Float](op operand, held []T) access[T] {
	ints := make([]int, 4*(len(op.dims)+1))
	cut := func() []int {
		s := ints[: len(op.dims)+1 : len(op.dims)+1]
		ints = ints[len(s):]
		return s
	}
	return access[T]{op: op, held: held, dims: cut(), strides: cut(), raw: cut(), at: cut()}
}

// bind works out the layout in memory.
func (a *access[T]) bind(m *Machine[T]) {
	a.raw = a.op.strides(a.raw, m.colMajor(a.op.buf))
	a.base = a.op.offset(m.colMajor(a.op.buf))
	a.dims, a.strides = a.dims[:0], a.strides[:0]
	for i, d := range a.op.dims {
		s, k := a.raw[i], len(a.dims)-1
		if k >= 0 && a.strides[k] == d*s {
			a.dims[k] *= d
			a.strides[k] = s
			continue
		}
		a.dims, a.strides = append(a.dims, d), append(a.strides, s)
	}
	if len(a.dims) == 0 {
		a.dims, a.strides = append(a.dims, 1), append(a.strides, 1)
	}
	a.at = a.at[:len(a.dims)]
	a.isFlat = len(a.dims) == 1 && a.strides[0] == 1
}

// begin must be called before the loads of a run.
func (a *access[T]) begin() { a.spread = 0 }

// load returns the n entries from pos on. They lie in the operand's own memory
// where they are contiguous, else in held; n is at most block then.
func (a *access[T]) load(m *Machine[T], pos, n int) []T {
	src := m.bufs[a.op.buf]
	if a.isFlat {
		return src[a.base+pos:][:n]
	}
	last := len(a.dims) - 1
	offset := a.base + a.seek(pos)
	if stride := a.strides[last]; a.at[last]+n <= a.dims[last] {
		switch {
		case stride == 1:
			return src[offset:][:n]
		case stride == 0 && offset == a.from && n <= a.spread:
			return a.held[:n]
		}
	} else if offset == a.from && n <= min(a.spread, a.alike()) {
		return a.held[:n]
	}
	return a.gather(src, offset, n)
}

// number returns the entry that the n entries from pos on are all equal to. It
// reports false if they may differ.
func (a *access[T]) number(m *Machine[T], pos, n int) (v T, ok bool) {
	if len(a.op.root) == 0 {
		return m.bufs[a.op.buf][a.base], true
	}
	last := len(a.dims) - 1
	if a.strides[last] != 0 {
		return 0, false
	}
	offset := a.seek(pos)
	return m.bufs[a.op.buf][a.base+offset], a.at[last]+n <= a.dims[last]
}

// seek sets a.at to entry pos and returns its offset in memory.
func (a *access[T]) seek(pos int) int {
	offset := 0
	for i := len(a.dims) - 1; i > 0; i-- {
		q := pos / a.dims[i]
		a.at[i] = pos - q*a.dims[i]
		offset += a.at[i] * a.strides[i]
		pos = q
	}
	a.at[0] = pos
	return offset + pos*a.strides[0]
}

// alike returns how many entries whole rows along the last axis have that are alike,
// from a.at on: 0 if that is inside a row, or rows do not repeat.
func (a *access[T]) alike() int {
	last := len(a.dims) - 1
	if last == 0 || a.strides[last-1] != 0 || a.at[last] != 0 {
		return 0
	}
	return (a.dims[last-1] - a.at[last-1]) * a.dims[last]
}

// gather copies the n entries from a.at on, the first at offset, to held.
func (a *access[T]) gather(src []T, offset, n int) []T {
	last := len(a.dims) - 1
	stride := a.strides[last]
	a.spread = 0
	if stride == 0 && a.at[last]+n <= a.dims[last] || n <= a.alike() {
		a.spread, a.from = n, offset
	}
	dst := a.held[:n]
	for {
		row := min(a.dims[last]-a.at[last], len(dst))
		kernel.Gather(dst[:row], src, offset, stride)
		if all := min(a.alike(), len(dst)/row*row); all > row {
			a.at[last-1] += all/row - 1
			kernel.Repeat(dst[:all], row)
			row = all
		}
		dst = dst[row:]
		if len(dst) == 0 {
			break
		}
		offset = a.nextRow(offset - a.at[last]*stride)
	}
	return a.held[:n]
}

// nextRow moves a.at to the start of the next row along the last axis, given
// the offset of the start of this one, and returns the new offset.
func (a *access[T]) nextRow(offset int) int {
	last := len(a.dims) - 1
	a.at[last] = 0
	for i := last - 1; i >= 0; i-- {
		a.at[i]++
		offset += a.strides[i]
		if a.at[i] < a.dims[i] {
			break
		}
		offset -= a.dims[i] * a.strides[i]
		a.at[i] = 0
	}
	return offset
}
