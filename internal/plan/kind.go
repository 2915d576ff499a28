package plan

import "chainrule/internal/kernel"

// A Kind says what a Node computes. It is one of the variables of this package.
type Kind = *kind

// A kind is all that there is to know of one kind of node; the passes ask it
// and never which one it is. The fields from units on belong to kinds that are
// computed by an instruction, and are zero for those that are views or arrays
// given from outside.
type kind struct {
	name string

	// lower returns the value of n, adding the instruction that computes it if one
	// is needed.
	lower func(b *builder, n *Node) operand

	// units returns into how many units the work falls, of which workers take
	// some; nil if it is one.
	units func(in *instr) int

	// cost and flop are what the instruction itself takes, without its head and
	// tail: nanoseconds, roughly, and operations. nil is nothing.
	cost func(in *instr) float64
	flop func(in *instr) int64

	// perPart says that each part has work of its own, so that there should be no
	// more parts than workers; nil is no.
	perPart func(in *instr) bool

	verb func(in *instr) string // nil is the name
	run  runners

	tail   tailing
	head   bool // may compute the Map that only it reads, block by block
	byView bool // reads operands through strides, so that none is gathered
	inside bool // may have its result in the memory of the first operand, which it reads before it writes
	calls  bool // may end the run: it calls a function of a user's, which may panic, or reads indices

	join kernel.Code // of a reduction: the function that makes one of two entries
}

// String returns the name of the kind.
func (k *kind) String() string { return k.name }

// tailing says whether a kind computes the Map that alone reads its result from
// blocks of that result, and where these are.
type tailing uint8

const (
	noTail     tailing = iota
	tailOfOwn          // in memory that the runner has anyway: such tails spare the most, and are made first
	tailInSlot         // in a scratch slot
)

// runners make the runners of an instruction, by the type of its entries.
type runners struct {
	double func(l *lane[float64], in *instr) runner[float64]
	single func(l *lane[float32], in *instr) runner[float32]
}

// newRunner returns the runner of an instruction.
func newRunner[T kernel.Float](l *lane[T], in *instr) runner[T] {
	var r any
	switch l := any(l).(type) {
	case *lane[float64]:
		r = in.kind.run.double(l, in)
	case *lane[float32]:
		r = in.kind.run.single(l, in)
	}
	return r.(runner[T])
}
