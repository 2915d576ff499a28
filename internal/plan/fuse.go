package plan

import "slices"

// maxOperands bounds the operands of a fused instruction, whose blocks should
// stay together in the first-level cache.
const maxOperands = 16

// maxSteps bounds the steps of a fused instruction, so that the time to make a
// plan stays linear in the length of a chain.
const maxSteps = 32

// fuse merges each Map into the Map that is the only one to read its result,
// if it reads it entry by entry. Results keep the type of the arrays between
// the steps, so that no bit changes.
func (b *builder) fuse() {
	readers := b.readers()
	makers := make([]*instr, len(b.bufs)) // the Map whose result a buffer is
	merged := make(map[*instr]bool)
	for _, in := range b.code {
		if !in.isMap() {
			continue
		}
		makers[in.out] = in
		for k := 0; k < len(in.ins); {
			maker := makers[in.ins[k].buf]
			if maker == nil || readers[maker.out] != 1 {
				k++
				continue
			}
			before := in.sources()
			if !in.absorb(maker) {
				k++
				continue
			}
			for _, buf := range maker.sources() {
				if slices.Contains(before, buf) { // its two readers are one now
					readers[buf]--
				}
			}
			merged[maker] = true
			k = 0
		}
	}
	b.code = slices.DeleteFunc(b.code, func(in *instr) bool { return merged[in] })
}

// fuseTails attaches each Map to the product or the reduction that it is the
// only one to read, if it reads it entry by entry: products first, of which a
// tail spares the most.
func (b *builder) fuseTails() {
	readers := b.readers()
	b.fuseTailsOf(readers, tailOfOwn)
	b.fuseTailsOf(readers, tailInSlot)
}

func (b *builder) fuseTailsOf(readers []int, which tailing) {
	heads := make(map[int]*instr) // by the buffer of the result
	merged := make(map[*instr]bool)
	for i, in := range b.code {
		if in.kind.tail == which && in.tail == nil {
			heads[in.out] = in
		}
		if !in.isMap() {
			continue
		}
		at := slices.IndexFunc(in.ins, func(op operand) bool {
			_, aligned := in.reads(op.buf)
			return heads[op.buf] != nil && readers[op.buf] == 1 && aligned
		})
		if at < 0 {
			continue
		}
		head := heads[in.ins[at].buf]
		merged[head] = true
		b.code[i] = &instr{kind: head.kind, node: in.node, note: in.note, shape: head.shape, ins: head.ins, red: head.red, win: head.win,
			out: in.out, tail: in, at: at}
	}
	b.code = slices.DeleteFunc(b.code, func(in *instr) bool { return merged[in] })
}

// headCost is the most that a Map may cost, in nanoseconds, that is computed
// within a reduction, where fewer workers could share it: for each run where all runs
// follow one another, so that short ones are computed many at once, else in all.
const headCost = 2 * partCost

// mayHave reports whether head costs little enough to be computed within in.
func (in *instr) mayHave(head *instr) bool {
	runs := 1
	if in.sumsRows() {
		runs = in.size()
	}
	return head.cost() <= headCost*float64(runs)
}

// fuseHeads makes each reduction compute the Map that only it reads, block by
// block, if it reads it in order.
func (b *builder) fuseHeads() {
	readers := b.readers()
	maps := make(map[int]*instr) // by the buffer of the result
	merged := make(map[*instr]bool)
	for _, in := range b.code {
		if in.isMap() {
			maps[in.out] = in
		}
		if !in.kind.head {
			continue
		}
		op := in.ins[0]
		head := maps[op.buf]
		if head == nil || readers[op.buf] != 1 || !op.identity() || !slices.Equal(op.dims, head.dims) || !in.mayHave(head) {
			continue
		}
		if in.tail != nil {
			if also, _ := in.tail.reads(op.buf); also {
				continue
			}
		}
		in.head = head
		merged[head] = true
	}
	b.code = slices.DeleteFunc(b.code, func(in *instr) bool { return merged[in] })
}

// readers returns how many instructions, outputs and updates read each buffer.
func (b *builder) readers() []int {
	n := make([]int, len(b.bufs))
	for _, in := range b.code {
		for _, buf := range in.sources() {
			n[buf]++
		}
	}
	for _, out := range b.outputs {
		n[out]++
	}
	for _, r := range b.results {
		n[r.buf]++
	}
	return n
}

// sources returns the buffers that in reads, each once.
func (in *instr) sources() []int {
	var bufs []int
	add := func(ops []operand) {
		for _, op := range ops {
			if !slices.Contains(bufs, op.buf) {
				bufs = append(bufs, op.buf)
			}
		}
	}
	if in.head != nil {
		add(in.head.ins)
	} else {
		add(in.ins)
	}
	if in.tail != nil {
		add(in.tail.ins[:in.at])
		add(in.tail.ins[in.at+1:])
	}
	return bufs
}

// absorb puts the steps of maker, whose result only in reads, before those of
// in. It reports false, and does nothing, if they do not fit.
func (in *instr) absorb(maker *instr) bool {
	if _, aligned := in.reads(maker.out); !aligned || !slices.Equal(in.dims, maker.dims) {
		return false
	}
	if len(maker.steps)+len(in.steps) > maxSteps {
		return false
	}
	ops := slices.Clone(maker.ins)
	var place []int // where each operand of in lands among ops; -1 for maker's result
	for _, op := range in.ins {
		at := -1
		if op.buf != maker.out {
			at = slices.IndexFunc(ops, op.equal)
			if at < 0 {
				at = len(ops)
				ops = append(ops, op)
			}
		}
		place = append(place, at)
	}
	if len(ops) > maxOperands {
		return false
	}
	in.steps = joinSteps(maker, in, place, len(ops))
	in.ins = ops
	return true
}

// joinSteps returns the steps of maker and then those of in, renumbered for n
// operands: place tells where each operand of in is now.
func joinSteps(maker, in *instr, place []int, n int) []step {
	var steps []step
	for _, st := range maker.steps {
		shift := func(v int) int {
			if v >= len(maker.ins) {
				return v - len(maker.ins) + n
			}
			return v
		}
		steps = append(steps, step{f: st.f, x: shift(st.x), y: shift(st.y), z: -1})
	}
	result := n + len(steps) - 1
	for _, st := range in.steps {
		move := func(v int) int {
			switch {
			case v < 0:
				return v
			case v >= len(in.ins):
				return v - len(in.ins) + n + len(maker.steps)
			case place[v] < 0:
				return result
			}
			return place[v]
		}
		steps = append(steps, step{f: st.f, x: move(st.x), y: move(st.y), z: -1})
	}
	return steps
}
