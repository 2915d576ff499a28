package plan

import "chainrule/internal/kernel"

// The convolutions. Each is linear in both operands, and their derivatives are one another.
// All are matrix products with what the window sees: of an image with C channels, in G
// groups, that is for each group a matrix with a row for each of its C/G channels and each
// entry of the window, and a column for each position and example.
var (
	// Conv is In[1], weights (out, C/G, …), times what the window sees of In[0], images.
	Conv = &kind{name: "conv", lower: (*builder).conv, tail: tailOfOwn, byView: true,
		units: func(in *instr) int { return in.win.Groups * blocks(in.win.seen(), convWidth(in)) },
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

// convRunner runs a Conv instruction.
type convRunner[T kernel.Float] struct {
	*frame
	out, x, w int
	product   kernel.Product[T] // of a group
	width     int               // columns that are laid out at once
	tail      *productTail[T]   // nil if there is none
}

func newConvRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	f := in.win
	r := &convRunner[T]{frame: f, out: in.out, x: in.ins[0].buf, w: in.ins[1].buf, width: convWidth(in)}
	p := &r.product
	p.M, p.N, p.K = f.out/f.Groups, f.seen(), f.channels/f.Groups*f.taps()
	p.ARow, p.ACol, p.BRow, p.BCol = p.K, 1, r.width, 1
	if in.tail != nil {
		r.tail = newProductTail(l, in, p.N)
	}
	l.needWork(p.K*r.width + kernel.GemmWork[T](p.M, p.N, p.K))
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
	p, x, each := &r.product, m.bufs[r.x], blocks(r.product.N, r.width)
	seen, work := l.work[:p.K*r.width], l.work[p.K*r.width:]
	for unit := from; unit < to; unit++ {
		group, at := unit/each, unit%each*r.width
		n := min(r.width, p.N-at)
		first := group * r.channels / r.Groups
		p.A = m.bufs[r.w][group*p.M*p.K:]
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
	p.A, p.B = nil, nil
}

// convWeightsRunner runs a ConvWeights instruction.
type convWeightsRunner[T kernel.Float] struct {
	*frame
	out, x, dy int
	product    kernel.Product[T] // of a group, with the terms of one chain
	positions  int               // terms in all
	depth      int               // terms of a chain
	most       int               // channels that are laid out at once
	add        func(dst, x, y []T)
}

func newConvWeightsRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	f := in.win
	r := &convWeightsRunner[T]{frame: f, out: in.out, x: in.ins[0].buf, dy: in.ins[1].buf, positions: f.seen(),
		add: kernel.BinaryLoop[T](&kernel.Func{Code: kernel.Add})}
	p := &r.product
	p.M, p.N = f.out/f.Groups, f.channels/f.Groups*f.taps()
	r.depth = kernel.ChainDepth[T](p.N, r.positions)
	r.most = min(f.channels/f.Groups, max(1, seenSize/r.depth/f.taps()))
	p.ARow, p.ACol, p.BRow = r.positions, 1, 1
	rows := r.most * f.taps()
	l.needWork(rows*seenStride(r.depth) + p.M*rows + kernel.GemmWork[T](p.M, p.N, r.depth))
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
	p, taps := &r.product, r.taps()
	rows, stride := n*taps, seenStride(r.depth)
	seen, sum, work := l.work[:rows*stride], l.work[rows*stride:][:p.M*rows], l.work[rows*stride+p.M*rows:]
	out := m.bufs[r.out][group*p.M*p.N+(channel-group*r.channels/r.Groups)*taps:]
	p.B, p.BCol = seen, stride
	for at := 0; at < r.positions; at += r.depth {
		p.K = min(r.depth, r.positions-at)
		columns(r.frame, seen, stride, m.bufs[r.x], channel, channel+n, at, at+p.K)
		p.A = m.bufs[r.dy][group*p.M*r.positions+at:]
		part := kernel.Part{RowTo: p.M, ColTo: rows}
		if at == 0 {
			p.Into(part, out, p.N, work)
			continue
		}
		p.Into(part, sum, rows, work)
		for o := range p.M {
			dst := out[o*p.N:][:rows]
			r.add(dst, dst, sum[o*rows:][:rows])
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
