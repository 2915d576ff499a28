package graph

import (
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// gorgonia's TapeMachine runs the same operations in an order and with a memory
// plan of its own. Programs agree with it on random graphs, values and
// gradients, for either dtype.
func TestTapeMachineAgrees(t *testing.T) {
	compared := 0
	for seed := range uint64(300) {
		dtype := []tensor.Dtype{tensor.Float64, tensor.Float32}[seed%2]
		r := newRandomGraph(1000+seed, dtype, seed%4 < 2)
		cost := r.cost()
		gradients, err := Grad(cost, r.leaves()...)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		wanted := append(append([]*Node{cost}, gradients...), r.pick())
		e, of, err := r.ExprGraph()
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		tape := r.onTapeMachine(t, seed, &expression{e, of}, wanted)
		p := run(t, Spec{Outputs: wanted}, r.feeds)
		for i, n := range wanted {
			v, err := p.Value(n)
			if err != nil {
				t.Fatal(err)
			}
			sameBits(t, v, tape[i], "seed", seed, n)
			compared++
		}
	}
	if compared < 1000 {
		t.Errorf("only %d nodes were compared", compared)
	}
}

// onTapeMachine returns the values that the machine computes for nodes.
func (r *randomGraph) onTapeMachine(t *testing.T, seed uint64, e *expression, nodes []*Node) []storage {
	t.Helper()
	for n, v := range r.feeds {
		s, err := newStorage(v.(*tensor.Dense)) // row-major, as its operations want it
		if err == nil {
			err = gorgonia.Let(e.nodes[n], exprValue(s))
		}
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
	vm := gorgonia.NewTapeMachine(e.graph)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	var out []storage
	for _, n := range nodes {
		v := e.nodes[n].Value()
		if l := n.leafValue(); l != nil {
			v = l
		}
		s, err := storageOf(v, n.g.dtype)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		out = append(out, s)
	}
	return out
}
