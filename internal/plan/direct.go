package plan

import "slices"

// A direct is the set of instructions that write the values of updates straight
// into their parameters. Each is a Map, or a product with a tail, that reads its
// parameter entry by entry if at all, and that cannot fail half-way. Its value
// may have other readers if they all are of the set; they read the parameter
// then, after it was written.
type direct struct {
	b        *builder
	makers   map[int]*instr // by update
	updateOf map[*instr]int
	valueOf  map[int]int // buffer of a value → its update
}

func (b *builder) newDirect() *direct {
	d := &direct{b: b, makers: make(map[int]*instr), updateOf: make(map[*instr]int), valueOf: make(map[int]int)}
	maker := make([]*instr, len(b.bufs))
	for _, in := range b.code {
		maker[in.out] = in
	}
	uses := make(map[int]int) // updates of one value
	for _, r := range b.results {
		uses[r.buf]++
	}
	for u, r := range b.results {
		in := maker[r.buf]
		if !in.isMap() && in.tail == nil || in.mayPanic() || uses[r.buf] > 1 || b.bufs[r.buf].pinned || b.bufs[r.buf].place != inArena {
			continue
		}
		if reads, aligned := in.reads(b.targets[u]); !reads || aligned {
			d.makers[u], d.updateOf[in], d.valueOf[r.buf] = in, u, u
		}
	}
	for _, in := range b.code {
		if _, ok := d.updateOf[in]; !ok {
			d.dropValues(in)
		}
	}
	for u := range b.results {
		if in := d.makers[u]; in != nil && b.stages(in) {
			d.drop(u)
		}
	}
	for d.dropFromCycle() {
	}
	return d
}

// dropValues drops the makers of the values that an instruction outside the set
// reads.
func (d *direct) dropValues(in *instr) {
	for _, buf := range in.sources() {
		if u, ok := d.valueOf[buf]; ok {
			d.drop(u)
		}
	}
}

// drop takes the maker of an update out of the set, and with it those of the
// values that it reads.
func (d *direct) drop(u int) {
	in := d.makers[u]
	delete(d.makers, u)
	delete(d.updateOf, in)
	delete(d.valueOf, d.b.results[u].buf)
	d.dropValues(in)
}

// successors returns the updates whose makers must come after that of u: those
// that write what it reads, and those that read its value.
func (d *direct) successors() map[int][]int {
	next := make(map[int][]int)
	for u := range d.b.results {
		in := d.makers[u]
		if in == nil {
			continue
		}
		for _, buf := range in.sources() {
			if v, ok := d.b.updateOf[buf]; ok && v != u && d.makers[v] != nil {
				next[u] = append(next[u], v)
			}
			if w, ok := d.valueOf[buf]; ok {
				next[w] = append(next[w], u)
			}
		}
	}
	return next
}

// dropFromCycle drops a maker if there is no order, as in p ← q, q ← p.
func (d *direct) dropFromCycle() bool {
	next, waits := d.successors(), make(map[int]int)
	for _, list := range next {
		for _, v := range list {
			waits[v]++
		}
	}
	left := make(map[int]bool)
	var ready []int
	for u := range d.makers {
		left[u] = true
		if waits[u] == 0 {
			ready = append(ready, u)
		}
	}
	for len(ready) > 0 {
		u := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		delete(left, u)
		for _, v := range next[u] {
			if waits[v]--; waits[v] == 0 {
				ready = append(ready, v)
			}
		}
	}
	for u := range d.b.results {
		if left[u] {
			d.drop(u)
			return true
		}
	}
	return false
}

// schedule returns the code with the makers at their places, aimed at their
// parameters.
func (d *direct) schedule(code []*instr) []*instr {
	rest := slices.DeleteFunc(slices.Clone(code), func(in *instr) bool {
		_, ok := d.updateOf[in]
		return ok
	})
	s := d.newSchedule(rest)
	for i, in := range rest {
		s.out = append(s.out, in)
		s.done(s.after[i])
	}
	for u, in := range d.makers {
		in.out = d.b.targets[u]
		d.retarget(in)
	}
	return s.out
}

// retarget makes an instruction read values where they have been written.
func (d *direct) retarget(in *instr) {
	for i := range in.ins {
		if u, ok := d.valueOf[in.ins[i].buf]; ok {
			in.ins[i].buf = d.b.targets[u]
		}
	}
	for _, part := range []*instr{in.head, in.tail} {
		if part != nil {
			d.retarget(part)
		}
	}
}

// A schedule puts makers behind the instructions that they wait for.
type schedule struct {
	d     *direct
	out   []*instr
	next  map[int][]int
	waits []int         // by update: how many instructions and makers must come first
	after map[int][]int // instruction → updates that wait for it
}

func (d *direct) newSchedule(rest []*instr) *schedule {
	s := &schedule{d: d, next: d.successors(), waits: make([]int, len(d.b.results)), after: make(map[int][]int)}
	for _, list := range s.next {
		for _, v := range list {
			s.waits[v]++
		}
	}
	maker := make(map[int]int) // buffer → instruction
	last := -1                 // instruction after which nothing fails
	for i, in := range rest {
		maker[in.out] = i
		if in.mayPanic() || s.d.b.src.Guarded {
			last = i
		}
	}
	wait := func(u, i int) {
		s.waits[u]++
		s.after[i] = append(s.after[i], u)
	}
	for i, in := range rest {
		for _, buf := range in.sources() { // of what a maker will write
			if u, ok := d.b.updateOf[buf]; ok && d.makers[u] != nil {
				wait(u, i)
			}
		}
	}
	for u := range d.b.results {
		if d.makers[u] == nil {
			continue
		}
		for _, buf := range d.makers[u].sources() {
			if i, ok := maker[buf]; ok {
				wait(u, i)
			}
		}
		if last >= 0 {
			wait(u, last)
		}
	}
	var free []int
	for u := range d.b.results {
		if d.makers[u] != nil && s.waits[u] == 0 {
			free = append(free, u)
		}
	}
	s.place(free)
	return s
}

// done counts down what the given updates wait for.
func (s *schedule) done(updates []int) {
	var ready []int
	for _, u := range updates {
		if s.waits[u]--; s.waits[u] == 0 {
			ready = append(ready, u)
		}
	}
	s.place(ready)
}

// place appends makers, each followed by those that waited for it alone.
func (s *schedule) place(ready []int) {
	for _, u := range ready {
		s.out = append(s.out, s.d.makers[u])
		s.done(s.next[u])
	}
}
