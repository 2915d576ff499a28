package plan

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"chainrule/internal/kernel"
)

// bodies are the sources of the bodies of loops, by their plans.
var bodies sync.Map

// loop adds a loop over the rows of x, and a part of its result.
func (g *generator) loop(x int) {
	if shape := g.shapeOf(x); len(shape) == 0 || 2*volume(shape) > g.maxSize {
		return
	}
	steps, row := g.shapeOf(x)[0], g.shapeOf(x)[1:]
	size := volume(row)
	init, all := g.add(Node{Kind: Fill, Value: g.NormFloat64(), Shape: row}), -1
	for range 20 {
		if p := g.pick(); slices.Equal(g.shapeOf(p), row) {
			init, all = p, g.pick()
			break
		}
	}
	l := &Loop{Steps: steps, Reverse: g.IntN(2) == 0, Bounded: g.IntN(3) == 0,
		States: []Span{{0, size}}, Rows: []Span{{size, size * steps}}, Over: []int{size}}
	body := Source{Nodes: []Node{{Kind: Param, Shape: row}, {Kind: Feed, Shape: row}, {Kind: Param, Index: 1, Shape: row, Fresh: true}}}
	node := func(f *kernel.Func, in ...int) int {
		body.Nodes = append(body.Nodes, Node{Kind: Map, Func: f, In: in, Shape: row})
		return len(body.Nodes) - 1
	}
	next := node(tanhFunc, node(binaries[g.IntN(3)], g.IntN(2), 0))
	in := []int{init, x}
	if all >= 0 {
		if _, ok := g.broadcastShape(row, g.shapeOf(all)); ok && volume(g.shapeOf(all)) <= size && len(g.shapeOf(all)) <= len(row) {
			body.Nodes = append(body.Nodes, Node{Kind: Feed, Index: 1, Shape: g.shapeOf(all)})
			next = node(mulFunc, next, len(body.Nodes)-1)
			in = append(in, all)
		}
	}
	kept := next
	if g.IntN(3) > 0 {
		kept = node(binaries[g.IntN(3)], []int{0, 1, next}[g.IntN(3)], 1)
	}
	body.Updates = []Update{{0, next}, {2, kept}}
	l.Body = New(body)
	bodies.Store(l.Body, body)
	if l.Bounded {
		in = append(in, g.add(Node{Kind: Fill, Value: float64(g.IntN(steps + 1))}))
	}
	n := g.add(Node{Kind: Repeat, Loop: l, In: in, Shape: []int{size + size*steps}})
	g.add(Node{Kind: Part, In: []int{n}, Shape: row})
	g.add(Node{Kind: Part, In: []int{n}, From: size, Shape: g.shapeOf(x)})
}

func naiveLoop[T kernel.Float](n Node, in [][]T) []T {
	l := n.Loop
	source, _ := bodies.Load(l.Body)
	steps := l.Steps
	if l.Bounded {
		steps = int(in[len(in)-1][0])
		in = in[:len(in)-1]
	}
	body, size := source.(Source), l.Over[0]
	out := make([]T, volume(n.Shape))
	state := in[0]
	for s := range steps {
		t := s
		if l.Reverse {
			t = steps - 1 - s
		}
		feeds := append([][]T{in[1][t*size:][:size]}, in[2:]...)
		vals := evaluate(body, values[T]{feeds: feeds, params: [][]T{state, make([]T, size)}})
		state = vals[body.Updates[0].Value]
		copy(out[size+t*size:], vals[body.Updates[1].Value])
	}
	copy(out, state)
	return out
}

// A run with a number of steps that is none panics with what the loop says, and says it
// again the next time.
func TestLoopOfWrongLength(t *testing.T) {
	body := New(Source{Nodes: []Node{{Kind: Param}, {Kind: Map, Func: tanhFunc, In: []int{0}}}, Updates: []Update{{0, 1}}})
	l := &Loop{Body: body, Steps: 3, Bounded: true, States: []Span{{0, 1}}, Wrong: func(v float64) any { return v }}
	p := New(Source{Nodes: []Node{{Kind: Feed}, {Kind: Feed, Index: 1}, {Kind: Repeat, Loop: l, In: []int{0, 1}, Shape: []int{1}}}, Outputs: []int{2}})
	m := NewMachine[float64](p, nil, nil, 1)
	defer m.Stop()
	for _, steps := range []float64{4, -1, 0.5} {
		func() {
			defer func() {
				if r := recover(); r != steps {
					t.Errorf("%v steps: panic %v", steps, r)
				}
			}()
			m.Feed(0, []float64{1}, false)
			m.Feed(1, []float64{steps}, false)
			m.Run()
		}()
	}
	m.Feed(0, []float64{7}, false)
	m.Feed(1, []float64{0}, false)
	if m.Run(); m.Output(0)[0] != 7 {
		t.Errorf("after no step the state is %v", m.Output(0))
	}
	if !strings.Contains(p.String(), "repeat") {
		t.Error(p)
	}
}
