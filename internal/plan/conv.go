package plan

import "chainrule/internal/kernel"

// The convolutions. Each is linear in both operands, and their derivatives are one another.
// All are matrix products with what the window sees: of an image with C channels, in G
// groups, that is for each group a matrix with a row for each of its C/G channels and each
// entry of the window, and a column for each position and example.
var (
	// Conv is In[1], weights (out, C/G, …), times what the window sees of In[0], images.
	Conv = &kind{name: "conv", lower: (*builder).conv, tail: tailOfOwn, byView: true,
		units: convUnits,
		cost:  convCost, flop: convFlop,
		run: runners{newConvRunner[float64], newConvRunner[float32]},
	}

	// ConvTranspose is the transposed weights In[1] times In[0], of the shape of Conv's
	// result, each entry added to where the window sees it. An entry of the result is 0 plus
	// what is added to it, from the first row of positions to the last and for each
	// from the first column of the window to the last.
	ConvTranspose = &kind{name: "convtranspose", lower: (*builder).convTranspose, byView: true,
		units: func(in *instr) int { return in.win.channels },
		cost:  convCost, flop: convFlop,
		run: runners{newConvTransposeRunner[float64], newConvTransposeRunner[float32]},
	}

	// ConvWeights is In[1], of the shape of Conv's result, times the transpose of what the
	// window sees of In[0], images: the derivative with respect to the weights.
	ConvWeights = &kind{name: "convweights", lower: (*builder).convWeights, byView: true,
		units: func(in *instr) int { return in.win.channels },
		cost:  convCost, flop: convFlop,
		run: runners{newConvWeightsRunner[float64], newConvWeightsRunner[float32]},
	}
)

func (b *builder) conv(n *Node) operand {
	image := b.src.Nodes[n.In[0]].Shape
	return b.emit(n, &instr{ins: b.flats(n), win: newFrame(*n.Window, image, n.Shape)})
}

func (b *builder) convTranspose(n *Node) operand {
	seen := b.src.Nodes[n.In[0]].Shape
	return b.emit(n, &instr{ins: b.flats(n), win: newFrame(*n.Window, n.Shape, seen)})
}

func (b *builder) convWeights(n *Node) operand {
	image, seen := b.src.Nodes[n.In[0]].Shape, b.src.Nodes[n.In[1]].Shape
	return b.emit(n, &instr{ins: b.flats(n), win: newFrame(*n.Window, image, seen)})
}

// weights returns how many entries the weights have.
func (in *instr) weights() int {
	f := in.win
	return f.out / f.Groups * f.channels * f.taps()
}

// convFlop counts the operations: each weight meets each position.
func convFlop(in *instr) int64 { return 2 * int64(in.weights()) * int64(in.win.seen()) }

func convCost(in *instr) float64 { return float64(convFlop(in)) / 2 * multiplyCost }

// blocks returns into how many blocks of a width n columns fall.
func blocks(n, width int) int { return (n + width - 1) / width }

// seenSize is how many entries of what the window sees are laid out at once, so that they
// stay in the second-level cache.
const seenSize = 1 << 16

// blockWidth returns how many of n columns with so many rows are laid out at once.
func blockWidth(rows, n int) int { return min(n, max(seenSize/rows/32, 4)*32) }

// convWidth returns how many columns Conv works on at once.
func convWidth(in *instr) int {
	f := in.win
	return blockWidth(f.channels/f.Groups*f.taps(), f.seen())
}

// byRows reports whether Conv works on rows of positions, which are long enough and
// follow the rows of the image entry by entry.
func (f *frame) byRows() bool {
	return f.Stride[1] == 1 && !f.isPoint() && f.rows >= 4 && f.cols*f.m >= 64
}

// convUnits returns how many rows of positions, or else blocks of columns, all groups have.
func convUnits(in *instr) int {
	f := in.win
	if f.byRows() {
		return f.Groups * f.rows
	}
	return f.Groups * blocks(f.seen(), convWidth(in))
}

// convRunner runs a Conv instruction.
type convRunner[T kernel.Float] struct {
	*frame
	out, x, w int
	product   kernel.Product[T] // of a group
	width     int               // columns that are laid out at once
	unit      int               // columns of a unit
	runs      *paddedRows[T]    // if nothing but padding has to be laid out
	tail      *productTail[T]   // nil if there is none
}

func newConvRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	f := in.win
	r := &convRunner[T]{frame: f, out: in.out, x: in.ins[0].buf, w: in.ins[1].buf, width: convWidth(in)}
	r.unit = r.width
	if f.byRows() {
		r.unit = f.cols * f.m
	}
	p := &r.product
	p.M, p.N, p.K = f.out/f.Groups, f.seen(), f.channels/f.Groups*f.taps()
	p.ARow, p.ACol, p.BRow, p.BCol = p.K, 1, r.width, 1
	if in.tail != nil {
		r.tail = newProductTail(l, in, p.N)
	}
	if f.byRows() && kernel.RunsWork[T](p.N, p.K) {
		r.runs = newPaddedRows[T](f)
		l.needWork(r.runs.size() + p.M*r.unit)
	} else {
		l.needWork(p.K*r.width + kernel.GemmWork[T](p.M, p.N, p.K))
	}
	return r
}

