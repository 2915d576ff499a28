package plan

import "slices"

// align is the granularity of the arena in elements: 64 bytes of float32 and
// 128 of float64.
const align = 16

// layOut gives each buffer in the arena its offset. A buffer's memory is free
// for others after the last instruction that reads it, unless it is pinned. A
// buffer that no instruction sets any more has no memory.
func (p *Plan) layOut() {
	last, set := make([]int, len(p.bufs)), make([]bool, len(p.bufs))
	for i, in := range p.code {
		set[in.out] = true
		for _, buf := range in.sources() {
			last[buf] = i
		}
	}
	mem := memory{size: p.layFront(set)}
	for i, in := range p.code {
		var dying []int
		for _, buf := range in.sources() {
			b := &p.bufs[buf]
			if b.place == inArena && !b.pinned && last[buf] == i {
				dying = append(dying, buf)
			}
		}
		if out := &p.bufs[in.out]; out.place == inArena && !out.front {
			over := slices.IndexFunc(dying, func(buf int) bool {
				_, aligned := in.reads(buf)
				return aligned && p.bufs[buf].size == out.size
			})
			if over >= 0 {
				out.offset = p.bufs[dying[over]].offset
				dying = slices.Delete(dying, over, over+1)
			} else {
				out.offset = mem.take(out.size)
			}
		}
		for _, buf := range dying {
			mem.give(p.bufs[buf].offset, p.bufs[buf].size)
		}
	}
	p.arena = mem.size
	for i := range p.bufs {
		if b := &p.bufs[i]; b.place == inArena && !set[i] {
			b.size = 0
		}
	}
}

// memory is an arena in use: its size so far and the free spans in it, in
// order, no two of which touch.
type memory struct {
	size int
	free []span
}

// A span is a part of the arena.
type span struct{ offset, size int }

// take returns the offset of n free elements, in the smallest span that holds
// them. The arena grows if none does.
func (m *memory) take(n int) int {
	n = roundUp(n)
	best := -1
	for i, s := range m.free {
		if s.size >= n && (best < 0 || s.size < m.free[best].size) {
			best = i
		}
	}
	if best < 0 {
		offset := m.size
		if k := len(m.free) - 1; k >= 0 && m.free[k].offset+m.free[k].size == m.size {
			offset = m.free[k].offset
			m.free = m.free[:k]
		}
		m.size = offset + n
		return offset
	}
	s := &m.free[best]
	offset := s.offset
	s.offset += n
	s.size -= n
	if s.size == 0 {
		m.free = slices.Delete(m.free, best, best+1)
	}
	return offset
}

// give returns n elements at offset to the free ones.
func (m *memory) give(offset, n int) {
	n = roundUp(n)
	i, _ := slices.BinarySearchFunc(m.free, offset, func(s span, o int) int { return s.offset - o })
	m.free = slices.Insert(m.free, i, span{offset, n})
	if i+1 < len(m.free) && offset+n == m.free[i+1].offset {
		m.free[i].size += m.free[i+1].size
		m.free = slices.Delete(m.free, i+1, i+2)
	}
	if i > 0 && m.free[i-1].offset+m.free[i-1].size == offset {
		m.free[i-1].size += m.free[i].size
		m.free = slices.Delete(m.free, i, i+1)
	}
}

func roundUp(n int) int { return (n + align - 1) / align * align }

// assignSlots gives scratch slots, from number n on, to the operands that may
// have to be gathered and to the results of all steps but the last. It returns
// the number of the next slot.
func (in *instr) assignSlots(bufs []buffer, n int) int {
	for _, op := range in.ins {
		hold := -1
		if !in.kind.byView && (bufs[op.buf].twoWay || !op.identity()) {
			hold = n
			n++
		}
		in.holds = append(in.holds, hold)
	}
	if in.head != nil {
		in.from = n
		n = in.head.assignSlots(bufs, n+1)
	}
	if in.tail == nil {
		return in.assignSteps(n)
	}
	if in.kind.tail == tailInSlot {
		in.slot = n
		n++
	}
	return in.tail.assignSlots(bufs, n)
}

// assignSteps does so for the steps.
func (in *instr) assignSteps(n int) int {
	last := make([]int, len(in.ins)+len(in.steps)) // the last step that reads a value
	for s, st := range in.steps {
		last[st.x] = s
		if st.y >= 0 {
			last[st.y] = s
		}
	}
	var free []int
	for s := range in.steps {
		st := &in.steps[s]
		for _, v := range [...]int{st.x, st.y} {
			// A step may write over its argument, so its slot is free at once.
			if t := v - len(in.ins); t >= 0 && last[v] == s && !slices.Contains(free, in.steps[t].slot) {
				free = append(free, in.steps[t].slot)
			}
		}
		if s == len(in.steps)-1 {
			break
		}
		if len(free) == 0 {
			free = append(free, n)
			n++
		}
		st.slot = free[len(free)-1]
		free = free[:len(free)-1]
	}
	return n
}
