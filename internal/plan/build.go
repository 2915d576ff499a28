package plan

import (
	"math"
	"slices"
)

// A builder turns nodes into instructions.
type builder struct {
	src     Source
	live    []bool
	vals    []operand // the value of each node
	code    []*instr
	bufs    []buffer
	given   map[origin]int // buffers outside the arena
	outputs []int          // buffer of each output
	results []operand      // value of each update, always all of a buffer in the arena
	targets []int          // buffer of each update's parameter

	updateOf map[int]int // buffer of a parameter → its update
	written  []bool      // by update: an instruction writes straight into its parameter

	guard
}

func newBuilder(s Source) *builder {
	b := &builder{
		src:   s,
		live:  make([]bool, len(s.Nodes)),
		vals:  make([]operand, len(s.Nodes)),
		given: make(map[origin]int),

		updateOf: make(map[int]int),
		written:  make([]bool, len(s.Updates)),
	}
	for _, i := range s.Outputs {
		b.live[i] = true
	}
	for _, u := range s.Updates {
		b.live[u.Param], b.live[u.Value] = true, true
	}
	for i, n := range slices.Backward(s.Nodes) {
		if b.live[i] {
			for _, j := range n.In {
				b.live[j] = true
			}
		}
	}
	return b
}

// operands returns the operands of n without axes of size 1.
func (b *builder) operands(n *Node) []operand {
	var ins []operand
	for _, j := range n.In {
		ins = append(ins, b.vals[j].squeezed())
	}
	return ins
}

// An origin tells buffers outside the arena apart.
type origin struct {
	place place
	index int
	bits  uint64 // of the value of a constant: 0 and -0 are two
}

// buffer returns the buffer outside the arena that v describes.
func (b *builder) buffer(v buffer) int {
	from := origin{v.place, v.index, math.Float64bits(v.value)}
	id, ok := b.given[from]
	if !ok {
		id = len(b.bufs)
		b.bufs = append(b.bufs, v)
		b.given[from] = id
	}
	return id
}

// emit appends the instruction that computes n and returns its result.
func (b *builder) emit(n *Node, in *instr) operand {
	in.kind, in.node, in.shape = n.Kind, n, n.Shape
	return b.add(in)
}

// add appends an instruction, with a new buffer for its result, and returns
// the result.
func (b *builder) add(in *instr) operand {
	in.out = len(b.bufs)
	b.bufs = append(b.bufs, buffer{size: in.size()})
	b.code = append(b.code, in)
	return whole(in.out, in.shape)
}