func (r *convRunner[T]) bind(m *Machine[T]) {
	if r.tail != nil {
		r.tail.bind(m)
	}
}

func (r *convRunner[T]) run(m *Machine[T], l *lane[T], from, to int) {
	if r.tail != nil {
		r.tail.begin()
	}
	each := blocks(r.product.N, r.unit)
	for from < to {
		group := from / each
		next := min(to, (group+1)*each)
		at, end := from%each*r.unit, min((next-group*each)*r.unit, r.product.N)
		if r.runs != nil {
			r.rowsOf(m, l, group, at/r.unit, end/r.unit)
		} else {
			r.columnsOf(m, l, group, at, end)
		}
		from = next
	}
	r.product.A, r.product.B = nil, nil
}

// columnsOf computes columns of a group from what the window sees, laid out.
func (r *convRunner[T]) columnsOf(m *Machine[T], l *lane[T], group, at, end int) {
	p, x := &r.product, m.bufs[r.x]
	seen, work := l.work[:p.K*r.width], l.work[p.K*r.width:]
	first := group * r.channels / r.Groups
	p.A = m.bufs[r.w][group*p.M*p.K:]
	for ; at < end; at += r.width {
		n := min(r.width, end-at)
		if r.isPoint() {
			p.B, p.BRow = x[first*p.N+at:], p.N
		} else {
			columns(r.frame, seen, r.width, x, first, first+r.channels/r.Groups, at, at+n)
			p.B = seen
		}
		part, start := kernel.Part{RowTo: p.M, ColTo: n}, group*p.M*p.N+at
		if r.tail == nil {
			p.Into(part, m.bufs[r.out][start:], p.N, work)
		} else {
			r.tail.to(m, l, start, p, part, work)
		}
	}
}

// rowsOf computes rows of positions of a group, from the rows of the images themselves.
func (r *convRunner[T]) rowsOf(m *Machine[T], l *lane[T], group, at, end int) {
	p, n := &r.product, r.unit
	w, product := m.bufs[r.w][group*p.M*p.K:], l.work[r.runs.size():]
	first := group * r.channels / r.Groups
	for ; at < end; at += r.runs.high {
		high := min(r.runs.high, end-at)
		rows := r.runs.lay(m.bufs[r.x], l.work, first, at, high)
		for i := range high {
			b, start := rows[i*r.runs.step:], group*p.M*p.N+(at+i)*n
			if r.tail == nil {
				r.runs.Product(p.M, n, w, b, m.bufs[r.out][start:], p.N)
				continue
			}
			r.runs.Product(p.M, n, w, b, product, n)
			r.tail.block(m, l, start, p.M, n, product)
		}
	}
}

// convWeightsRunner runs a ConvWeights instruction. Where there are channels enough to fill a
// tile it computes the transpose of the weights: what the window sees times the transpose of
// In[1], of which less is to be laid out anew.
type convWeightsRunner[T kernel.Float] struct {
	*frame
	out, x, dy int
	product    kernel.Product[T] // of a group, with the terms of one chain
	positions  int               // terms in all
	depth      int               // terms of a chain
	each       int               // channels of a group of positions
	most       int               // channels of images that are laid out at once
	stride     int               // of what is laid out
	transposed bool
	add        func(dst, x, y []T)
}

// tileColumns is how many columns a product should have.
const tileColumns = 16

func newConvWeightsRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	f := in.win
	r := &convWeightsRunner[T]{frame: f, out: in.out, x: in.ins[0].buf, dy: in.ins[1].buf, positions: f.seen(), each: f.out / f.Groups,
		add: kernel.BinaryLoop[T](&kernel.Func{Code: kernel.Add})}
	p := &r.product
	p.N = f.channels / f.Groups * f.taps() // which says how the terms are added
	r.depth = kernel.ChainDepth[T](p.N, r.positions)
	r.most, r.stride = min(f.channels/f.Groups, max(1, seenSize/r.depth/f.taps())), seenStride(r.depth)
	rows := r.most * f.taps()
	r.transposed = r.each >= tileColumns
	p.ARow, p.ACol, p.BRow, p.BCol = r.positions, 1, 1, r.stride
	if r.transposed {
		p.ARow, p.BCol = r.stride, r.positions
	}
	work := max(kernel.GemmWork[T](r.each, p.N, r.depth), kernel.GemmWork[T](rows, r.each, r.depth), kernel.GemmWork[T](rows, p.N, r.depth))
	l.needWork(rows*r.stride + 2*rows*r.each + work)
	return r
}

