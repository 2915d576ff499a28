package plan

import (
	"slices"

	"chainrule/internal/kernel"
)

// A guard is what a plan looks at before it assigns anything: all outputs, the
// values of updates that lie in the arena, and of the instructions that write
// straight into parameters what they read. These are products and element-wise
// functions, which are finite where their operands are unless they overflow.
type guard struct {
	guarded []int    // buffers
	before  int      // instructions
	commits [][2]int // buffers, from and to
}

// commitSize is the number of entries up to which a value is assigned by a plain
// copy, which no worker shares.
const commitSize = 4096

// stages reports whether the value of an update is computed in the arena first,
// looked at there and copied, although its maker could write it straight into
// the parameter: where that is less to look at than what it is computed from.
func (b *builder) stages(in *instr) bool {
	if !b.src.Guarded {
		return false
	}
	entries := 0
	for _, buf := range b.computed(in) {
		entries += b.bufs[buf].size
	}
	return 3*in.size() <= entries // it is written, looked at and copied
}

// hoistStaged puts the makers of values that are not written straight into
// parameters behind what they read, while that is in the cache.
func (b *builder) hoistStaged() {
	for u, r := range b.results {
		from := slices.IndexFunc(b.code, func(in *instr) bool { return in.out == r.buf })
		if b.written[u] || from < 0 {
			continue
		}
		in, to := b.code[from], from
		reads := in.sources()
		for to > 0 && !slices.Contains(reads, b.code[to-1].out) {
			to--
		}
		copy(b.code[to+1:from+1], b.code[to:from])
		b.code[to] = in
	}
}

// computed returns the buffers that an instruction reads and that a run fills.
func (b *builder) computed(in *instr) []int {
	return slices.DeleteFunc(slices.Clone(in.sources()), func(buf int) bool {
		place := b.bufs[buf].place
		return place != inArena && place != inFeed
	})
}

// guardUpdates notes what is to be looked at, and when.
func (b *builder) guardUpdates() {
	if !b.src.Guarded {
		return
	}
	b.before = slices.IndexFunc(b.code, func(in *instr) bool { return b.bufs[in.out].place == inParam })
	if b.before < 0 {
		b.before = len(b.code)
	}
	b.guarded = slices.Clone(b.outputs)
	for _, in := range b.code[b.before:] {
		b.guarded = append(b.guarded, b.computed(in)...)
	}
	for u, r := range b.results {
		if !b.written[u] {
			b.guarded = append(b.guarded, r.buf)
		}
	}
	slices.Sort(b.guarded)
	b.guarded = slices.Compact(b.guarded)
}

// committed has a buffer copied to a parameter's at the end, if it is short and
// the plan guarded.
func (b *builder) committed(from, to int) bool {
	if !b.src.Guarded || b.bufs[from].size > commitSize {
		return false
	}
	b.bufs[from].pinned = true
	b.commits = append(b.commits, [2]int{from, to})
	return true
}

// layFront puts short guarded buffers that nothing overwrites side by side at the
// front of the arena, so that one look is enough for them, and returns where the
// rest begins.
func (p *Plan) layFront(set []bool) int {
	p.guarded = slices.DeleteFunc(p.guarded, func(buf int) bool {
		b := &p.bufs[buf]
		if b.place != inArena || !b.pinned || b.size > commitSize || !set[buf] {
			return false
		}
		b.front, b.offset = true, p.front
		p.front += b.size
		return true
	})
	return roundUp(p.front)
}

// isFinite reports whether all that is guarded is finite.
func (m *Machine[T]) isFinite() bool {
	if !kernel.AllFinite(m.arena[:m.plan.front]) {
		return false
	}
	for _, buf := range m.plan.guarded {
		if !kernel.AllFinite(m.bufs[buf]) {
			return false
		}
	}
	return true
}
