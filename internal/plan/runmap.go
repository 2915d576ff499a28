package plan

import "chainrule/internal/kernel"

// mapRunner runs a Map instruction, block by block.
type mapRunner[T kernel.Float] struct {
	out   int
	ins   []access[T]
	loads []loading // by operand
	from  []source  // by operand
	steps []mapStep[T]
	held  bool // some operands may be copied

	// For rows: the results of the steps form a chain, the operand that it starts
	// with, and whether the present layout of all others is simple.
	chain  bool
	at     int
	simple bool
}

// A source says where an operand comes from, in short.
type source struct {
	how       way
	buf, base int
}

// A way is how an operand is found.
type way uint8

const (
	byAccess way = iota // by its access
	isFlat              // contiguous in its buffer
	isNumber            // one entry of its buffer, and no step needs a block of it
	isGiven             // the head of a tail
)

// loading says how an operand is given to the steps.
type loading uint8

const (
	asBlock  loading = iota // the entries of the block
	asNumber                // one number, where all entries of the block are the same
	asBoth                  // some steps take the number, others need the block
)

// A mapStep is a step bound to its loop.
type mapStep[T kernel.Float] struct {
	unary  func(dst, x []T)
	binary func(dst, x, y []T)
	scalar func(dst, x []T, c T)    // binary, where an operand may be one number
	scaled func(dst, x, y []T, c T) // x ± y·c
	x, y   int
	v, c   int // scalar: the other argument, and the operand that may be one number
	dst    []T // scratch, or nil for the last step
}

func newMap[T kernel.Float](l *lane[T], in *instr) runner[T] { return newMapRunner(l, in, -1) }

// newMapRunner returns the runner of a Map, or of a tail whose operand at is
// given. at is −1 for a Map.
func newMapRunner[T kernel.Float](l *lane[T], in *instr, at int) *mapRunner[T] {
	r := &mapRunner[T]{out: in.out, loads: in.loadings(), from: make([]source, len(in.ins)), at: at, chain: in.isChain(at)}
	for i, op := range in.ins {
		r.ins = append(r.ins, newAccess(op, l.slot(in.holds[i])))
		r.held = r.held || in.holds[i] >= 0
	}
	for i, st := range in.steps {
		s := bindStep[T](in, st)
		if i < len(in.steps)-1 {
			s.dst = l.slot(st.slot)
		}
		r.steps = append(r.steps, s)
	}
	return r
}

func bindStep[T kernel.Float](in *instr, st step) mapStep[T] {
	s := mapStep[T]{x: st.x, y: st.y, c: -1}
	switch {
	case st.f == addMul:
		s.scaled, s.c = kernel.AddMulLoop[T](), st.z
	case st.f == subMul:
		s.scaled, s.c = kernel.SubMulLoop[T](), st.z
	case st.y < 0:
		s.unary = kernel.UnaryLoop[T](st.f)
	default:
		s.binary = kernel.BinaryLoop[T](st.f)
		if c, left := in.number(st); c >= 0 {
			s.scalar = kernel.ScalarLoop[T](st.f, left)
			s.v, s.c = st.x, c
			if left {
				s.v = st.y
			}
		}
	}
	return s
}

// number returns the operand of a step that may be one number for a whole
// block, if the step has a loop for that, and whether it is the left one; or −1.
func (in *instr) number(st step) (operand int, left bool) {
	if st.y < 0 || st.z >= 0 || !kernel.HasScalarLoop(st.f.Code) {
		return -1, false
	}
	x, y := in.repeats(st.x), in.repeats(st.y)
	switch {
	case y && !x:
		return st.y, false
	case x && !y:
		return st.x, true
	}
	return -1, false
}

// repeats reports whether value v is an operand whose entries repeat along the
// last axis.
func (in *instr) repeats(v int) bool {
	if v >= len(in.ins) {
		return false
	}
	op := in.ins[v]
	return len(op.root) == 0 || len(op.axes) > 0 && op.axes[len(op.axes)-1] < 0
}

// loadings returns how the steps take each operand.
func (in *instr) loadings() []loading {
	number, block := make([]bool, len(in.ins)), make([]bool, len(in.ins))
	for _, st := range in.steps {
		c, _ := in.number(st)
		for _, v := range [...]int{st.x, st.y} {
			switch {
			case v < 0 || v >= len(in.ins):
			case v == c:
				number[v] = true
			default:
				block[v] = true
			}
		}
		if st.z >= 0 {
			number[st.z] = true
		}
	}
	loads := make([]loading, len(in.ins))
	for i := range loads {
		switch {
		case number[i] && block[i]:
			loads[i] = asBoth
		case number[i]:
			loads[i] = asNumber
		}
	}
	return loads
}

func (r *mapRunner[T]) bind(m *Machine[T]) {
	r.simple = true
	for i := range r.ins {
		a := &r.ins[i]
		a.bind(m)
		s := source{byAccess, a.op.buf, a.base}
		switch {
		case i == r.at:
			s.how = isGiven
		case r.loads[i] == asNumber && len(a.op.root) == 0:
			s.how = isNumber
		case r.loads[i] == asBlock && a.isFlat:
			s.how = isFlat
		case r.loads[i] != asNumber || a.strides[len(a.dims)-1] != 0:
			r.simple = false
		}
		r.from[i] = s
	}
}

// begin must be called before the blocks of a run.
func (r *mapRunner[T]) begin() {
	if !r.held {
		return
	}
	for i := range r.ins {
		r.ins[i].begin()
	}
}

// run computes blocks.
func (r *mapRunner[T]) run(m *Machine[T], l *lane[T], from, to int) {
	r.begin()
	size := len(m.bufs[r.out])
	for pos := from * block; pos < min(to*block, size); pos += block {
		n := min(block, size-pos)
		r.compute(m, l, pos, m.bufs[r.out][pos:pos+n], nil)
	}
}

// compute computes entries from pos on and puts them into out. given is what a
// tail starts with.
func (r *mapRunner[T]) compute(m *Machine[T], l *lane[T], pos int, out, given []T) {
	n := len(out)
	for i := range r.from {
		s := &r.from[i]
		switch s.how {
		case isFlat:
			l.vals[i] = m.bufs[s.buf][s.base+pos:][:n]
		case isNumber:
			l.numbers[i], l.single[i] = m.bufs[s.buf][s.base], true
		case isGiven:
			l.vals[i], l.numbers[i], l.single[i] = given, given[0], n == 1
		default:
			r.load(m, l, i, pos, n)
		}
	}
	for i := range r.steps {
		st := &r.steps[i]
		dst := out
		if st.dst != nil {
			dst = st.dst[:n]
		}
		st.run(l, dst)
		l.vals[len(r.from)+i] = dst
	}
}

// load finds operand i by its access.
func (r *mapRunner[T]) load(m *Machine[T], l *lane[T], i, pos, n int) {
	if r.loads[i] != asBlock {
		l.numbers[i], l.single[i] = r.ins[i].number(m, pos, n)
		if l.single[i] && r.loads[i] == asNumber {
			return
		}
	}
	l.vals[i] = r.ins[i].load(m, pos, n)
}

// run computes the step for a block.
func (st *mapStep[T]) run(l *lane[T], dst []T) {
	switch {
	case st.unary != nil:
		st.unary(dst, l.vals[st.x])
	case st.scaled != nil:
		st.scaled(dst, l.vals[st.x], l.vals[st.y], l.numbers[st.c])
	case st.scalar != nil && l.single[st.c]:
		st.scalar(dst, l.vals[st.v], l.numbers[st.c])
	default:
		st.binary(dst, l.vals[st.x], l.vals[st.y])
	}
}
