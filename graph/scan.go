package graph

import (
	"fmt"
	"slices"

	"chainrule/internal/plan"
	"chainrule/internal/term"
	"gorgonia.org/tensor"
)

// ScanAttrs are how many steps a loop makes, in which order, and how many parts its
// state has, rows it is given at each step and values it keeps. See [Loop].
type ScanAttrs struct {
	Steps                int  // at most, if Bounded or While; 0 if While and there is no bound
	Reverse              bool // from the last step to the first
	Bounded              bool // the last operand is the number of steps that are made
	While                bool // steps are made until the last part of the state is 0; that before it counts them
	State, Over, Stacked int
}

// A scanOp is a loop as an operation. The result is one axis with the final state and
// all that was kept, one behind the other; PartAttrs take it apart.
type scanOp struct {
	ScanAttrs
	op   *Op
	body *loopBody
	most int // of which loop's steps these are some, for errors; 0 if they are all

	// base is what this is more of: the same loop with more that is kept, behind the rest.
	base *scanOp
	rule map[string]*scanRule // by what has a gradient
}

func newScanOp(steps int, bounded, reverse bool, b *loopBody) *Op {
	s := &scanOp{ScanAttrs: ScanAttrs{steps, reverse, bounded, false, len(b.state), len(b.over), len(b.out)}, body: b, rule: map[string]*scanRule{}}
	s.op = &Op{Name: "Scan", Text: "scan", Attrs: s.ScanAttrs, scan: s,
		Inputs:   s.operands(),
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return tensor.Shape{s.size()}, s.checkShapes(in) },
		Backward: s.backward,
		Rules:    []string{"loop: another loop, from the last step to the first"},
		Source:   Source{Steps: s.unrolled}.Of,
		naive:    naive{scanNaively[float64](s), scanNaively[float32](s)},
		lower:    func(l *lowering, p *plan.Node) { l.repeat(p, s) },
	}
	s.op.manyShared = s.many
	return s.op
}

// operands returns how many operands there are.
func (s *scanOp) operands() int {
	n := s.State + s.Over + len(s.body.free)
	if s.Bounded {
		n++
	}
	return n
}

// checkShapes reports operands that are not those that the loop was made for.
func (s *scanOp) checkShapes(in []tensor.Shape) error {
	for i, n := range slices.Concat(s.body.state, s.body.over, s.body.free) {
		want := n.shape
		if i >= s.State && i < s.State+s.Over {
			want = append([]int{s.Steps}, want...)
		}
		if !slices.Equal(in[i], want) {
			return fmt.Errorf("operand %d has shape %s, %s expected", i, shapeString(in[i]), shapeString(want))
		}
	}
	return nil
}

// size returns the number of entries of the result.
func (s *scanOp) size() int {
	if s.Stacked == 0 {
		return s.finalAt(s.State)
	}
	return s.stackAt(s.Stacked)
}

// finalAt returns where part i of the final state lies.
func (s *scanOp) finalAt(i int) int {
	at := 0
	for _, n := range s.body.next[:i] {
		at += size(n.shape)
	}
	return at
}

// stackAt returns where the rows of what is kept as number i lie.
func (s *scanOp) stackAt(i int) int {
	at := s.finalAt(s.State)
	for _, n := range s.body.out[:i] {
		at += s.Steps * size(n.shape)
	}
	return at
}

// stackShape returns the shape of what is kept as number i.
func (s *scanOp) stackShape(i int) []int { return append([]int{s.Steps}, s.body.out[i].shape...) }

// final and stack return parts of the result n.
func (s *scanOp) final(n *Node, i int) *Node {
	p := part(n, s.finalAt(i), s.body.next[i].shape)
	p.integer = s.body.next[i].integer && s.body.state[i].integer
	return p
}

func (s *scanOp) stack(n *Node, i int) *Node {
	p := part(n, s.stackAt(i), s.stackShape(i))
	p.integer = s.body.out[i].integer
	return p
}

func (s *scanOp) finals(n *Node) []*Node {
	out := make([]*Node, s.State)
	for i := range out {
		out[i] = s.final(n, i)
	}
	return out
}

func (s *scanOp) stacks(n *Node) []*Node {
	out := make([]*Node, s.Stacked)
	for i := range out {
		out[i] = s.stack(n, i)
	}
	return out
}

// checkLength reports what is wrong with v as the number of steps that are made.
func (s *scanOp) checkLength(v float64) error {
	if n := int(v); n < 0 || n > s.Steps || float64(n) != v {
		return fmt.Errorf("a loop of length %v, a whole number from 0 to %d expected", v, max(s.Steps, s.most))
	}
	return nil
}

