package graph

import (
	"math/rand/v2"
	"slices"
	"testing"

	"chainrule/internal/kernel"
	"gorgonia.org/tensor"
)

// No part of an operation is missing.
func TestOperationsAreWhole(t *testing.T) {
	for _, op := range Operations() {
		if whole := !op.isElementwise() && op.Eval == nil; whole != (op.naive.f64 != nil) || whole != (op.naive.f32 != nil) {
			t.Errorf("%s: a naive evaluation in both precisions expected of exactly those that are neither element-wise nor have an Eval", op.Name)
		}
		if whole := !op.isElementwise() && op.Eval == nil; whole && op.lower == nil || op.lower != nil && (op.code != kernel.None || op.Eval != nil) {
			t.Errorf("%s: a lowering expected of those that are neither element-wise nor have an Eval, and of no others but element-wise ones that the kernel has no loop for", op.Name)
		}
		if (op.Slope == nil) == (op.Backward == nil) {
			t.Errorf("%s: exactly one of Slope and Backward expected", op.Name)
		}
		if op.Text == "" && op.Sign == "" && op.write == nil {
			t.Errorf("%s: it does not say how it is written", op.Name)
		}
		if op.Source == nil {
			t.Errorf("%s: it does not say how programs compute it", op.Name)
		}
	}
}

// Every operation runs as it is evaluated naively, bit for bit, in both
// precisions and for every shape that it accepts.
func TestOperationsRunAsEvaluated(t *testing.T) {
	shapes := [][]int{{}, {1}, {3}, {6}, {2, 3}, {3, 2}, {3, 3}, {2, 3, 4}, {4, 2, 3}, {17, 40}, {2, 2, 4, 3}, {2, 2, 2, 3}, {2, 1, 2, 3}}
	for _, op := range Operations() {
		ran := 0
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			for _, a := range shapes {
				for _, b := range shapes {
					if op.arity() == 1 && !slices.Equal(a, b) {
						continue
					}
					if runsAsEvaluated(t, op, dtype, [][]int{a, b, b}) {
						ran++
					}
				}
			}
		}
		if ran < 2 {
			t.Errorf("%s accepts none of the shapes", op.Name)
		}
	}
}

// indexBelow returns how many indices op has along axis 1, of which its attributes in
// Operations are, of a first operand of a shape.
func indexBelow(op *Op, shape []int) int {
	switch a := op.Attrs.(type) {
	case ScatterAddAttrs:
		return a.Size
	case ScatterAddAlongAttrs:
		return a.Size
	}
	if len(shape) < 2 {
		return 1 // op refuses it
	}
	return shape[1]
}

// runsAsEvaluated reports false if op does not accept the shapes.
func runsAsEvaluated(t *testing.T, op *Op, dtype tensor.Dtype, shapes [][]int) bool {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 5))
	g, feeds := New(Settings{Dtype: dtype}), Feeds{}
	var in []*Node
	for i, s := range shapes {
		n := g.Input(string(rune('a'+i)), s...)
		values := make([]float64, size(s))
		for j := range values {
			if values[j] = float64(float32(rng.NormFloat64())); op.indexed && i == 1 {
				values[j] = float64(rng.IntN(indexBelow(op, shapes[0])))
			}
		}
		feeds[n] = denseAs(dtype, values, s, rowMajor)
		in = append(in, n)
	}
	if n := op.arity(); n > 0 {
		in = in[:n]
	}
	if _, err := op.resultShape(in); err != nil {
		return false
	}
	spec := Spec{Outputs: []*Node{op.Apply(in...), op.Apply(in...), in[0]}}
	used := Feeds{}
	for n := range feeds {
		if slices.Contains(in, n) {
			used[n] = feeds[n]
		}
	}
	p := run(t, spec, used)
	defer p.Close()
	want, _ := reference(g, spec, used)
	for _, n := range spec.Outputs {
		v, err := p.Value(n)
		if err != nil {
			t.Fatal(err)
		}
		sameBits(t, v, want[n], op.Name, dtype, shapes)
	}
	return true
}