// seenStride returns how far apart rows of n entries are laid out: not as far as lines that
// compete for one place in the cache.
func seenStride(n int) int { return (n+15)/16*16 + 16 }

func (r *convWeightsRunner[T]) bind(*Machine[T]) {}

func (r *convWeightsRunner[T]) run(m *Machine[T], l *lane[T], from, to int) {
	each := r.channels / r.Groups
	for from < to {
		group := from / each
		n := min(to-from, r.most, (group+1)*each-from)
		r.some(m, l, group, from, n)
		from += n
	}
	r.product.A, r.product.B = nil, nil
}

// some computes the weights of n channels of a group, from the given one on.
func (r *convWeightsRunner[T]) some(m *Machine[T], l *lane[T], group, channel, n int) {
	p, rows := &r.product, n*r.taps()
	seen, work := l.work[:rows*r.stride], l.work[rows*r.stride:]
	sum, next, work := work[:rows*r.each], work[rows*r.each:][:rows*r.each], work[2*rows*r.each:]
	part, dst, wide := kernel.Part{RowTo: r.each, ColTo: rows}, sum, rows
	if r.transposed {
		part, wide = kernel.Part{RowTo: rows, ColTo: r.each}, r.each
	}
	for at := 0; at < r.positions; at += r.depth {
		p.K = min(r.depth, r.positions-at)
		columns(r.frame, seen, r.stride, m.bufs[r.x], channel, channel+n, at, at+p.K)
		p.A, p.B = m.bufs[r.dy][group*r.each*r.positions+at:], seen
		if r.transposed {
			p.A, p.B = p.B, p.A
		}
		p.Into(part, dst, wide, work)
		if at > 0 {
			r.add(sum, sum, next)
		}
		dst = next
	}
	out := m.bufs[r.out][group*r.each*p.N+(channel-group*r.channels/r.Groups)*r.taps():]
	for o := range r.each {
		if r.transposed {
			kernel.Gather(out[o*p.N:][:rows], sum, o, r.each)
		} else {
			copy(out[o*p.N:], sum[o*rows:][:rows])
		}
	}
}

// convTransposeRunner runs a ConvTranspose instruction.
type convTransposeRunner[T kernel.Float] struct {
	*frame
	out, dy, w int
	product    kernel.Product[T] // of a group
	most       int               // channels that are computed at once
	high       int               // and rows of positions
	add        func(dst, x, y []T)
}

func newConvTransposeRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	f := in.win
	r := &convTransposeRunner[T]{frame: f, out: in.out, dy: in.ins[0].buf, w: in.ins[1].buf,
		add: kernel.BinaryLoop[T](&kernel.Func{Code: kernel.Add})}
	p, line := &r.product, f.cols*f.m
	p.M, p.N, p.K = f.channels/f.Groups*f.taps(), f.seen(), f.out/f.Groups
	p.ARow, p.ACol, p.BRow, p.BCol = 1, p.M, p.N, 1
	r.most = min(f.channels/f.Groups, max(1, seenSize/(f.taps()*line)))
	r.high = min(f.rows, max(1, seenSize/(r.most*f.taps()*line)))
	l.needWork(r.most*f.taps()*r.high*line + kernel.GemmWork[T](p.M, p.N, p.K))
	return r
}

func (r *convTransposeRunner[T]) bind(*Machine[T]) {}

func (r *convTransposeRunner[T]) run(m *Machine[T], l *lane[T], from, to int) {
	each := r.channels / r.Groups
	for from < to {
		group := from / each
		n := min(to-from, r.most, (group+1)*each-from)
		r.some(m, l, group, from, n)
		from += n
	}
	r.product.A, r.product.B = nil, nil
}

// some computes n channels of a group, from the given one on.
func (r *convTransposeRunner[T]) some(m *Machine[T], l *lane[T], group, channel, n int) {
	p, taps, line := &r.product, r.taps(), r.cols*r.m
	first := (channel - group*r.channels/r.Groups) * taps
	p.A = m.bufs[r.w][group*p.M*p.K+first:]
	out := m.bufs[r.out][channel*r.plane():][:n*r.plane()]
	clear(out)
	for i := 0; i < r.rows; i += r.high {
		high := min(r.high, r.rows-i)
		wide := high * line
		seen, work := l.work[:n*taps*wide], l.work[n*taps*wide:]
		p.B = m.bufs[r.dy][group*p.K*p.N+i*line:]
		p.Into(kernel.Part{RowTo: n * taps, ColTo: wide}, seen, wide, work)
		for h := range high {
			for c := range n {
				for tap := range taps {
					row := seen[(c*taps+tap)*wide+h*line:][:line]
					putBack(r.frame, r.add, out[c*r.plane():][:r.plane()], row, i+h, tap/r.Size[1], tap%r.Size[1])
				}
			}
		}
	}
}