// unrolled returns the loop as operations one behind the other.
func (s *scanOp) unrolled(x []*Node) *Node {
	g, b := x[0].g, s.body
	state := slices.Clone(x[:s.State])
	kept := make([]*Node, s.Stacked*s.Steps)
	for k := range s.Steps {
		t := k
		if s.Reverse {
			t = s.Steps - 1 - k
		}
		next, out := b.apply(g, state, x[s.State:s.State+s.Over], x[s.State+s.Over:], t)
		if s.Bounded {
			made := Greater(x[len(x)-1], g.Const(float64(t)))
			for i := range next {
				next[i] = Where(made, next[i], state[i])
			}
			for i := range out {
				out[i] = Where(made, out[i], g.Const(0))
			}
		}
		state = next
		for i, n := range out {
			kept[i*s.Steps+t] = n
		}
	}
	parts := slices.Concat(state, kept)
	for i, n := range parts {
		parts[i] = Reshape(n, size(n.shape))
	}
	return Concat(0, parts...)
}

// apply adds step t of the body to g.
func (b *loopBody) apply(g *Graph, state, over, free []*Node, t int) (next, out []*Node) {
	known := map[*Node]*Node{}
	for i, n := range b.state {
		known[n] = state[i]
	}
	for i, n := range b.over {
		known[n] = Reshape(slice(over[i], 0, t, t+1), n.shape...)
	}
	for i, n := range b.free {
		known[n] = free[i]
	}
	all := func(nodes []*Node) []*Node {
		to := make([]*Node, len(nodes))
		for i, n := range nodes {
			to[i] = known[n]
		}
		return to
	}
	nodes, _ := b.g.reachable(slices.Concat(b.next, b.out), nil)
	for _, n := range nodes {
		switch n.kind {
		case constNode:
			known[n] = g.Const(n.value, n.shape...)
		case opNode:
			known[n] = n.op.Apply(all(n.in)...)
		}
	}
	return all(b.next), all(b.out)
}

// sampleScan returns a loop for lists of operations.
func sampleScan() *Op {
	g := New(Settings{})
	h, x := g.Input("h", 3), g.Input("x", 3)
	next := Add(Mul(Tanh(h), x), x)
	return newScanOp(2, false, false, &loopBody{g: g, state: []*Node{h}, over: []*Node{x}, next: []*Node{next}, out: []*Node{Mul(next, h)}})
}

// scanNaively evaluates the body's nodes one after the other, step by step.
func scanNaively[T float32 | float64](s *scanOp) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		steps, b := s.limit(), s.body
		if s.Bounded {
			v := float64(in[len(in)-1].data[0])
			if err := s.checkLength(v); err != nil {
				panic(&loopError{err})
			}
			steps = int(v)
		}
		values := map[*Node]array[T]{}
		for i, n := range b.state {
			values[n] = in[i]
		}
		for i, n := range b.free {
			values[n] = in[s.State+s.Over+i]
		}
		nodes, _ := b.g.reachable(slices.Concat(b.next, b.out), nil)
		state := make([]array[T], s.State)
		for k := 0; s.While || k < steps; k++ {
			if s.While && values[b.state[s.State-1]].data[0] == 0 {
				break
			}
			if k == steps {
				panic(&loopError{s.checkMore()})
			}
			t := k
			if s.Reverse {
				t = steps - 1 - k
			}
			for i, n := range b.over {
				rows := in[s.State+i]
				values[n] = array[T]{n.shape, rows.data[t*size(n.shape):][:size(n.shape)]}
			}
			evaluateBody(nodes, values)
			for i, n := range b.out {
				copy(out.data[s.stackAt(i)+t*size(n.shape):], values[n].data)
			}
			for i, n := range b.next {
				state[i] = values[n]
			}
			for i, n := range b.state {
				values[n] = state[i]
			}
		}
		for i, n := range b.state {
			copy(out.data[s.finalAt(i):], values[n].data)
		}
	}
}

// evaluateBody evaluates the nodes that are not inputs.
func evaluateBody[T float32 | float64](nodes []*Node, values map[*Node]array[T]) {
	for _, n := range nodes {
		switch n.kind {
		case constNode:
			c := array[T]{n.shape, make([]T, size(n.shape))}
			for i := range c.data {
				c.data[i] = T(n.value)
			}
			values[n] = c
		case opNode:
			in := make([]storage, len(n.in))
			for i, x := range n.in {
				in[i] = storageAs(values[x])
			}
			out := array[T]{n.shape, make([]T, size(n.shape))}
			evaluateAs(n, out.data, in, func(s storage) []T { return dataOf[T](s) })
			values[n] = out
		}
	}
}

