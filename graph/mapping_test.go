package graph

import (
	"fmt"
	"slices"
	"testing"

	"gorgonia.org/tensor"
)

// many puts an input of slices in the place of some of the inputs of a random graph and
// returns what stands for what, with values of the slices and their feeds.
func (r *randomGraph) many(m Mapping, n int) (values map[*Node]*Node, each []Feeds) {
	values, each = map[*Node]*Node{}, make([]Feeds, n)
	for k := range each {
		each[k] = Feeds{}
	}
	for i, x := range slices.Clone(r.leaves()) {
		if x.kind != inputNode || i > 0 && r.rng.IntN(3) == 0 {
			continue
		}
		data := r.values(append([]int{n}, x.shape...))
		at := size(x.shape)
		for k := range each {
			each[k][x] = denseAs(r.dtype, data[k*at:(k+1)*at], x.shape, rowMajor)
		}
		name, of := fmt.Sprintf("%s of %d", x.name, n), x
		if m.Last {
			values[of] = r.Input(name, append(slices.Clone(x.shape), n)...)
			data = transposed(data, n, at)
		} else {
			values[of] = r.Input(name, append([]int{n}, x.shape...)...)
		}
		r.feeds[values[of]] = denseAs(r.dtype, data, values[of].shape, rowMajor)
	}
	return values, each
}

// transposed returns a matrix of some rows and columns, transposed.
func transposed(x []float64, rows, columns int) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i%columns*rows+i/columns] = v
	}
	return out
}

// sliceOf returns slice k of what m mapped.
func (m Mapping) sliceOf(s storage, k int) storage {
	shape, n, _ := m.slice(s.shape)
	all := s.as(tensor.Float64).f64
	if m.Last {
		all = transposed(all, size(shape), n)
	}
	out := storage{dtype: tensor.Float64, shape: shape, f64: all[k*size(shape) : (k+1)*size(shape)]}
	return out.as(s.dtype)
}

// Random programs on all slices at once are the programs on each: in bits where the
// slices lie along the first axis.
func TestMappedRandomProgramsEqualOnesOfSlices(t *testing.T) {
	seeds := uint64(600)
	if testing.Short() {
		seeds = 150
	}
	for seed := range seeds {
		m, n := Mapping{Last: seed%4 == 3}, 1+int(seed%3)
		r := newRandomGraph(seed, []tensor.Dtype{tensor.Float64, tensor.Float32}[seed/4%2], m.Last)
		ys := r.spec().Outputs
		values, each := r.many(m, n)
		all, err := m.Nodes(ys, values)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			program := run(t, Spec{Outputs: all}, r.feeds)
			for k := range n {
				feeds := Feeds{}
				for x, v := range r.feeds {
					feeds[x] = v
				}
				for x, v := range each[k] {
					feeds[x] = v
				}
				want, _ := reference(r.Graph, Spec{Outputs: ys}, feeds)
				for i, y := range ys {
					v, _ := program.Value(all[i])
					s, _ := newStorage(v)
					got := m.sliceOf(s, k)
					if !m.Last {
						sameBits(t, got.tensor(), want[y], "slice", k, y)
					} else if d := relativeDifference(got.as(tensor.Float64).f64, want[y].as(tensor.Float64).f64); !(d <= 1e-4) {
						t.Errorf("slice %d of %v is off by %g", k, y, d)
					}
				}
			}
		})
		if t.Failed() {
			return
		}
	}
}

// The gradients of a mapped cost by what was put in the place of an input are the
// gradients of the cost, mapped; and a mapping of a mapping is one over both.
func TestGradientsThroughMappings(t *testing.T) {
	for seed := range uint64(60) {
		m := Mapping{Last: seed%2 == 1}
		r := newRandomGraph(seed, tensor.Float64, true)
		cost, x := r.cost(), r.leaves()[0]
		values, _ := r.many(m, 3)
		each, err := m.Nodes([]*Node{cost, mustGrad(t, cost, x)[0]}, values)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		of := mustGrad(t, Sum(each[0]), values[x])[0]
		twice, err := m.Nodes([]*Node{of}, map[*Node]*Node{values[x]: r.twice(m, values[x])})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		program := run(t, Spec{Outputs: []*Node{each[1], of, twice[0]}}, r.feeds)
		got, _ := program.Value(of)
		want, _ := program.Value(each[1])
		if d := relativeDifference(got.Float64s(), want.Float64s()); !(d <= 1e-9) {
			t.Errorf("seed %d: off by %g", seed, d)
		}
		again, _ := program.Value(twice[0])
		s, _ := newStorage(again)
		for k := range 2 {
			if d := relativeDifference(m.sliceOf(s, k).f64, got.Float64s()); !(d <= 1e-9) {
				t.Errorf("seed %d: slice %d of a mapping of a mapping is off by %g", seed, k, d)
			}
		}
	}
}

// twice returns x as both slices of an array.
func (r *randomGraph) twice(m Mapping, x *Node) *Node {
	axis := 0
	if m.Last {
		axis = len(x.shape)
	}
	one := Reshape(x, slices.Insert(slices.Clone(x.shape), axis, 1)...)
	return Concat(axis, one, one)
}

// Products along the last axis, of factors that are transposed first or not.
func TestLastAxisProducts(t *testing.T) {
	for _, inner := range []int{1, 7, 70} {
		for flags := range 4 {
			r := newRandomGraph(uint64(inner), tensor.Float64, true)
			a := MatMulAttrs{flags&1 == 1, flags&2 == 2}
			x, y := r.Input("left", 5, inner), r.Input("right", inner, 3)
			if a.TransA {
				x = r.Input("turned left", inner, 5)
			}
			if a.TransB {
				y = r.Input("turned right", 3, inner)
			}
			product := MatMulTrans(x, a.TransA, y, a.TransB)
			many, shared := r.Input("many", append(x.Shape(), 4)...), dense(r.values(y.shape), y.shape...)
			all, err := Mapping{Last: true}.Nodes([]*Node{product}, map[*Node]*Node{x: many})
			if err != nil {
				t.Fatal(err)
			}
			data := r.values(many.shape)
			v, _ := run(t, Spec{Outputs: all}, Feeds{many: dense(data, many.shape...), y: shared}).Value(all[0])
			s, _ := newStorage(v)
			for k := range 4 {
				one := Mapping{Last: true}.sliceOf(storage{dtype: tensor.Float64, shape: many.shape, f64: data}, k)
				want := numbers(t, product, Feeds{x: one.tensor(), y: shared})
				if d := relativeDifference(Mapping{Last: true}.sliceOf(s, k).f64, want); d > 1e-13 {
					t.Errorf("%v with %d terms: slice %d is off by %g", a, inner, k, d)
				}
			}
		}
	}
}
