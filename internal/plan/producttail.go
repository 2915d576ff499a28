package plan

import "chainrule/internal/kernel"

// longRow is how long a row must be to be worth a call of its own.
const longRow = 48

// productTail computes the tail of an instruction from blocks of its products.
type productTail[T kernel.Float] struct {
	*mapRunner[T]
	cols  int  // of the whole result
	byRow bool // operands may be one number in a row
	whole bool // mapRunner.rows may compute whole rows, where the layout is simple

	// For Block: who runs, and where the first entry of the present product lies in the result.
	machine *Machine[T]
	lane    *lane[T]
	start   int
}

func newProductTail[T kernel.Float](l *lane[T], in *instr, cols int) *productTail[T] {
	t := &productTail[T]{mapRunner: newMapRunner(l, in.tail, in.at), cols: cols}
	t.out = in.out
	for i, how := range t.loads {
		t.byRow = t.byRow || how != asBlock && len(in.tail.ins[i].root) > 0
	}
	t.whole = t.chain && in.tail.repeatsInRows(cols, t.loads)
	return t
}

// to computes a part of a product, and the tail for it.
func (t *productTail[T]) to(m *Machine[T], l *lane[T], start int, p *kernel.Product[T], part kernel.Part, work []T) {
	t.machine, t.lane, t.start = m, l, start
	p.To(part, work, t)
	t.machine, t.lane = nil, nil
}

// block computes the tail for a product without gaps that lies in c and may be overwritten.
func (t *productTail[T]) block(m *Machine[T], l *lane[T], start, rows, cols int, c []T) {
	t.machine, t.lane, t.start = m, l, start
	t.Block(0, 0, rows, cols, c, cols)
	t.machine, t.lane = nil, nil
}

// Block computes the tail for a block of the product.
func (t *productTail[T]) Block(row, col, rows, cols int, c []T, stride int) {
	pos := t.start + row*t.cols + col
	if cols == t.cols && stride == cols {
		switch {
		case t.whole && t.simple:
			t.rows(t.machine, t.lane, pos, cols, c[:rows*cols])
			return
		case cols < longRow || !t.byRow: // all rows are one run
			rows, cols = 1, rows*cols
		}
	}
	for i := range rows {
		for j := 0; j < cols; j += block {
			n, at := min(block, cols-j), pos+i*t.cols+j
			t.compute(t.machine, t.lane, at, t.machine.bufs[t.out][at:at+n], c[i*stride+j:][:n])
		}
	}
}
