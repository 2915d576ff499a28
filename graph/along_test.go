package graph

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia.org/tensor"
)

// What goes along with what is found by trying: if one slice of an operand changes,
// only that slice of the result does. Every operation that keeps an axis says so.
func TestAlong(t *testing.T) {
	shapes := [][]int{{6}, {3}, {1, 3}, {2, 3}, {3, 2}, {3, 3}, {2, 3, 4}, {4, 2, 3}, {4, 3, 2}, {2, 2, 4, 3}, {2, 2, 2, 3}, {2, 1, 2, 3}}
	ops := append(Operations(), newMatMulOp(MatMulAttrs{true, false}), newMatMulOp(MatMulAttrs{false, true}), newMatMulOp(MatMulAttrs{true, true}),
		newTransposeOp(TransposeAttrs{[]int{2, 0, 1}}), newReshapeOp(ReshapeAttrs{[]int{2, 1, 3}}), newReshapeOp(ReshapeAttrs{[]int{3, 1, 2}}),
		newSumOp(SumAttrs{[]int{0}, false}), newSumOp(SumAttrs{[]int{0, 2}, false}), newSliceOp(SliceAttrs{0, 1, 2, 1}), newSliceOp(SliceAttrs{0, 2, -1, -1}), newCumLogSumExpOp(CumLogSumExpAttrs{0, true}), newConcatOp(ConcatAttrs{0}),
		newBroadcastOp(BroadcastAttrs{[]int{5, 2, 3}}), newMaxOp(MaxAttrs{[]int{0}}), newSoftmaxOp(SoftmaxAttrs{[]int{0}}))
	for _, op := range ops {
		kept := 0
		for _, a := range shapes {
			for _, b := range shapes {
				if op.arity() == 1 && !slices.Equal(a, b) {
					continue
				}
				kept += alongByTrying(t, op, [][]int{a, b})
			}
		}
		n := &Node{op: op}
		draws := isA[RandomUniformAttrs](n) || isA[RandomBernoulliAttrs](n) || isA[NextSeedAttrs](n)
		packs := isA[ScanAttrs](n) || isA[PartAttrs](n) || isA[PlacedAttrs](n) // all axes in one
		if (kept == 0) != (draws || packs) {
			t.Errorf("%s with %v: %d axes go along with one of the result", op.Name, op.Attrs, kept)
		}
	}
}

// alongByTrying returns how many axes go along, of operands of the given shapes.
func alongByTrying(t *testing.T, op *Op, shapes [][]int) (kept int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 5))
	g, feeds := New(Settings{}), Feeds{}
	var in []*Node
	if op.arity() == 1 {
		shapes = shapes[:1]
	}
	for len(shapes) < op.arity() {
		shapes = append(shapes, shapes[1])
	}
	for i, s := range shapes {
		n := g.Input(string(rune('a'+i)), s...)
		values := make([]float64, size(s))
		for k := range values {
			if values[k] = rng.Float64() + 0.5; op.indexed && i == 1 {
				values[k] = float64(k % 2)
			}
		}
		in, feeds[n] = append(in, n), Tensor(values, s...)
	}
	n := op.Apply(in...)
	if n.Err() != nil {
		return 0
	}
	before := numbers(t, n, feeds)
	for i, x := range in {
		for axis := range n.shape {
			of, ok := n.along(i, axis)
			if !ok {
				continue
			}
			kept++
			for k := range x.shape[of] {
				old := feeds[x].(*tensor.Dense)
				changed := old.Clone().(*tensor.Dense)
				for at := range changed.Float64s() {
					if indexAlong(x.shape, of, at) == k {
						v := &changed.Float64s()[at]
						if *v *= 3.7; op.indexed && i == 1 {
							*v = 1 - old.Float64s()[at]
						}
					}
				}
				feeds[x] = changed
				for at, v := range numbers(t, n, feeds) {
					if same := math.Float64bits(v) == math.Float64bits(before[at]); !same && indexAlong(n.shape, axis, at) != k {
						t.Errorf("%s with %v of %v: slice %d along axis %d of operand %d changes another along axis %d", op.Name, op.Attrs, shapes, k, of, i, axis)
					}
				}
				feeds[x] = old
			}
		}
	}
	return kept
}

// indexAlong returns the index along an axis of an entry of a row-major array.
func indexAlong(shape []int, axis, at int) int { return at / size(shape[axis+1:]) % shape[axis] }
