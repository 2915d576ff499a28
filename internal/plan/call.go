package plan

import "chainrule/internal/kernel"

// Call is a function on whole arrays.
var Call = &kind{name: "call", calls: true, run: runners{newCallRunner[float64], newCallRunner[float32]},
	lower: func(b *builder, n *Node) operand { return b.emit(n, &instr{ins: b.operands(n)}) }}

// callRunner runs a Call instruction. Operands that are not row-major float64
// arrays in memory are copied to the machine's wide scratch.
type callRunner[T kernel.Float] struct {
	out  int
	ins  []access[T]
	size []int // entries of each operand
	call func(out []float64, in [][]float64)
}

func newCallRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	r, wide := &callRunner[T]{out: in.out, call: in.node.Call}, 0
	_, direct := asFloat64[T](nil)
	if !direct {
		wide = in.size()
	}
	for i, op := range in.ins {
		a, n := newAccess(op, l.slot(in.holds[i])), volume(op.dims)
		r.ins, r.size = append(r.ins, a), append(r.size, n)
		if !direct || in.holds[i] >= 0 {
			wide += n
		}
	}
	l.needCall(len(in.ins), wide)
	return r
}

func (r *callRunner[T]) bind(m *Machine[T]) {
	for i := range r.ins {
		r.ins[i].bind(m)
	}
}

func (r *callRunner[T]) run(m *Machine[T], l *lane[T], _, _ int) {
	args, wide := l.args[:len(r.ins)], l.wide
	for i := range args {
		args[i], wide = r.argument(m, i, wide)
	}
	out := m.bufs[r.out]
	result, direct := asFloat64(out)
	if !direct {
		result = wide[:len(out):len(out)]
	}
	clear(result)
	r.call(result, args)
	if !direct {
		for i, v := range result {
			out[i] = T(v)
		}
	}
	clear(args)
}

// argument returns operand i as a row-major array, copied to the front of wide
// if need be, and what is left of wide.
func (r *callRunner[T]) argument(m *Machine[T], i int, wide []float64) (arg, rest []float64) {
	a, n := &r.ins[i], r.size[i]
	if a.isFlat {
		if s, ok := asFloat64(a.load(m, 0, n)); ok {
			return s[:n:n], wide
		}
	}
	a.begin()
	for pos := 0; pos < n; pos += block {
		for k, v := range a.load(m, pos, min(block, n-pos)) {
			wide[pos+k] = float64(v)
		}
	}
	return wide[:n:n], wide[n:]
}

// asFloat64 returns x itself if T is float64.
func asFloat64[T kernel.Float](x []T) (s []float64, ok bool) {
	s, ok = any(x).([]float64)
	return s, ok
}
