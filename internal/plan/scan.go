package plan

import "chainrule/internal/kernel"

// CumSum, CumProd and CumMax are what the entries along an axis up to each come to: entries
// are joined one after the other, starting from the first, or from the last if Reverse is
// set.
var (
	CumSum  = cumulation("cumsum", kernel.Add)
	CumProd = cumulation("cumprod", kernel.Mul)
	CumMax  = cumulation("cummax", kernel.Max)
)

func cumulation(name string, join kernel.Code) Kind {
	return &kind{name: name, join: join, units: (*instr).outer,
		lower: func(b *builder, n *Node) operand { return b.emit(n, &instr{ins: b.operands(n)}) },
		cost:  func(in *instr) float64 { return float64(in.size()) * stepCost },
		flop:  func(in *instr) int64 { return int64(in.size()) },
		run:   runners{newScanRunner[float64], newScanRunner[float32]},
	}
}

// scanRunner runs a cumulation. The result is outer times length rows of inner entries,
// each of which is the row before it joined with one of the operand.
type scanRunner[T kernel.Float] struct {
	out           int
	in            access[T]
	length, inner int
	reverse       bool
	join          func(dst, x, y []T)
	code          kernel.Code
}

func newScanRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	n := in.node
	return &scanRunner[T]{out: in.out, in: newAccess(in.ins[0], l.slot(in.holds[0])),
		length: n.Shape[n.Axis], inner: volume(n.Shape[n.Axis+1:]), reverse: n.Reverse,
		join: kernel.BinaryLoop[T](&kernel.Func{Code: in.kind.join}), code: in.kind.join}
}

func (r *scanRunner[T]) bind(m *Machine[T]) { r.in.bind(m) }

func (r *scanRunner[T]) run(m *Machine[T], _ *lane[T], from, to int) {
	r.in.begin()
	for i := from; i < to; i++ {
		if r.inner == 1 {
			r.line(m, i*r.length)
		} else {
			r.rows(m, i*r.length)
		}
	}
}

// rows joins rows, the first of which has that number.
func (r *scanRunner[T]) rows(m *Machine[T], first int) {
	out := m.bufs[r.out]
	for k := range r.length {
		row, before := first+k, first+k-1
		if r.reverse {
			row, before = first+r.length-1-k, first+r.length-k
		}
		for pos := 0; pos < r.inner; pos += block {
			n := min(block, r.inner-pos)
			dst, x := out[row*r.inner+pos:][:n], r.in.load(m, row*r.inner+pos, n)
			if k == 0 {
				copy(dst, x)
			} else {
				r.join(dst, out[before*r.inner+pos:][:n], x)
			}
		}
	}
}

// line joins the entries from number first on, where a row is one entry.
func (r *scanRunner[T]) line(m *Machine[T], first int) {
	out := m.bufs[r.out][first:][:r.length]
	for done := 0; done < r.length; done += block {
		n := min(block, r.length-done)
		at := done
		if r.reverse {
			at = r.length - done - n
		}
		dst := out[at:][:n]
		copy(dst, r.in.load(m, first+at, n))
		switch r.code {
		case kernel.Add:
			addAlong(out, at, n, r.reverse)
		case kernel.Mul:
			joinAlong(out, at, n, r.reverse, func(x, y T) T { return x * y })
		default:
			joinAlong(out, at, n, r.reverse, func(x, y T) T { return max(x, y) })
		}
	}
}

// addAlong is joinAlong of sums, without calls.
func addAlong[T kernel.Float](out []T, at, n int, reverse bool) {
	if reverse {
		for i := min(at+n, len(out)-1) - 1; i >= at; i-- {
			out[i] += out[i+1]
		}
		return
	}
	for i := max(at, 1); i < at+n; i++ {
		out[i] += out[i-1]
	}
}

// joinAlong joins each of n entries of out from number at on with what the one before it has
// become.
func joinAlong[T kernel.Float](out []T, at, n int, reverse bool, join func(x, y T) T) {
	if reverse {
		for i := min(at+n, len(out)-1) - 1; i >= at; i-- {
			out[i] = join(out[i+1], out[i])
		}
		return
	}
	for i := max(at, 1); i < at+n; i++ {
		out[i] = join(out[i-1], out[i])
	}
}
