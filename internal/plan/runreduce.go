package plan

import "chainrule/internal/kernel"

// reduceRunner runs a reduction. The trailing axes that are
// alike, all reduced or all kept, are walked in order; those before them are
// split into kept and reduced ones.
type reduceRunner[T kernel.Float] struct {
	out  int
	in   access[T]
	join func(dst, x, y []T) // entry by entry
	fold kernel.Fold[T]      // of a run
	part kernel.Partial16[T] // of a run that comes in blocks
	one  [1]T                // of a run, or of a leaf or block of it
	most [1]T                // of the blocks of a run before
	runs bool                // the trailing axes are reduced
	len  int                 // entries of the trailing axes
	rows int                 // runs that are loaded at once, where each makes an entry of the result

	head, tail     *mapRunner[T] // nil if there is none
	source, result []T           // what the head ends with, and what the tail starts with

	kept, reduced       grid // axes before the trailing ones
	keptLen, reducedLen int  // entries of these

	within, across cascade[T] // of the leaves of a run, and of those of the terms
}

// A grid is some axes of a row-major array, by size and stride.
type grid struct{ dims, strides []int }

// add adds an axis inside the others.
func (g *grid) add(dim, stride int) {
	if k := len(g.dims) - 1; k >= 0 && g.strides[k] == dim*stride {
		g.dims[k] *= dim
		g.strides[k] = stride
		return
	}
	g.dims, g.strides = append(g.dims, dim), append(g.strides, stride)
}

// offset returns where entry i, in row-major order, lies.
func (g *grid) offset(i int) int {
	offset := 0
	for a := len(g.dims) - 1; a > 0; a-- {
		q := i / g.dims[a]
		offset += (i - q*g.dims[a]) * g.strides[a]
		i = q
	}
	if len(g.dims) > 0 {
		offset += i * g.strides[0]
	}
	return offset
}

func newReduceRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	op, join := in.ins[0], in.kind.join
	r := &reduceRunner[T]{
		out: in.out, in: newAccess(op, l.slot(in.holds[0])),
		join: kernel.BinaryLoop[T](&kernel.Func{Code: join}), fold: kernel.FoldOf[T](join),
	}
	outer := len(op.dims) - 1
	r.runs = in.red[outer]
	for outer > 0 && in.red[outer-1] == r.runs {
		outer--
	}
	r.len = volume(op.dims[outer:])
	for i, d := range op.dims[:outer] {
		g := &r.kept
		if in.red[i] {
			g = &r.reduced
		}
		g.add(d, volume(op.dims[i+1:]))
	}
	r.keptLen, r.reducedLen = volume(r.kept.dims), volume(r.reduced.dims)
	if in.sumsRows() {
		r.rows = block / r.len
	}
	width := 1
	if !r.runs {
		width = min(block, r.len)
	} else if !r.fold.ByBlocks {
		r.within = newCascade(r.join, leaves(r.len, leafRun), 1)
	}
	r.across = newCascade(r.join, leaves(r.reducedLen, leafTerms), width)
	if in.head != nil {
		r.head, r.source = newMapRunner(l, in.head, -1), l.slot(in.from)
	}
	if in.tail != nil {
		r.tail, r.result = newMapRunner(l, in.tail, in.at), l.slot(in.slot)
	}
	return r
}

func (r *reduceRunner[T]) bind(m *Machine[T]) {
	if r.head != nil {
		r.head.bind(m)
	} else {
		r.in.bind(m)
	}
	if r.tail != nil {
		r.tail.bind(m)
	}
}

// run computes entries of the result, or blocks of its rows where the trailing
// axes are kept.
func (r *reduceRunner[T]) run(m *Machine[T], l *lane[T], from, to int) {
	if r.head != nil {
		r.head.begin()
	} else {
		r.in.begin()
	}
	if r.tail != nil {
		r.tail.begin()
	}
	if !r.runs {
		for i := from; i < to; i++ {
			r.joinBlock(m, l, i)
		}
		return
	}
	for i := from; i < to; i += block {
		n := min(block, to-i)
		dst := r.room(m, i, n)
		if r.rows > 1 {
			r.reduceRows(m, l, dst, i)
		} else {
			for j := range dst {
				r.reduceRuns(m, l, dst[j:j+1], r.kept.offset(i+j))
			}
		}
		r.finish(m, l, i, dst)
	}
}

// room returns where n entries of the result from pos on are computed.
func (r *reduceRunner[T]) room(m *Machine[T], pos, n int) []T {
	if r.tail != nil {
		return r.result[:n]
	}
	return m.bufs[r.out][pos : pos+n]
}

