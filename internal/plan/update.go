package plan

import (
	"maps"
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
		b.targets = append(b.targets, b.vals[u.Param].buf)
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
	makers := b.directMakers()
	direct := make(map[*instr]bool)
	var tail []*instr
	for len(makers) > 0 {
		u := b.writesUnread(makers)
		if u < 0 { // a cycle, as in p ← q, q ← p: one of it takes the way through the arena
			delete(makers, lowest(makers))
			continue
		}
		in := makers[u]
		delete(makers, u)
		direct[in] = true
		in.out = b.targets[u]
		tail = append(tail, in)
	}
	b.code = slices.DeleteFunc(b.code, func(in *instr) bool { return direct[in] })
	b.code = append(b.code, tail...)
	for u, r := range b.results {
		if !slices.ContainsFunc(tail, func(in *instr) bool { return in.out == b.targets[u] }) {
			in := copying(r, b.src.Updates[u].Value, "update")
			in.out = b.targets[u]
			b.code = append(b.code, in)
		}
	}
}

// mayPanic reports whether a Map calls a function of a user's, which must not
// leave a parameter half written.
func (in *instr) mayPanic() bool {
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
		if in.kind != Map || readers[r.buf] != 1 || in.mayPanic() {
			continue
		}
		if reads, aligned := in.reads(b.targets[u]); !reads || aligned {
			makers[u] = in
		}
	}
	return makers
}

// writesUnread returns the first update among makers whose parameter none of
// the others reads, or -1.
func (b *builder) writesUnread(makers map[int]*instr) int {
	for u := range b.results {
		if makers[u] == nil {
			continue
		}
		read := false
		for v, in := range makers {
			if v != u {
				r, _ := in.reads(b.targets[u])
				read = read || r
			}
		}
		if !read {
			return u
		}
	}
	return -1
}

// lowest returns the lowest key of m, which is not empty.
func lowest(m map[int]*instr) int {
	return slices.Min(slices.Collect(maps.Keys(m)))
}