// storageAs returns a storage that holds an array.
func storageAs[T float32 | float64](a array[T]) storage {
	s := storage{shape: a.shape}
	switch data := any(a.data).(type) {
	case []float64:
		s.f64 = data
	case []float32:
		s.f32 = data
	}
	return s
}

// dataOf returns the entries of a storage that holds such.
func dataOf[T float32 | float64](s storage) []T {
	if data, ok := any(s.f64).([]T); ok {
		return data
	}
	return any(s.f32).([]T)
}

// PartAttrs are where a part of a loop's result begins, and its shape.
type PartAttrs struct {
	From  int
	Shape []int
}

// part returns the entries of x, which has one axis, from a place on as an array.
func part(x *Node, from int, shape []int) *Node {
	return intern(x.g, PartAttrs{from, slices.Clone(shape)}, newPartOp).Apply(x)
}

func newPartOp(a PartAttrs) *Op {
	return &Op{Name: "Part", Text: "part", Attrs: a, Inputs: 1,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) {
			if len(in[0]) != 1 || a.From < 0 || a.From+size(a.Shape) > in[0][0] {
				return nil, fmt.Errorf("entries from %d on in shape %s of shape %s, which has not so many", a.From, shapeString(a.Shape), shapeString(in[0]))
			}
			return a.Shape, nil
		},
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{placed(dy, a.From, x[0].shape[0])} },
		Rules:    []string{movedBack},
		Source:   Source{Steps: func(x []*Node) *Node { return Reshape(slice(x[0], 0, a.From, a.From+size(a.Shape)), a.Shape...) }}.Of,
		many:     manyPart(a),
		write:    writePart,
		naive:    naive{takePart[float64](a), takePart[float32](a)},
		lower: func(l *lowering, p *plan.Node) {
			p.Kind, p.From = plan.Part, l.partAt(p.In[0], a.From)
		},
	}
}

// writePart says which part of a loop's result it is.
func writePart(w *writer, n *Node) *term.Term {
	a, _ := AttrsOf[PartAttrs](n)
	what := fmt.Sprintf("%d:%d", a.From, a.From+size(a.Shape))
	if s := n.in[0].scanned(); s != nil {
		for i := range s.State {
			if s.finalAt(i) == a.From {
				what = fmt.Sprintf("final %d", i+1)
			}
		}
		for i := range s.Stacked {
			if s.stackAt(i) == a.From && len(s.body.out) > i {
				what = fmt.Sprintf("kept %d", i+1)
			}
		}
	}
	return term.Slice(w.operand(n.in[0]), what)
}

// scanned returns the loop that computes n, nil if none does.
func (n *Node) scanned() *scanOp {
	if n.op == nil {
		return nil
	}
	return n.op.scan
}

func takePart[T float32 | float64](a PartAttrs) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) { copy(out.data, in[0].data[a.From:]) }
}

// PlacedAttrs are where an array lies among zeros, and how many entries there are.
type PlacedAttrs struct{ From, Size int }

// placed returns the entries of x from a place on, and zeros before and behind them.
func placed(x *Node, from, n int) *Node {
	return intern(x.g, PlacedAttrs{from, n}, newPlacedOp).Apply(x)
}

func newPlacedOp(a PlacedAttrs) *Op {
	return &Op{Name: "Placed", Text: "placed", Attrs: a, Inputs: 1,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) {
			if a.From < 0 || a.From+size(in[0]) > a.Size {
				return nil, fmt.Errorf("shape %s does not lie within %d entries from %d on", shapeString(in[0]), a.Size, a.From)
			}
			return tensor.Shape{a.Size}, nil
		},
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{part(dy, a.From, x[0].shape)} },
		Rules:    []string{movedBack},
		Source: Source{Steps: func(x []*Node) *Node {
			n := size(x[0].shape)
			return padded(Reshape(x[0], n), 0, 0, a.From, a.Size-a.From-n)
		}}.Of,
		naive: naive{placePart[float64](a), placePart[float32](a)},
		many:  manyPlaced(a),
		lower: func(l *lowering, p *plan.Node) { l.place(p, a) },
		rewrites: []rewrite{{"placed(0) → 0", func(s *simplifier, op *Op, in []*Node) *Node {
			if !in[0].isConst(0) {
				return nil
			}
			return s.g.Const(0, a.Size)
		}}}}
}

func placePart[T float32 | float64](a PlacedAttrs) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) { copy(out.data[a.From:], in[0].data) }
}
