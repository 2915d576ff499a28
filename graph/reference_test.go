package graph

import (
	"math"
	"runtime"
	"slices"
	"testing"

	"gorgonia.org/tensor"
)

// reference runs a spec naively: every node has an array of its own, computed
// by evaluate, and all updates come after everything else.
func reference(g *Graph, spec Spec, feeds Feeds) (values map[*Node]storage, updated map[*Param]storage) {
	values = map[*Node]storage{}
	given := map[*Node]bool{}
	for _, n := range spec.Given {
		given[n] = true
	}
	roots := append([]*Node{}, spec.Outputs...)
	for _, u := range spec.Updates {
		roots = append(roots, u.Value)
	}
	nodes, _ := g.reachable(roots, given)
	for _, n := range nodes {
		switch {
		case given[n] || n.kind == inputNode:
			s, err := anyStorage(feeds[n].(*tensor.Dense), g.dtype)
			if err != nil {
				panic(err)
			}
			values[n] = s
		case n.kind == paramNode:
			values[n] = n.param.as(g.dtype)
		case n.kind == dataNode:
			values[n] = n.data
		case n.kind == constNode:
			values[n] = filled(g.dtype, n.shape, n.value)
		default:
			var in []storage
			for _, x := range n.in {
				in = append(in, values[x])
			}
			values[n] = evaluate(n, in)
		}
	}
	updated = map[*Param]storage{}
	for _, u := range spec.Updates {
		updated[u.Param] = values[u.Value].as(g.dtype)
	}
	return values, updated
}

// anyStorage is newStorage that takes integers too.
func anyStorage(t *tensor.Dense, dtype tensor.Dtype) (storage, error) {
	if t.Dtype() == tensor.Int {
		return wholeNumbers(t, dtype)
	}
	return newStorage(t)
}

// sameBits compares arrays bit by bit; NaNs are equal whatever their payload. what says where a
// difference is.
func sameBits(t *testing.T, got *tensor.Dense, want storage, what ...any) {
	t.Helper()
	s, err := anyStorage(got, want.dtype)
	if err != nil {
		t.Fatalf("%v: %v", what, err)
	}
	a, b := s.as(tensor.Float64).f64, want.as(tensor.Float64).f64
	if len(a) != len(b) {
		t.Fatalf("%v: %d entries, want %d", what, len(a), len(b))
	}
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) && !(math.IsNaN(a[i]) && math.IsNaN(b[i])) {
			t.Fatalf("%v: entry %d is %v, want %v", what, i, a[i], b[i])
		}
	}
}

// dense returns a float64 tensor; a scalar without sizes.
func dense(data []float64, shape ...int) *tensor.Dense { return newTensor(shape, data) }

// denseAs returns a tensor of either dtype, column-major if asked.
func denseAs(dtype tensor.Dtype, data []float64, shape []int, o order) *tensor.Dense {
	s := storage{dtype: tensor.Float64, shape: shape, f64: data}
	if o == columnMajor && len(shape) > 1 { // AsFortran takes row-major values and moves them
		var given any = slices.Clone(data)
		if dtype == tensor.Float32 {
			given = s.as(dtype).f32
		}
		t := tensor.New(tensor.WithShape(shape...), tensor.AsFortran(given))
		runtime.KeepAlive(given)
		return t
	}
	return s.as(dtype).tensor()
}

// run compiles and runs, and fails the test on an error.
func run(t *testing.T, spec Spec, feeds Feeds) *Program {
	t.Helper()
	p, err := Compile(spec)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Run(feeds); err != nil {
		t.Fatal(err)
	}
	return p
}

// numbers runs a float64 graph for the values of one node.
func numbers(t *testing.T, n *Node, feeds Feeds) []float64 {
	t.Helper()
	v, err := run(t, Spec{Outputs: []*Node{n}}, feeds).Value(n)
	if err != nil {
		t.Fatal(err)
	}
	if n.integer {
		s, err := wholeNumbers(v, tensor.Float64)
		if err != nil {
			t.Fatal(err)
		}
		return s.f64
	}
	if len(v.Shape()) == 0 {
		return []float64{v.ScalarValue().(float64)}
	}
	return v.Float64s()
}

// mustGrad returns the gradients.
func mustGrad(t *testing.T, y *Node, xs ...*Node) []*Node {
	t.Helper()
	d, err := Grad(y, xs...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
