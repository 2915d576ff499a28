package plan

import (
	"math"
	"slices"
	"testing"

	"chainrule/internal/kernel"
)

// same reports whether x and y are the same bits, or both NaN.
func same[T kernel.Float](x, y T) bool {
	return math.Float64bits(float64(x)) == math.Float64bits(float64(y)) || x != x && y != y
}

// differ returns the first place where two arrays differ, or -1.
func differ[T kernel.Float](got, want []T) int {
	if len(got) != len(want) {
		return 0
	}
	for i := range want {
		if !same(got[i], want[i]) {
			return i
		}
	}
	return -1
}

// arrays returns random arrays for a generated program.
func arrays[T kernel.Float](g *generator) values[T] {
	var all [3][][]T
	for what, shapes := range g.shapes {
		for _, shape := range shapes {
			x := make([]T, volume(shape))
			for i := range x {
				x[i] = T(g.NormFloat64())
				switch g.IntN(200) {
				case 0:
					x[i] = T(math.Copysign(0, -1))
				case 1:
					x[i] = T(math.Inf(1))
				}
			}
			all[what] = append(all[what], x)
		}
	}
	return values[T]{feeds: all[0], params: all[1], data: all[2]}
}

// columnMajor returns a row-major array in column-major order.
func columnMajor[T kernel.Float](x []T, shape []int) []T {
	turned := make([]int, len(shape))
	for i, d := range shape {
		turned[len(shape)-1-i] = d
	}
	out := make([]T, len(x))
	for pos, c := range coords(shape) {
		slices.Reverse(c)
		out[entry(turned, c)] = x[pos]
	}
	return out
}

func deepClone[T any](x [][]T) [][]T {
	var c [][]T
	for _, v := range x {
		c = append(c, slices.Clone(v))
	}
	return c
}

func TestRandomPrograms(t *testing.T) {
	t.Run("float64", testRandomPrograms[float64])
	t.Run("float32", testRandomPrograms[float32])
}

func testRandomPrograms[T kernel.Float](t *testing.T) {
	for seed := range uint64(3000) {
		g := generate(seed)
		v := arrays[T](g)
		got := values[T]{params: deepClone(v.params), data: deepClone(v.data)}
		p := New(g.src)
		// Some machines split every instruction as far as it goes.
		m := newMachine(p, got.params, got.data, []int{1, 2, 7}[seed%3], 1e-9)
		for run := range 3 {
			feedAll(m, g, v.feeds)
			vals := evaluate(g.src, v)
			m.Run()
			m.Release()
			if run == 2 {
				m.Stop()
			}
			for i, node := range g.src.Outputs {
				if k := differ(m.Output(i), vals[node]); k >= 0 {
					t.Fatalf("seed %d, run %d: output %d, node %d differs at %d: %v, want %v\n%v",
						seed, run, i, node, k, m.Output(i)[k], vals[node][k], p)
				}
			}
			for _, u := range g.src.Updates {
				v.params[g.src.Nodes[u.Param].Index] = slices.Clone(vals[u.Value])
			}
			for i, want := range v.params {
				if k := differ(got.params[i], want); k >= 0 {
					t.Fatalf("seed %d, run %d: parameter %d differs at %d: %v, want %v\n%v",
						seed, run, i, k, got.params[i][k], want[k], p)
				}
			}
		}
	}
}

// feedAll gives a machine new feeds, each in an order drawn by g.
func feedAll[T kernel.Float](m *Machine[T], g *generator, feeds [][]T) {
	for i, x := range feeds {
		for k := range x {
			x[k] += T(g.IntN(3))
		}
		colMajor := g.IntN(2) == 0
		if colMajor {
			x = columnMajor(x, g.shapes[0][i])
		}
		m.Feed(i, x, colMajor)
	}
}

func TestNoAllocation(t *testing.T) {
	t.Run("float64", testNoAllocation[float64])
	t.Run("float32", testNoAllocation[float32])
}

func testNoAllocation[T kernel.Float](t *testing.T) {
	for seed := range uint64(100) {
		g := generate(seed)
		v := arrays[T](g)
		m := newMachine(New(g.src), v.params, v.data, 1+int(seed%3), 1e-9)
		defer m.Stop()
		colMajor := false
		allocs := testing.AllocsPerRun(4, func() {
			colMajor = !colMajor
			for i, x := range v.feeds {
				m.Feed(i, x, colMajor)
			}
			m.Run()
			m.Release()
		})
		if allocs != 0 {
			t.Fatalf("seed %d: %v allocations per run\n%v", seed, allocs, m.plan)
		}
	}
}
