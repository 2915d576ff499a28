package plan

import (
	"slices"

	"chainrule/internal/kernel"
)

// lowerOutputs finds the buffer of each output. What is not all of a buffer in
// the arena is copied.
func (b *builder) lowerOutputs() {
	for _, i := range b.src.Outputs {
		op := b.own(i, "output")
		b.bufs[op.buf].pinned = true
		b.outputs = append(b.outputs, op.buf)
	}
}

// lowerUpdates finds the value of each update. What is not all of a buffer in
// the arena is copied.
func (b *builder) lowerUpdates() {
	for _, u := range b.src.Updates {
		b.results = append(b.results, b.own(u.Value, "update"))
		target := b.vals[u.Param].buf
		b.updateOf[target] = len(b.targets)
		b.targets = append(b.targets, target)
	}
}

// own returns the value of node i if it is all of a buffer in the arena, or
// else a copy of it.
func (b *builder) own(i int, note string) operand {
	op := b.vals[i]
	if b.bufs[op.buf].place == inArena && op.identity() {
		return op
	}
	return b.emit(copying(op, i, note))
}

// order puts the instructions in their final order. First comes everything but
// the Map instructions that write straight into a parameter; then these, in an
// order in which none writes a parameter that a later one reads; at last,
// copies of the other updates' values to their parameters. So all reads see the
// values from before the run, and all calls of functions on arrays are over
// before the first parameter changes.
func (b *builder) order() {
	tail, direct := b.directOrder(b.directMakers())
	b.code = slices.DeleteFunc(b.code, func(in *instr) bool { return direct[in] })
	b.code = append(b.code, tail...)
	written := make(map[int]bool)
	for _, in := range tail {
		written[in.out] = true
	}
	for u, r := range b.results {
		if !written[b.targets[u]] {
			in := copying(r, b.src.Updates[u].Value, "update")
			in.out = b.targets[u]
			b.code = append(b.code, in)
		}
	}
}

// mayPanic reports whether a Map calls a function of a user's, which must not
// leave a parameter half written.
func (in *instr) mayPanic() bool {
	if in.tail != nil {
		in = in.tail
	}
	return slices.ContainsFunc(in.steps, func(st step) bool { return st.f.Code == kernel.None })
}

// directMakers returns, by update, the Map instructions whose result is used
// for that update only, that read its parameter entry by entry if at all, and
// that cannot fail half-way.
func (b *builder) directMakers() map[int]*instr {
	readers := b.readers()
	maker := make([]*instr, len(b.bufs))
	for _, in := range b.code {
		maker[in.out] = in
	}
	makers := make(map[int]*instr)
	for u, r := range b.results {
		in := maker[r.buf]
		if in.kind != Map && in.tail == nil || readers[r.buf] != 1 || in.mayPanic() {
			continue
		}
		if reads, aligned := in.reads(b.targets[u]); !reads || aligned {
			makers[u] = in
		}
	}
	return makers
}

// directOrder returns the makers in an order in which none writes a parameter
// that a later one reads, and aims them at their parameters. From a cycle, as in
// p ← q, q ← p, one is left out.
func (b *builder) directOrder(makers map[int]*instr) (tail []*instr, direct map[*instr]bool) {
	waiting := b.readersOfTargets(makers)
	direct = make(map[*instr]bool)
	settle := func(u int) (freed []int) { // u's maker reads no parameter any more
		in := makers[u]
		delete(makers, u)
		for _, buf := range in.sources() {
			if v, ok := b.updateOf[buf]; ok && v != u && makers[v] != nil {
				if waiting[v]--; waiting[v] == 0 {
					freed = append(freed, v)
				}
			}
		}
		return freed
	}
	var ready []int
	for u := range b.results {
		if makers[u] != nil && waiting[u] == 0 {
			ready = append(ready, u)
		}
	}
	for next := 0; len(makers) > 0; {
		if len(ready) == 0 {
			for makers[next] == nil {
				next++
			}
			ready = settle(next) // it takes the way through the arena
			continue
		}
		u := ready[0]
		in := makers[u]
		ready = append(ready[1:], settle(u)...)
		direct[in] = true
		in.out = b.targets[u]
		tail = append(tail, in)
	}
	return tail, direct
}

// readersOfTargets returns, by update, how many other makers read its parameter.
func (b *builder) readersOfTargets(makers map[int]*instr) map[int]int {
	waiting := make(map[int]int)
	for u, in := range makers {
		for _, buf := range in.sources() {
			if v, ok := b.updateOf[buf]; ok && v != u && makers[v] != nil {
				waiting[v]++
			}
		}
	}
	return waiting
}
