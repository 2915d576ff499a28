package plan

import "cmp"

// The kinds of nodes that no instruction computes: arrays that are there before
// a run, and views of other nodes.
var (
	// Feed is an array given before each run.
	Feed = &kind{name: "feed", lower: func(b *builder, n *Node) operand {
		twoWay := len(squeeze(n.Shape)) > 1
		return whole(b.buffer(buffer{place: inFeed, index: n.Index, size: volume(n.Shape), twoWay: twoWay}), n.Shape)
	}}

	// Param is an array that updates may change.
	Param = &kind{name: "param", lower: func(b *builder, n *Node) operand {
		return whole(b.buffer(buffer{place: inParam, index: n.Index, size: volume(n.Shape)}), n.Shape)
	}}

	// Data is an array that never changes.
	Data = &kind{name: "data", lower: func(b *builder, n *Node) operand {
		return whole(b.buffer(buffer{place: inData, index: n.Index, size: volume(n.Shape)}), n.Shape)
	}}

	// Fill is one number everywhere.
	Fill = &kind{name: "fill", lower: func(b *builder, n *Node) operand {
		return repeated(b.buffer(buffer{place: inConst, value: n.Value, size: 1}), n.Shape)
	}}

	// Reshape is the same entries in row-major order, in another shape. Where no
	// view has it, they are copied.
	Reshape = &kind{name: "reshape", lower: func(b *builder, n *Node) operand {
		return b.reshape(b.vals[n.In[0]], n)
	}}

	// Transpose permutes axes.
	Transpose = &kind{name: "transpose", lower: func(b *builder, n *Node) operand {
		return b.vals[n.In[0]].transposed(n.Perm)
	}}

	// Broadcast repeats an array to a larger shape, by NumPy's rules.
	Broadcast = &kind{name: "broadcast", lower: func(b *builder, n *Node) operand {
		return b.vals[n.In[0]].broadcast(n.Shape)
	}}

	// Slice is entries of an axis that are a step apart.
	Slice = &kind{name: "slice", lower: func(b *builder, n *Node) operand {
		return b.vals[n.In[0]].sliced(n.Axis, n.From, n.Shape[n.Axis], cmp.Or(n.Step, 1))
	}}

	// Part is an array that lies within one of one axis, from the entry From on.
	Part = &kind{name: "part", lower: func(b *builder, n *Node) operand {
		op := b.vals[n.In[0]]
		if !op.contiguous() {
			op = b.add(copying(op, n, ""))
		}
		part := whole(op.buf, n.Shape)
		part.within, part.base = true, op.base+n.From
		return part
	}}
)

// reshape returns op, which n computes or copies, in the shape of n.
func (b *builder) reshape(op operand, n *Node) operand {
	r, ok := op.reshaped(n.Shape, b.bufs[op.buf].twoWay)
	if !ok {
		r, _ = b.add(copying(op, n, "")).reshaped(n.Shape, false)
	}
	return r
}
