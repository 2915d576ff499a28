package plan

import (
	"math"

	"chainrule/internal/kernel"
)

// Pooling joins what a window sees of each channel; pixels outside the image are left out.
// Entry (a, b) of the window has the number a·Size[1] + b. An index, which is the last operand
// of some, holds for each position the number of one entry.
var (
	// PoolMax is the largest pixel that the window sees; NaN if one is.
	PoolMax = &kind{name: "poolmax", lower: (*builder).pooling, byView: true,
		units: poolUnits, cost: poolCost, flop: poolFlop,
		run: runners{newPoolMax[float64], newPoolMax[float32]}}

	// PoolIndex is the number of the entry of the window that sees the first of the largest
	// pixels, where NaN is larger than all others. Each position sees a pixel.
	PoolIndex = &kind{name: "poolindex", lower: (*builder).pooling, byView: true,
		units: poolUnits, cost: poolCost, flop: poolFlop,
		run: runners{newPoolIndex[float64], newPoolIndex[float32]}}

	// PoolSum is 0 plus the pixels that the window sees, one after the other; with an index
	// only the one that has it.
	PoolSum = &kind{name: "poolsum", lower: (*builder).pooling, byView: true,
		units: poolUnits, cost: poolCost, flop: poolFlop,
		run: runners{newPoolSum[float64], newPoolSum[float32]}}

	// PoolSpread is 0 plus In[0] at the positions that see a pixel, or at which it has the
	// index: from the first row of positions to the last, and for each from the first column
	// of the window to the last.
	PoolSpread = &kind{name: "poolspread", lower: (*builder).spreading, byView: true,
		units: poolUnits, cost: poolCost, flop: poolFlop,
		run: runners{newPoolSpread[float64], newPoolSpread[float32]}}
)

func (b *builder) pooling(n *Node) operand {
	return b.emit(n, &instr{ins: b.flats(n), win: newFrame(*n.Window, b.src.Nodes[n.In[0]].Shape, n.Shape)})
}

func (b *builder) spreading(n *Node) operand {
	return b.emit(n, &instr{ins: b.flats(n), win: newFrame(*n.Window, n.Shape, b.src.Nodes[n.In[0]].Shape)})
}

// poolUnits counts channels.
func poolUnits(in *instr) int { return in.win.channels }

// poolFlop counts the pixels that windows see.
func poolFlop(in *instr) int64 {
	return int64(in.win.channels) * int64(in.win.taps()) * int64(in.win.seen())
}

func poolCost(in *instr) float64 { return float64(poolFlop(in)) * stepCost }

// poolRunner is what the runners of pooling have in common.
type poolRunner[T kernel.Float] struct {
	*frame
	out, x int
	other  int // In[1], or −1
	join   func(dst, x, y []T)
}

func newPoolRunner[T kernel.Float](in *instr, join kernel.Code) poolRunner[T] {
	r := poolRunner[T]{frame: in.win, out: in.out, x: in.ins[0].buf, other: -1, join: kernel.BinaryLoop[T](&kernel.Func{Code: join})}
	if len(in.ins) > 1 {
		r.other = in.ins[1].buf
	}
	return r
}

func (r *poolRunner[T]) bind(*Machine[T]) {}

// A poolStep works on neighbouring entries: of positions, the pixels that entry number tap of
// the window sees from there, and another array of the positions, nil if there is none.
type poolStep[T kernel.Float] func(seen, pixels, other []T, tap int)

// steps calls f for every position of a channel and every pixel that its window sees: from the
// first row of positions to the last, and for each from the first entry of the window to the last.
func (r *poolRunner[T]) steps(seen, pixels, other []T, f poolStep[T]) {
	wide, line := r.cols*r.m, r.width*r.m
	for i := range r.rows {
		row := seen[i*wide:][:wide]
		var also []T
		if other != nil {
			also = other[i*wide:][:wide]
		}
		for tap := range r.taps() {
			if u, ok := r.row(i, tap/r.Size[1]); ok {
				r.line(row, pixels[u*line:][:line], also, tap, f)
			}
		}
	}
}

