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
		cost := r.Const(0)
		for range 3 {
			cost = Add(cost, Mean(Tanh(Scale(r.pick(), 0.3))))
		}
		wanted := []*Node{cost}
		for _, n := range r.Nodes() {
			if n.kind == inputNode || n.kind == paramNode {
				wanted = append(wanted, n)
			}
		}
		gradients, err := Grad(cost, wanted[1:]...)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		wanted = append(append([]*Node{cost}, gradients...), r.pick())
		tape := r.onTapeMachine(t, seed, wanted)
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
func (r *randomGraph) onTapeMachine(t *testing.T, seed uint64, nodes []*Node) []storage {
	t.Helper()
	e, of, err := r.ExprGraph()
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	for n, v := range r.feeds {
		s, err := newStorage(v) // row-major, as its operations want it
		if err == nil {
			err = gorgonia.Let(of[n], exprValue(s))
		}
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
	vm := gorgonia.NewTapeMachine(e)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	var out []storage
	for _, n := range nodes {
		v := of[n].Value()
		if l := n.leafValue(); l != nil {
			v = l
		}
		s, err := storageOf(v)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		out = append(out, s)
	}
	return out
}
