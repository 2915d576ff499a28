package plan

import (
	"math"
	"slices"

	"chainrule/internal/kernel"
)

var copyFunc = &kernel.Func{Name: "copy", Code: kernel.Copy, Unary: func(x float64) float64 { return x }}

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
}

func newBuilder(s Source) *builder {
	b := &builder{
		src:   s,
		live:  make([]bool, len(s.Nodes)),
		vals:  make([]operand, len(s.Nodes)),
		given: make(map[origin]int),
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

// lower returns the value of node i, adding the instruction that computes it
// if one is needed.
func (b *builder) lower(i int) operand {
	n := &b.src.Nodes[i]
	switch n.Kind {
	case Feed:
		twoWay := len(squeeze(n.Shape)) > 1
		return whole(b.buffer(buffer{place: inFeed, index: n.Index, size: volume(n.Shape), twoWay: twoWay}), n.Shape)
	case Param:
		return whole(b.buffer(buffer{place: inParam, index: n.Index, size: volume(n.Shape)}), n.Shape)
	case Data:
		return whole(b.buffer(buffer{place: inData, index: n.Index, size: volume(n.Shape)}), n.Shape)
	case Fill:
		return repeated(b.buffer(buffer{place: inConst, value: n.Value, size: 1}), n.Shape)
	case Transpose:
		return b.vals[n.In[0]].transposed(n.Perm)
	case Broadcast:
		return b.vals[n.In[0]].broadcast(n.Shape)
	case Reshape:
		return b.reshape(b.vals[n.In[0]], i)
	case Map:
		return b.mapping(i)
	case MatMul:
		return b.product(i)
	case Sum:
		return b.sum(i)
	case Call:
		ins := make([]operand, len(n.In))
		for k, j := range n.In {
			ins[k] = b.vals[j].squeezed()
		}
		return b.emit(&instr{kind: Call, node: i, shape: n.Shape, ins: ins, call: n.Call})
	}
	panic("plan: unknown kind of node")
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

// emit appends the instruction, with a new buffer for its result, and returns
// the result.
func (b *builder) emit(in *instr) operand {
	in.out = len(b.bufs)
	b.bufs = append(b.bufs, buffer{size: in.size()})
	b.code = append(b.code, in)
	return whole(in.out, in.shape)
}

// copying returns an instruction without a result that copies op.
func copying(op operand, node int, note string) *instr {
	s := op.squeezed()
	return &instr{kind: Map, node: node, note: note, shape: op.dims, dims: s.dims,
		ins: []operand{s}, steps: []step{{f: copyFunc, x: 0, y: -1}}}
}

func (b *builder) reshape(op operand, i int) operand {
	shape := b.src.Nodes[i].Shape
	r, ok := op.reshaped(shape, b.bufs[op.buf].twoWay)
	if !ok {
		r, _ = b.emit(copying(op, i, "")).reshaped(shape, false)
	}
	return r
}

func (b *builder) mapping(i int) operand {
	n := &b.src.Nodes[i]
	in := &instr{kind: Map, node: i, shape: n.Shape, dims: squeeze(n.Shape)}
	st := step{f: n.Func, y: -1}
	st.x = in.operand(b.vals[n.In[0]].broadcast(n.Shape).squeezed())
	if len(n.In) == 2 {
		st.y = in.operand(b.vals[n.In[1]].broadcast(n.Shape).squeezed())
	}
	in.steps = []step{st}
	return b.emit(in)
}

// operand returns the number of op among the operands of in, adding it if it
// is not there.
func (in *instr) operand(op operand) int {
	if k := slices.IndexFunc(in.ins, op.equal); k >= 0 {
		return k
	}
	in.ins = append(in.ins, op)
	return len(in.ins) - 1
}

func (b *builder) product(i int) operand {
	n := &b.src.Nodes[i]
	x, y := b.vals[n.In[0]], b.vals[n.In[1]]
	if n.TransA {
		x = x.transposed([]int{1, 0})
	}
	if n.TransB {
		y = y.transposed([]int{1, 0})
	}
	return b.emit(&instr{kind: MatMul, node: i, shape: n.Shape, ins: []operand{x, y}})
}

func (b *builder) sum(i int) operand {
	n := &b.src.Nodes[i]
	op := b.vals[n.In[0]]
	var red []bool
	for a, d := range op.dims {
		if d > 1 {
			red = append(red, slices.Contains(n.Axes, a))
		}
	}
	if !slices.Contains(red, true) {
		return b.reshape(op, i)
	}
	return b.emit(&instr{kind: Sum, node: i, shape: n.Shape, ins: []operand{op.squeezed()}, red: red})
}
