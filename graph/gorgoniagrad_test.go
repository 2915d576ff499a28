package graph

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// The tests of this file hold what the walk leaves to gorgonia, the order and
// the calls of our rules, and what it does not, the sums.

// A foreignGrad lets gorgonia differentiate the graph that ExprGraph gives, its
// own sums included. What our rules return is added to that graph.
type foreignGrad struct {
	*expression
	g      *Graph
	terms  map[*Node][]*gorgonia.Node // gradients that flow into a node
	merged int                        // sums that are not of these terms
	rules  int                        // that gorgonia called
}

// newForeignGrad prepares the expression graph of g.
func newForeignGrad(t *testing.T, g *Graph) *foreignGrad {
	t.Helper()
	e, of, err := g.ExprGraph()
	if err != nil {
		t.Fatal(err)
	}
	return &foreignGrad{expression: &expression{e, of}, g: g, terms: map[*Node][]*gorgonia.Node{}}
}

// grad returns copies of what gorgonia.Grad finds, for xs that y depends on.
func (d *foreignGrad) grad(t *testing.T, y *Node, xs []*Node) []*Node {
	t.Helper()
	active, _ := d.g.pathBetween(xs, y)
	for n, e := range d.nodes {
		if op, ok := e.Op().(*exprOp); ok && n.id <= y.id {
			op.backward, op.active = d.backward, make([]bool, len(n.in))
			for i, x := range n.in {
				op.active[i] = active[x.id]
			}
		}
	}
	var wrt gorgonia.Nodes
	for _, x := range xs {
		wrt = append(wrt, d.nodes[x])
	}
	sums, err := gorgonia.Grad(d.nodes[y], wrt...)
	if err != nil {
		t.Fatal(err)
	}
	var out []*Node
	for i, x := range xs {
		d.count(x, sums[i])
		out = append(out, Reshape(d.standIn(sums[i], x.shape), x.shape...))
		if err := d.include(out[i]); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func (d *foreignGrad) backward(o *exprOp, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	n := o.n
	d.rules++
	d.count(n, grad)
	dx := n.derive(d.standIn(grad, n.shape))
	out := make(gorgonia.Nodes, len(n.in))
	for i, x := range n.in {
		if !o.active[i] {
			continue
		}
		term, err := (&walk{g: d.g}).mend(dx[i], x, n)
		if err == nil {
			err = d.include(term)
		}
		if err != nil {
			return nil, err
		}
		out[i] = d.nodes[term]
		d.terms[x] = append(d.terms[x], out[i])
	}
	return out, nil
}

// standIn returns an input of ours that stands for a node of gorgonia's.
func (d *foreignGrad) standIn(n *gorgonia.Node, shape []int) *Node {
	in := d.g.Input(fmt.Sprintf("stand-in %d", len(d.g.nodes)), shape...)
	d.nodes[in] = n
	return in
}

// include adds n and what it is computed from to the expression graph.
func (d *foreignGrad) include(n *Node) error {
	if d.nodes[n] != nil {
		return nil
	}
	for _, x := range n.in {
		if err := d.include(x); err != nil {
			return err
		}
	}
	return d.add(n)
}

// count compares a sum with the terms that our rules returned for n; y has none.
func (d *foreignGrad) count(n *Node, sum *gorgonia.Node) {
	if terms := d.terms[n]; len(terms) > 0 && !slices.Equal(d.summands(sum, len(terms)), terms) {
		d.merged++
	}
}

// summands returns the k terms of a sum that gorgonia made, in the order in which
// they were added: its + nodes lean to the left.
func (e *expression) summands(n *gorgonia.Node, k int) []*gorgonia.Node {
	var out []*gorgonia.Node
	for ; k > 1; k-- {
		in := e.graph.From(n.ID())
		if in.Len() != 2 {
			return nil
		}
		in.Next()
		first := in.Node().(*gorgonia.Node)
		in.Next()
		out = append(out, in.Node().(*gorgonia.Node))
		n = first
	}
	out = append(out, n)
	slices.Reverse(out)
	return out
}

// gorgonia's own differentiation, run by its own machine, gives the bits of
// GradRaw. Where its hash merges two sums it is wrong, which is counted.
func TestGorgoniaDifferentiatesExprGraph(t *testing.T) {
	compared, sums, merged, rules := 0, 0, 0, 0
	for seed := range uint64(300) {
		dtype := []tensor.Dtype{tensor.Float64, tensor.Float32}[seed%2]
		r := newRandomGraph(3000+seed, dtype, seed%4 < 2)
		for range 30 {
			r.grow()
		}
		cost := Add(r.cost(), r.cost())
		d := newForeignGrad(t, r.Graph)
		_, path := r.pathBetween(r.leaves(), cost)
		xs := slices.DeleteFunc(r.leaves(), func(x *Node) bool {
			return !slices.ContainsFunc(path, func(n *Node) bool { return slices.Contains(n.in, x) })
		})
		if len(xs) == 0 {
			continue
		}
		raw, err := GradRaw(cost, xs...)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		foreign := d.grad(t, cost, xs)
		rules += d.rules
		for _, terms := range d.terms {
			sums += len(terms) - 1
		}
		if merged += d.merged; d.merged > 0 {
			continue // a sum of another pair is in there
		}
		tape := r.onTapeMachine(t, seed, d.expression, foreign)
		p := run(t, Spec{Outputs: raw}, r.feeds)
		for i, n := range raw {
			v, err := p.Value(n)
			if err != nil {
				t.Fatal(err)
			}
			sameBits(t, v, tape[i], "seed", seed, xs[i])
			compared++
		}
	}
	t.Logf("%d gradients, %d rules, %d sums, %d merged", compared, rules, sums, merged)
	if compared < 400 || sums < 1000 || merged > 2 {
		t.Errorf("%d gradients compared, %d sums, of which %d were merged", compared, sums, merged)
	}
}

// gorgonia returns another sum's node where the hashes of two sums agree: among
// the sums of two of 600 gradients there are such. count sees them, and what a
// rule is given in Grad is the sum of our terms whatever gorgonia made of them.
func TestMergedSumsDoNotGetThrough(t *testing.T) {
	g := New(Settings{})
	w := &walk{g: g, expr: newExpression()}
	n := Tanh(g.Input("n", 2, 3))
	leaves := make([]*gorgonia.Node, 600)
	for i := range leaves {
		leaves[i] = w.opaque(n)
	}
	first, err := gorgonia.Add(leaves[0], leaves[1])
	if err != nil {
		t.Fatal(err)
	}
	pairs := map[uint32][][]*gorgonia.Node{}
	for i, a := range leaves {
		for _, b := range leaves[:i] {
			hash := sumHash(first, a, b)
			pairs[hash] = append(pairs[hash], []*gorgonia.Node{a, b})
		}
	}
	merged := 0
	for _, same := range pairs {
		if len(same) < 2 {
			continue
		}
		seen := map[*gorgonia.Node]bool{}
		for _, pair := range same {
			sum, err := gorgonia.Add(pair[0], pair[1])
			if err != nil {
				t.Fatal(err)
			}
			d := &foreignGrad{expression: w.expr, terms: map[*Node][]*gorgonia.Node{n: pair}}
			if d.count(n, sum); (d.merged > 0) != seen[sum] {
				t.Errorf("gorgonia returned a node that it had returned before: %v; counted: %d", seen[sum], d.merged)
			}
			if seen[sum] {
				merged++
				checkRuleSeesTerms(t, n, sum)
			}
			seen[sum] = true
		}
	}
	if merged == 0 {
		t.Error("gorgonia merged no sums: the test proves nothing")
	}
}

// checkRuleSeesTerms hands a walk a sum that is not of its terms for n.
func checkRuleSeesTerms(t *testing.T, n *Node, wrong *gorgonia.Node) {
	t.Helper()
	g := n.g
	a, b := g.Const(1, 2, 3), g.Const(2, 2, 3)
	w := &walk{g: g, expr: newExpression(), active: make([]bool, len(g.nodes)), totals: map[*Node]*Node{}}
	w.active[n.in[0].id], w.terms = true, map[*Node][]*Node{n: {a, b}}
	gorgoniaLock.Lock()
	defer gorgoniaLock.Unlock()
	o := &exprOp{n: n, backward: w.backward, active: []bool{true}}
	if _, err := o.SymDiff(nil, nil, wrong); err != nil {
		t.Fatal(err)
	}
	if sum := w.totals[n]; sum == nil || sum.op != addOp || sum.in[0] != a || sum.in[1] != b {
		t.Errorf("the rule was given %v, the sum of its terms expected", sum)
	}
}

// sumHash is gorgonia's hash of a node like sum with other operands.
func sumHash(sum, a, b *gorgonia.Node) uint32 {
	h := fnv.New32a()
	fmt.Fprintf(h, "%v%v", sum.Type(), sum.Shape())
	sum.Op().WriteHash(h)
	binary.Write(h, binary.LittleEndian, byte(2))
	binary.Write(h, binary.LittleEndian, a.Hashcode())
	binary.Write(h, binary.LittleEndian, b.Hashcode())
	return h.Sum32()
}

// An expression graph is differentiated by Grad alone: gorgonia's sums may be wrong.
func TestExprGraphRefusesDifferentiation(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x")
	y := Tanh(x)
	_, of, err := g.ExprGraph()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gorgonia.Grad(of[y], of[x]); err == nil || !strings.Contains(fmt.Sprint(err), "graph.Grad") {
		t.Errorf("gorgonia.Grad of an expression graph: error %v, one that names graph.Grad expected", err)
	}
}
