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

	updateOf map[int]int // buffer of a parameter → its update
	ramps    map[rampKey]operand
}

func newBuilder(s Source) *builder {
	b := &builder{
		src:   s,
		live:  make([]bool, len(s.Nodes)),
		vals:  make([]operand, len(s.Nodes)),
		given: make(map[origin]int),

		updateOf: make(map[int]int),
		ramps:    make(map[rampKey]operand),
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
	case Slice:
		return b.vals[n.In[0]].sliced(n.Axis, n.From, n.Shape[n.Axis])
	case Reshape:
		return b.reshape(b.vals[n.In[0]], i)
	case Map:
		return b.mapping(i)
	case MatMul:
		return b.product(i)
	case Sum, Max, Min:
		return b.reduction(i)
	case Concat:
		return b.emit(&instr{kind: Concat, node: i, shape: n.Shape, ins: b.operands(i), outer: volume(n.Shape[:n.Axis])})
	case Call:
		return b.emit(&instr{kind: Call, node: i, shape: n.Shape, ins: b.operands(i), call: n.Call})
	}
	panic("plan: unknown kind of node")
}

// operands returns the operands of node i without axes of size 1.
func (b *builder) operands(i int) []operand {
	var ins []operand
	for _, j := range b.src.Nodes[i].In {
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
		ins: []operand{s}, steps: []step{{f: copyFunc, x: 0, y: -1, z: -1}}}
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
	st := step{f: n.Func, y: -1, z: -1}
	x := b.vals[n.In[0]].broadcast(n.Shape).squeezed()
	if ramp := rampOf(n.Func.Code); ramp != kernel.None && x.identity() {
		if r, ok := b.ramps[rampKey{x.buf, ramp}]; ok {
			whole, _ := r.reshaped(n.Shape, false)
			x = whole.squeezed() // has the sign of x, or is NaN like it
		}
	}
	st.x = in.operand(x)
	if len(n.In) == 2 {
		st.y = in.operand(b.vals[n.In[1]].broadcast(n.Shape).squeezed())
	}
	in.steps = []step{st}
	out := b.emit(in)
	if c := n.Func.Code; x.identity() && (c == kernel.ReLU || c == kernel.LeakyReLU) {
		b.ramps[rampKey{x.buf, c}] = out
	}
	return out
}

// rampOf returns the function whose derivative a Code is, if its result will do
// in place of its argument for that: Step(ReLU(z)) is Step(z). So z itself need
// not be kept.
func rampOf(c kernel.Code) kernel.Code {
	switch c {
	case kernel.Step:
		return kernel.ReLU
	case kernel.LeakyStep:
		return kernel.LeakyReLU
	}
	return kernel.None
}

// A rampKey is a function applied to all of a buffer.
type rampKey struct {
	buf  int
	code kernel.Code
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
	x := b.vals[n.In[0]].factor(n.Shape, n.TransA)
	y := b.vals[n.In[1]].factor(n.Shape, n.TransB)
	return b.emit(&instr{kind: MatMul, node: i, shape: n.Shape, ins: []operand{x, y}})
}

// factor returns the view of op as a factor of a product of the given shape.
func (op operand) factor(shape []int, trans bool) operand {
	k := len(op.dims) - 2
	if trans {
		perm := make([]int, k+2)
		for i := range k {
			perm[i] = i
		}
		perm[k], perm[k+1] = k+1, k
		op = op.transposed(perm)
	}
	full := slices.Clone(shape)
	copy(full[len(shape)-2:], op.dims[k:])
	return op.broadcast(full)
}

func (b *builder) reduction(i int) operand {
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
	return b.emit(&instr{kind: n.Kind, node: i, shape: n.Shape, ins: []operand{op.squeezed()}, red: red})
}
