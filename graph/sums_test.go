package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia.org/tensor"
)

// exactSums returns the exact sums of whole numbers over some axes, and the sums
// of what is without their signs.
func exactSums(whole []int64, shape, axes []int) (sums, sizes []int64) {
	n := 1
	for i, d := range shape {
		if !slices.Contains(axes, i) {
			n *= d
		}
	}
	sums, sizes = make([]int64, n), make([]int64, n)
	index := make([]int, len(shape))
	for _, v := range whole {
		to := 0
		for i, d := range shape {
			if !slices.Contains(axes, i) {
				to = to*d + index[i]
			}
		}
		sums[to] += v
		sizes[to] += max(v, -v)
		for i := len(shape) - 1; i >= 0; i-- {
			if index[i]++; index[i] < shape[i] {
				break
			}
			index[i] = 0
		}
	}
	return sums, sizes
}

// A sum along any axis is as near as its documentation says, in a program, in
// one in which the entries are computed on the way, and by plain loops; and the
// bits are the same for any number of workers.
func TestErrorOfSums(t *testing.T) {
	rng := rand.New(rand.NewPCG(61, 62))
	for _, c := range []struct{ shape, axes []int }{
		{[]int{300000}, []int{0}}, {[]int{150000, 2}, []int{0}}, {[]int{2, 150000}, []int{1}}, {[]int{300, 1000}, []int{0, 1}},
		{[]int{70000, 2, 3}, []int{0, 2}}, {[]int{3, 2, 40000}, []int{0, 2}}, {[]int{2, 50000, 3}, []int{1}}, {[]int{2049}, []int{0}},
		{[]int{129, 3}, []int{0}}, {[]int{1000, 600}, []int{0}},
	} {
		for dtype, digits := range map[tensor.Dtype]int{tensor.Float32: 24, tensor.Float64: 44} {
			for _, how := range []string{"equal", "positive", "of either sign"} {
				n := size(c.shape)
				whole, x := make([]int64, n), make([]float64, n)
				one := rng.Int64N(1 << digits)
				for i := range whole {
					whole[i] = one
					if how != "equal" {
						whole[i] = rng.Int64N(1 << digits)
					}
					if how == "of either sign" && rng.IntN(2) == 0 {
						whole[i] = -whole[i]
					}
					x[i] = float64(whole[i])
				}
				sums, sizes := exactSums(whole, c.shape, c.axes)
				g := New(Settings{Dtype: dtype})
				X := g.Input("X", c.shape...)
				plain, fused := Sum(X, c.axes...), Sum(Neg(Abs(X)), c.axes...)
				feeds := Feeds{X: denseAs(dtype, x, c.shape, rowMajor)}
				unit := math.Ldexp(1, -53)
				if dtype == tensor.Float32 {
					unit = math.Ldexp(1, -24)
				}
				bound := (258 + math.Log2(float64(n/len(sums)))) * unit * (1 + 1e-3)
				name := fmt.Sprintf("%s numbers of %v, shape %v, axes %v", how, dtype, c.shape, c.axes)
				p := run(t, Spec{Outputs: []*Node{plain, fused}, Workers: 2}, feeds)
				for n, exact := range map[*Node][]int64{plain: sums, fused: sizes} {
					v, _ := p.Value(n)
					for i, got := range asFloat64(v) {
						want := float64(exact[i])
						if n == fused {
							want = -want
						}
						if !(math.Abs(got-want) <= bound*float64(sizes[i])) {
							t.Fatalf("%s: entry %d is %v, want %v: off by %.3g of the sum of sizes, at most %.3g documented", name, i, got, want,
								math.Abs(got-want)/float64(sizes[i]), bound)
						}
					}
				}
				v, _ := p.Value(plain)
				one2, _ := run(t, Spec{Outputs: []*Node{plain}, Workers: 1}, feeds).Value(plain)
				loops := evaluate(plain, []storage{storage{dtype: tensor.Float64, shape: c.shape, f64: x}.as(dtype)})
				if got := asFloat64(v); !slices.Equal(got, asFloat64(one2)) || !slices.Equal(got, loops.as(tensor.Float64).f64) {
					t.Fatalf("%s: %v by 2 workers, %v by one, %v by plain loops", name, got, asFloat64(one2), loops)
				}
			}
		}
	}
}

func asFloat64(v *tensor.Dense) []float64 {
	switch data := v.Data().(type) {
	case []float64:
		return data
	case float64:
		return []float64{data}
	case float32:
		return []float64{float64(data)}
	case []float32:
		out := make([]float64, len(data))
		for i, v := range data {
			out[i] = float64(v)
		}
		return out
	}
	panic("neither float64 nor float32")
}

// One chain of float32 additions stops at 2²⁴ ones.
func TestMeanOfManyOnes(t *testing.T) {
	const n = 20_000_000
	ones := make([]float32, 2*n)
	for i := range ones {
		ones[i] = 1
	}
	for _, axis := range []int{0, 1} {
		shape := []int{n, 2}
		if axis == 1 {
			shape = []int{2, n}
		}
		g := New(Settings{Dtype: tensor.Float32})
		x := g.Input("x", shape...)
		mean := Mean(x, axis)
		v, err := run(t, Spec{Outputs: []*Node{mean}}, Feeds{x: Tensor(ones, shape...)}).Value(mean)
		if err != nil {
			t.Fatal(err)
		}
		if got := v.Data().([]float32); got[0] != 1 || got[1] != 1 {
			t.Errorf("the means of 20 million ones along axis %d are %v", axis, got)
		}
	}
}