// line is steps for a row of positions, a row of pixels and one entry of the window.
func (r *poolRunner[T]) line(seen, pixels, other []T, tap int, f poolStep[T]) {
	part := func(from, n, at int) {
		var also []T
		if other != nil {
			also = other[from:][:n]
		}
		f(seen[from:][:n], pixels[at:][:n], also, tap)
	}
	if r.Stride[1] == 1 {
		if s := r.stretch(tap%r.Size[1], 0, len(seen)); s.from < s.to {
			part(s.from, s.to-s.from, s.at)
		}
		return
	}
	for j := range r.cols {
		if v, ok := r.column(j, tap%r.Size[1]); ok {
			part(j*r.m, r.m, v*r.m)
		}
	}
}

// channel returns channel c of arrays of images, of positions and of In[1] at the positions.
func (r *poolRunner[T]) channel(m *Machine[T], c, images, positions int) (pixels, seen, other []T) {
	if r.other >= 0 {
		other = m.bufs[r.other][c*r.seen():][:r.seen()]
	}
	return m.bufs[images][c*r.plane():][:r.plane()], m.bufs[positions][c*r.seen():][:r.seen()], other
}

type poolMax[T kernel.Float] struct{ poolRunner[T] }

func newPoolMax[T kernel.Float](_ *lane[T], in *instr) runner[T] {
	return &poolMax[T]{newPoolRunner[T](in, kernel.Max)}
}

func (r *poolMax[T]) run(m *Machine[T], _ *lane[T], from, to int) {
	for c := from; c < to; c++ {
		pixels, seen, _ := r.channel(m, c, r.x, r.out)
		fill(seen, T(math.Inf(-1)))
		r.steps(seen, pixels, nil, func(seen, pixels, _ []T, _ int) { r.join(seen, seen, pixels) })
	}
}

type poolIndex[T kernel.Float] struct{ poolRunner[T] }

func newPoolIndex[T kernel.Float](l *lane[T], in *instr) runner[T] {
	l.needWork(in.win.seen())
	return &poolIndex[T]{newPoolRunner[T](in, kernel.Max)}
}

func (r *poolIndex[T]) run(m *Machine[T], l *lane[T], from, to int) {
	most := l.work[:r.seen()]
	for c := from; c < to; c++ {
		pixels, seen, _ := r.channel(m, c, r.x, r.out)
		fill(seen, -1)
		r.steps(seen, pixels, most, func(seen, pixels, most []T, tap int) {
			for e, v := range pixels {
				if v > most[e] || seen[e] < 0 || v != v && most[e] == most[e] {
					seen[e], most[e] = T(tap), v
				}
			}
		})
	}
}

type poolSum[T kernel.Float] struct{ poolRunner[T] }

func newPoolSum[T kernel.Float](_ *lane[T], in *instr) runner[T] {
	return &poolSum[T]{newPoolRunner[T](in, kernel.Add)}
}

func (r *poolSum[T]) run(m *Machine[T], _ *lane[T], from, to int) {
	for c := from; c < to; c++ {
		pixels, seen, index := r.channel(m, c, r.x, r.out)
		clear(seen)
		r.steps(seen, pixels, index, func(seen, pixels, index []T, tap int) { r.addTo(seen, pixels, index, tap) })
	}
}

type poolSpread[T kernel.Float] struct{ poolRunner[T] }

func newPoolSpread[T kernel.Float](_ *lane[T], in *instr) runner[T] {
	return &poolSpread[T]{newPoolRunner[T](in, kernel.Add)}
}

func (r *poolSpread[T]) run(m *Machine[T], _ *lane[T], from, to int) {
	for c := from; c < to; c++ {
		pixels, seen, index := r.channel(m, c, r.out, r.x)
		clear(pixels)
		r.steps(seen, pixels, index, func(seen, pixels, index []T, tap int) { r.addTo(pixels, seen, index, tap) })
	}
}

// addTo adds x to dst, or only those entries whose index is tap.
func (r *poolRunner[T]) addTo(dst, x, index []T, tap int) {
	if index == nil {
		r.join(dst, dst, x)
		return
	}
	which := T(tap)
	for e, v := range index {
		if v == which {
			dst[e] += x[e]
		}
	}
}

func fill[T kernel.Float](x []T, v T) {
	for i := range x {
		x[i] = v
	}
}
