package plan

import (
	"time"
	"unsafe"
)

// A Measure is what one instruction did.
type Measure struct {
	Node  *Node         // of the source, that it computes
	Verb  string        // as in String: "matmul", "Add·Tanh"
	Parts int           // how many parts workers took
	Spent time.Duration // in all runs
	FLOP  int64         // operations in one run: entries of element-wise steps and sums, two for each multiplication and addition of a product
	Bytes int64         // of operands and result in one run, each counted once
}

// Profile makes later runs measure their instructions, from zero.
func (m *Machine[T]) Profile() { m.spent = make([]time.Duration, len(m.plan.code)) }

// Measures returns what was measured since Profile, by instruction.
func (m *Machine[T]) Measures() []Measure {
	var zero T
	var out []Measure
	for i, in := range m.plan.code {
		x := Measure{Node: in.node, Verb: in.verb(), Parts: m.tasks[i].parts, FLOP: in.flop()}
		if m.spent != nil {
			x.Spent = m.spent[i]
		}
		x.Bytes = int64(in.entries(m.plan.bufs)) * int64(unsafe.Sizeof(zero))
		out = append(out, x)
	}
	return out
}

// measure runs instructions with a look at the clock after each.
func (m *Machine[T]) measure(from, to int) {
	start := time.Now()
	before := time.Duration(0)
	for i := from; i < to; i++ {
		m.step(i)
		now := time.Since(start)
		m.spent[i] += now - before
		before = now
	}
}

// entries counts the entries that an instruction reads and writes.
func (in *instr) entries(bufs []buffer) int {
	total := in.size()
	for _, buf := range in.sources() {
		total += bufs[buf].size
	}
	return total
}