// finish computes the tail for entries of the result.
func (r *reduceRunner[T]) finish(m *Machine[T], l *lane[T], pos int, entries []T) {
	if r.tail != nil {
		r.tail.compute(m, l, pos, m.bufs[r.out][pos:pos+len(entries)], entries)
	}
}

// load returns the n entries of the operand from pos on, at most a block if it
// is not flat.
func (r *reduceRunner[T]) load(m *Machine[T], l *lane[T], pos, n int) []T {
	if r.head == nil {
		return r.in.load(m, pos, n)
	}
	x := r.source[:n]
	r.head.compute(m, l, pos, x, nil)
	return x
}

// reduceRows sets dst to what the runs from number i on come to, of which several are
// one load.
func (r *reduceRunner[T]) reduceRows(m *Machine[T], l *lane[T], dst []T, i int) {
	for len(dst) > 0 {
		n := min(r.rows, len(dst))
		x := r.load(m, l, i*r.len, n*r.len)
		for j := range n {
			dst[j] = r.fold.Of(x[j*r.len:][:r.len])
		}
		i, dst = i+n, dst[n:]
	}
}

// reduceRuns sets dst, one entry, to what the runs that start at base and behind
// it come to.
func (r *reduceRunner[T]) reduceRuns(m *Machine[T], l *lane[T], dst []T, base int) {
	for j := range r.reducedLen {
		v := r.reduceRun(m, l, base+r.reduced.offset(j))
		if j%leafTerms == 0 {
			dst[0] = v
		} else {
			r.one[0] = v
			r.join(dst, dst, r.one[:]) // which NaN stays is a matter of the loop
		}
		r.endTerm(j, dst)
	}
}

// endTerm is called when dst is what the terms of a leaf up to term j come to. It
// sets dst to what all come to after the last.
func (r *reduceRunner[T]) endTerm(j int, dst []T) {
	last := j == r.reducedLen-1
	if r.reducedLen <= leafTerms || !last && (j+1)%leafTerms != 0 {
		return
	}
	r.across.add(dst)
	if last {
		r.across.total(dst)
	}
}

// reduceRun returns what the run that starts at entry pos comes to.
func (r *reduceRunner[T]) reduceRun(m *Machine[T], l *lane[T], pos int) T {
	switch {
	case r.fold.ByBlocks:
		return r.reduceBlocks(m, l, pos)
	case r.len <= leafRun:
		return r.reduceLeaf(m, l, pos, r.len)
	}
	for end := pos + r.len; pos < end; pos += leafRun {
		r.one[0] = r.reduceLeaf(m, l, pos, min(leafRun, end-pos))
		r.within.add(r.one[:])
	}
	r.within.total(r.one[:])
	return r.one[0]
}

// reduceLeaf returns what n entries of a run from pos on come to.
func (r *reduceRunner[T]) reduceLeaf(m *Machine[T], l *lane[T], pos, n int) T {
	if n <= block || r.head == nil && r.in.isFlat {
		return r.fold.Of(r.load(m, l, pos, n))
	}
	r.fold.Start(&r.part)
	for end := pos + n; pos < end; pos += block { // block is a multiple of 16
		r.fold.Add(&r.part, r.load(m, l, pos, min(block, end-pos)))
	}
	return r.fold.Total(&r.part)
}

// reduceBlocks returns what the blocks of the run that starts at entry pos come to.
func (r *reduceRunner[T]) reduceBlocks(m *Machine[T], l *lane[T], pos int) T {
	end := pos + r.len
	r.most[0] = r.fold.Of(r.load(m, l, pos, min(block, end-pos)))
	for pos += block; pos < end; pos += block {
		r.one[0] = r.fold.Of(r.load(m, l, pos, min(block, end-pos)))
		r.join(r.most[:], r.most[:], r.one[:])
	}
	return r.most[0]
}

// joinBlock computes block i of the result, counted row by row.
func (r *reduceRunner[T]) joinBlock(m *Machine[T], l *lane[T], i int) {
	blocks := (r.len + block - 1) / block
	row, from := i/blocks, i%blocks*block
	dst := r.room(m, row*r.len+from, min(block, r.len-from))
	base := r.kept.offset(row) + from
	for j := range r.reducedLen {
		x := r.load(m, l, base+r.reduced.offset(j), len(dst))
		if j%leafTerms == 0 {
			copy(dst, x)
		} else {
			r.join(dst, dst, x)
		}
		r.endTerm(j, dst)
	}
	r.finish(m, l, row*r.len+from, dst)
}
