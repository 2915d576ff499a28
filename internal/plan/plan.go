package plan

import (
	"slices"

	"chainrule/internal/kernel"
)

// A Node is one operation. In holds the positions of its operands, which come
// before it. Every size in Shape is at least 1; an empty Shape is a scalar.
// The fields from Index on belong to some kinds only.
type Node struct {
	Kind  Kind
	In    []int
	Shape []int

	Index          int                                 // Feed, Param, Data: which one
	Value          float64                             // Fill: every entry
	Func           *kernel.Func                        // Map: operands are broadcast to Shape
	TransA, TransB bool                                // MatMul: swap the last two axes of the operand first; the axes before them are broadcast
	Axes           []int                               // reductions: the axes reduced, ascending; Shape keeps them as 1 or drops them
	Axis, From     int                                 // Slice: the axis and its first entry; Concat, cumulations, Recurrence, kinds with indices: the axis; Triangle: the diagonal; Part: the first entry
	Step           int                                 // Slice: how far entries are apart, 0 for 1; below 0 they go back from From
	Ranges         []Range                             // Place: where the second operand stands in the first, by axis
	Reverse        bool                                // cumulations, Recurrence: from the last entry to the first; Argsort: the largest first; Triangle: the upper one
	Perm           []int                               // Transpose: axis i of the result is axis Perm[i] of the operand
	Call           func(out []float64, in [][]float64) // Call: sets out from row-major operands, which it must not change or keep
	Loop           *Loop                               // Repeat: what is done at every step
	Window         *Window                             // convolutions and pooling: where the window lies
	Fresh          bool                                // Param: nothing reads it, and what it was is lost as soon as a run begins

	Outside func(at int, value float64) error // kinds with indices: the error of entry number at of the indices, which is none

	Label, Text string // for String: a name as "Z1", and a formula as "W1·X + b1"
}

// An Update assigns the value of node Value to the parameter of node Param at
// the end of each run. Both are positions in Source.Nodes and have one size.
type Update struct{ Param, Value int }

// A Source is what a plan is made from: operations, those whose values are
// wanted, and assignments. No two updates have the same parameter.
//
// The sum of nodes of kind Sum is taken on logical indices, whatever the layout
// of the operand, after axes of size 1 are dropped. If the last axis is summed
// over, the trailing axes summed over form runs: a run is cut in leaves of
// leafRun entries, the last of what is left, each summed as by kernel.Sum16. The
// runs that belong to one entry of the result, or if the last axis is kept the
// entries that do, are its terms: in row-major order they are cut in leaves of
// leafTerms, each of which is added one after the other, starting from the first.
// Leaves of either kind are added in pairs: the sum of n > 1 leaves is the sum of
// the first k plus the sum of the others, with k the largest power of two below
// n. A sum over axes of size 1 alone changes nothing. Products of kind Prod are
// taken in the same order, a leaf of a run as by kernel.Product16.
//
// So an entry of a sum goes through at most leafTerms+3 additions in its leaf of
// a run, leafTerms−1 in its leaf of terms, and one for each doubling of the number of
// leaves.
//
// If it is Guarded, a run stops before the first assignment where an output or
// what an update is computed from is not finite.
type Source struct {
	Nodes   []Node
	Outputs []int
	Updates []Update
	Guarded bool
}

// A Plan is a list of instructions. It does not change, so any number of
// machines may share it.
type Plan struct {
	code    []*instr
	bufs    []buffer
	outputs []int // buffer of each output
	updates int
	arena   int // elements
	slots   int // blocks of scratch

	guards  bool     // runs may stop before anything is assigned
	front   int      // first elements of the arena that must be finite before anything is assigned
	guarded []int    // buffers that must be, too
	before  int      // instructions that come before the look at them
	commits [][2]int // buffers that are copied to those of parameters at the end
}

// New makes the plan for s. It keeps references to the slices in s, which must
// not change afterwards. A source that breaks the rules stated at Node, Update
// and Source is a mistake of the caller and may panic.
func New(s Source) *Plan { return build(s, func(pass) bool { return true }) }

// A place says where a buffer lies.
type place uint8

const (
	inArena place = iota
	inFeed
	inParam
	inData
	inConst
)

// A buffer is an array of the machine.
type buffer struct {
	place  place
	index  int     // inFeed, inParam, inData: which one
	value  float64 // inConst: its one entry
	size   int     // elements
	offset int     // inArena: first element
	twoWay bool    // inFeed: row-major and column-major order differ
	pinned bool    // inArena: holds an output, so that its memory is never reused
	front  bool    // inArena: lies among the first elements
}

// An instr is an instruction: it sets a buffer from operands.
type instr struct {
	kind Kind
	node *Node // that it computes, or copies
	note string

	shape []int     // of the result
	dims  []int     // Map: shape without the axes of size 1
	out   int       // buffer
	ins   []operand // without axes of size 1, but for MatMul
	holds []int     // scratch slot in which each operand's block is gathered, or -1
	steps []step    // Map: at least one; no others have any
	red   []bool    // reductions: which axes of ins[0] are reduced
	win   *frame    // convolutions and pooling: images and windows
	units int       // units of work, of which workers take some
	tail  *instr    // a Map that is computed from blocks of the result while they are in the cache
	at    int       // which operand of tail the result is
	head  *instr    // a Map that computes ins[0] block by block
	slot  int       // scratch slot of what the tail starts with, if it needs one
	from  int       // scratch slot of what the head ends with
}

// A step is one element-wise function of a Map instruction. Its arguments are
// numbered: first the operands of the instruction, then the results of the
// steps before it. y is -1 for a function of one argument, and z but for addMul
// and subMul, where it is an operand of one entry. The last step writes the
// result.
type step struct {
	f       *kernel.Func
	x, y, z int
	slot    int // scratch slot of its result, but for the last step
}

// outer returns how many indices there are before the axis of a node that has one.
func (in *instr) outer() int { return volume(in.node.Shape[:in.node.Axis]) }

// isMap reports whether in is element-wise.
func (in *instr) isMap() bool { return len(in.steps) > 0 }

// size returns the number of entries of the result.
func (in *instr) size() int { return volume(in.shape) }

// reads reports whether in reads the buffer, and whether it does so only entry
// by entry in the order of its result.
func (in *instr) reads(buf int) (some, aligned bool) {
	aligned = true
	if in.tail != nil {
		some, aligned = in.tail.reads(buf)
	}
	ins := in.ins
	if in.head != nil {
		ins = in.head.ins
	}
	for i, op := range ins {
		if op.buf == buf {
			some = true
			aligned = aligned && op.identity() && (in.isMap() && slices.Equal(op.dims, in.dims) || in.kind.inside && i == 0)
		}
	}
	return some, aligned
}

// volume returns the number of entries of an array.
func volume(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
