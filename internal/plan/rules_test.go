package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chainrule/internal/kernel"
)

// A term is a function of terms, or an operand: the feeds x and y, of whole
// arrays, the fed number z, or a constant.
type term struct {
	f    *kernel.Func
	in   []term
	feed string
	num  float64

	fixed bool // its operands stay in this order, for a term that stands twice
}

func apply(f *kernel.Func, in ...term) term { return term{f: f, in: in} }

var (
	termX, termY, termZ = term{feed: "x"}, term{feed: "y"}, term{feed: "z"}
	termOne, termHalf   = term{num: 1}, term{num: 0.5}
)

// variants returns the term with the operands of its sums and products in every
// order.
func (e term) variants() []term {
	if e.f == nil || e.fixed {
		return []term{e}
	}
	all := []term{{f: e.f}}
	for _, x := range e.in {
		var next []term
		for _, head := range all {
			for _, v := range x.variants() {
				next = append(next, term{f: e.f, in: append(slices.Clone(head.in), v)})
			}
		}
		all = next
	}
	if e.f == addFunc || e.f == mulFunc {
		for _, v := range slices.Clone(all) {
			all = append(all, term{f: e.f, in: []term{v.in[1], v.in[0]}})
		}
	}
	return all
}

// source returns the term as a program with one output, of arrays of more than a
// block. Equal operands are one node.
func (e term) source() Source {
	shape := []int{3, 301}
	feeds := []string{"x", "y", "z"}
	s := Source{Nodes: []Node{
		{Kind: Feed, Index: 0, Shape: shape}, {Kind: Feed, Index: 1, Shape: shape}, {Kind: Feed, Index: 2},
		{Kind: Fill, Value: 1}, {Kind: Fill, Value: 0.5},
	}}
	made := make(map[string]int)
	var add func(e term) int
	add = func(e term) int {
		if e.f == nil {
			return map[float64]int{0: slices.Index(feeds, e.feed), 1: 3, 0.5: 4}[e.num]
		}
		n := Node{Kind: Map, Func: e.f}
		for _, x := range e.in {
			n.In = append(n.In, add(x))
			if k := s.Nodes[n.In[len(n.In)-1]].Shape; len(k) > 0 {
				n.Shape = k
			}
		}
		key := fmt.Sprint(e.f.Name, n.In)
		if i, ok := made[key]; ok {
			return i
		}
		made[key] = len(s.Nodes)
		s.Nodes = append(s.Nodes, n)
		return made[key]
	}
	s.Outputs = []int{add(e)}
	return s
}

// contracted holds for each rule a term that is one step by it, and what its
// function is called.
var contracted = map[string]struct {
	term term
	verb string
}{
	"x·Step(y)":     {apply(mulFunc, termX, apply(ramp, termY)), "MulStep"},
	"x·(1 − y²)":    {apply(mulFunc, termX, apply(subFunc, termOne, apply(square, termY))), "MulTanhSlope"},
	"x·(y·(1 − y))": {apply(mulFunc, termX, apply(mulFunc, termY, apply(subFunc, termOne, termY))), "MulSigmoidSlope"},
	"x + y·z":       {apply(addFunc, termX, apply(mulFunc, termY, termZ)), "AddMul"},
	"x − y·z":       {apply(subFunc, termX, apply(mulFunc, termY, termZ)), "SubMul"},
}

func TestEachRuleFires(t *testing.T) {
	for _, r := range rules {
		c, ok := contracted[r.name]
		if !ok {
			t.Errorf("no term for the rule %s", r.name)
			continue
		}
		all := c.term.variants()
		if r.commutes && len(all) < 2 {
			t.Errorf("%s: the operands of the term are in no other order", r.name)
		}
		for i, e := range all {
			p := New(e.source())
			if verb := p.code[len(p.code)-1].verb(); len(p.code) != 1 || verb != c.verb {
				t.Errorf("%s, order %d: the plan is not one %s:\n%v", r.name, i, c.verb, p)
			}
		}
	}
}

// misses are terms that resemble those of a rule, and what must stay of them.
var misses = []struct {
	name string
	term term
	want string
}{
	{"½ − y²", apply(mulFunc, termX, apply(subFunc, termHalf, apply(square, termY))), "square·sub·mul"},
	{"y² − 1", apply(mulFunc, termX, apply(subFunc, apply(square, termY), termOne)), "square·sub·mul"},
	{"1 − z·y²", apply(mulFunc, termX, apply(subFunc, termOne, apply(mulFunc, apply(square, termY), termZ))), "square·SubMul·mul"},
	{"y·(1 − z·y)", apply(mulFunc, termX, apply(mulFunc, termY, apply(subFunc, termOne, apply(mulFunc, termY, termZ)))), "SubMul·mul·mul"},
	{"y·(1 − x)", apply(mulFunc, termX, apply(mulFunc, termY, apply(subFunc, termOne, termX))), "sub·mul·mul"},
	{"x + y·y", apply(addFunc, termX, apply(mulFunc, termY, termY)), "mul·add"},
	{"x + z·½", apply(addFunc, termX, apply(mulFunc, termZ, termHalf)), "mul; add"},
	{"y·z − x", apply(subFunc, apply(mulFunc, termY, termZ), termX), "mul·sub"},
	{"Step(y) read twice", apply(addFunc, apply(mulFunc, termX, apply(ramp, termY)), apply(ramp, termY)), "step·mul·add"},
	{"1 − y² read twice", apply(hypot, apply(mulFunc, termX, apply(subFunc, termOne, apply(square, termY))), apply(subFunc, termOne, apply(square, termY))), "square·sub·mul·hypot"},
	{"y·(1 − y) read twice", apply(hypot, apply(mulFunc, termX, slope), slope), "sub·mul·mul·hypot"},
}

var slope = term{f: mulFunc, in: []term{termY, apply(subFunc, termOne, termY)}, fixed: true}

func TestRulesKeepOff(t *testing.T) {
	for _, c := range misses {
		for i, e := range c.term.variants() {
			p := New(e.source())
			var verbs []string
			for _, in := range p.code {
				verbs = append(verbs, in.verb())
			}
			if got := strings.Join(verbs, "; "); got != c.want {
				t.Errorf("%s, order %d is %s, want %s", c.name, i, got, c.want)
			}
			sameAsNaive[float64](t, c.name, e.source())
			sameAsNaive[float32](t, c.name, e.source())
		}
	}
}

func TestEachRuleIsSound(t *testing.T) {
	for name, c := range contracted {
		for _, e := range c.term.variants() {
			sameAsNaive[float64](t, name, e.source())
			sameAsNaive[float32](t, name, e.source())
		}
	}
}

// sameAsNaive runs a program of rules on random operands, of all kinds of
// numbers.
func sameAsNaive[T kernel.Float](t *testing.T, name string, s Source) {
	t.Helper()
	g := &generator{Rand: rand.New(rand.NewPCG(1, 2)), src: s}
	for _, n := range s.Nodes[:3] {
		g.shapes[0] = append(g.shapes[0], n.Shape)
	}
	for range 5 {
		v := arrays[T](g)
		m := NewMachine[T](New(s), nil, nil, 1)
		for i, x := range v.feeds {
			m.Feed(i, x, false)
		}
		m.Run()
		want := evaluate(s, v)[s.Outputs[0]]
		if k := differ(m.Output(0), want); k >= 0 {
			t.Fatalf("%s: entry %d is %v, want %v\n%v", name, k, m.Output(0)[k], want[k], m.plan)
		}
	}
}
