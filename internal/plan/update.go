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
	return b.add(copying(op, &b.src.Nodes[i], note))
}

// aimFresh computes the values of updates of fresh parameters in these, where whatever
// else reads them finds them. A guarded plan, which looks at values before it assigns
// anything, has none of that.
func (b *builder) aimFresh() {
	if b.src.Guarded {
		return
	}
	for u, r := range b.results {
		if !b.src.Nodes[b.src.Updates[u].Param].Fresh || b.bufs[r.buf].place != inArena || b.bufs[r.buf].pinned {
			continue
		}
		to := b.targets[u]
		for _, in := range b.code {
			if in.out == r.buf {
				in.out = to
			}
			in.readInstead(r.buf, to)
		}
		for v := range b.results {
			if b.results[v].buf == r.buf {
				b.results[v].buf = to
			}
		}
		b.written[u] = true
	}
}

// readInstead makes an instruction read a buffer in the place of another.
func (in *instr) readInstead(from, to int) {
	for i := range in.ins {
		if in.ins[i].buf == from {
			in.ins[i].buf = to
		}
	}
	for _, part := range []*instr{in.head, in.tail} {
		if part != nil {
			part.readInstead(from, to)
		}
	}
}

// aimUpdates makes the instructions that can write straight into a parameter do
// so. They stand as soon as nothing later reads what it was before, so that what
// they read is still in the cache. If an instruction can fail half-way, none
// that writes a parameter comes before it, and in a guarded plan they come last.
func (b *builder) aimUpdates() {
	d := b.newDirect()
	b.code = d.schedule(b.code)
	for u := range d.makers {
		b.written[u] = true
	}
	if b.src.Guarded {
		b.hoistStaged()
	}
}

// emitUpdates copies the values of the other updates, after everything else. So
// all reads see the parameters from before the run.
func (b *builder) emitUpdates() {
	for u, r := range b.results {
		if !b.written[u] && !b.committed(r.buf, b.targets[u]) {
			in := copying(r, &b.src.Nodes[b.src.Updates[u].Value], "update")
			in.out = b.targets[u]
			b.code = append(b.code, in)
		}
	}
}

// mayPanic reports whether an instruction may end the run, as by a function of a
// user's, which must not leave a parameter half written.
func (in *instr) mayPanic() bool {
	return in.kind.calls || in.head != nil && in.head.mayPanic() || in.tail != nil && in.tail.mayPanic() ||
		slices.ContainsFunc(in.steps, func(st step) bool { return st.f.Code == kernel.None })
}
