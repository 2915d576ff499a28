package plan

import (
	"slices"
	"testing"

	"chainrule/internal/kernel"
)

// Any pass that is not needed may be left out, alone or with all others, and the
// outputs and parameters keep their bits.
func TestPassesChangeNoBits(t *testing.T) {
	t.Run("float64", testPasses[float64])
	t.Run("float32", testPasses[float32])
}

func testPasses[T kernel.Float](t *testing.T) {
	longer := make(map[string]bool) // passes without which some plan is another
	for seed := range uint64(1500) {
		g := generate(seed)
		v := arrays[T](g)
		all := New(g.src)
		want := results(all, v)
		check := func(without string, p *Plan) {
			for i, got := range results(p, v) {
				if k := differ(got, want[i]); k >= 0 {
					t.Fatalf("seed %d: without the pass %s, result %d differs at %d: %v, want %v\n%v",
						seed, without, i, k, got[k], want[i][k], p)
				}
			}
			if p.String() != all.String() {
				longer[without] = true
			}
		}
		for _, off := range passes {
			if !off.needed {
				check(off.name, build(g.src, func(p pass) bool { return p.name != off.name }))
			}
		}
		check("all", build(g.src, func(pass) bool { return false }))
	}
	for _, p := range passes {
		if !p.needed && !longer[p.name] {
			t.Errorf("no plan is another without the pass %s", p.name)
		}
	}
}

// results runs a plan twice and returns its outputs and then the parameters.
func results[T kernel.Float](p *Plan, v values[T]) [][]T {
	params := deepClone(v.params)
	m := NewMachine(p, params, v.data, 1)
	for range 2 {
		for i, x := range v.feeds {
			m.Feed(i, x, false)
		}
		m.Run()
	}
	var all [][]T
	for i := range p.outputs {
		all = append(all, slices.Clone(m.Output(i)))
	}
	return append(all, params...)
}

// A fused instruction has no more steps than maxSteps, however long a chain is.
func TestStepsOfAFusedInstruction(t *testing.T) {
	src := Source{Nodes: []Node{{Kind: Feed, Shape: []int{3}}}, Outputs: []int{200}}
	for i := range 200 {
		src.Nodes = append(src.Nodes, Node{Kind: Map, In: []int{i}, Shape: []int{3}, Func: sinFunc})
	}
	steps := 0
	for _, in := range New(src).code {
		if len(in.steps) > maxSteps {
			t.Errorf("%d steps, at most %d expected", len(in.steps), maxSteps)
		}
		steps += len(in.steps)
	}
	if steps != 200 {
		t.Errorf("%d steps in all, 200 expected", steps)
	}
}
