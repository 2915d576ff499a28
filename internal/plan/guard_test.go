package plan

import (
	"math"
	"testing"

	"chainrule/internal/kernel"
)

// A guarded plan computes the bits of a plain evaluation. It stops where an output
// is not finite, with the parameters as they were, and can then go on.
func TestGuardedPrograms(t *testing.T) {
	t.Run("float64", testGuardedPrograms[float64])
	t.Run("float32", testGuardedPrograms[float32])
}

func testGuardedPrograms[T kernel.Float](t *testing.T) {
	stopped, staged, direct := 0, 0, 0
	for seed := range uint64(2000) {
		g := generate(seed)
		g.src.Guarded = true
		v := arrays[T](g)
		got := values[T]{params: deepClone(v.params), data: deepClone(v.data)}
		p := New(g.src)
		staged += len(p.commits)
		for _, in := range p.code[p.before:] {
			if in.note != "update" {
				direct++
			}
		}
		m := newMachine(p, got.params, got.data, []int{1, 2, 7}[seed%3], 1e-9)
		for run := range 3 {
			feedAll(m, g, v.feeds)
			vals := evaluate(g.src, v)
			finite := true
			for _, node := range g.src.Outputs {
				finite = finite && isAllFinite(vals[node])
			}
			went := m.Run()
			if went && !finite {
				t.Fatalf("seed %d, run %d: an output is not finite, and the plan went on\n%v", seed, run, p)
			}
			if !went {
				stopped++
				for i, want := range v.params {
					if k := differ(got.params[i], want); k >= 0 {
						t.Fatalf("seed %d, run %d: it stopped, and parameter %d has changed at %d\n%v", seed, run, i, k, p)
					}
				}
				m.Assign()
			}
			m.Release()
			for i, node := range g.src.Outputs {
				if k := differ(m.Output(i), vals[node]); k >= 0 {
					t.Fatalf("seed %d, run %d: output %d differs at %d\n%v", seed, run, i, k, p)
				}
			}
			for _, u := range g.src.Updates {
				v.params[g.src.Nodes[u.Param].Index] = append([]T(nil), vals[u.Value]...)
			}
			for i, want := range v.params {
				if k := differ(got.params[i], want); k >= 0 {
					t.Fatalf("seed %d, run %d: parameter %d differs at %d: %v, want %v\n%v",
						seed, run, i, k, got.params[i][k], want[k], p)
				}
			}
		}
		m.Stop()
	}
	if stopped < 100 || staged < 100 || direct < 100 {
		t.Errorf("%d runs stopped, %d values were copied and %d written straight: at least 100 of each expected", stopped, staged, direct)
	}
}

func isAllFinite[T kernel.Float](x []T) bool {
	for _, v := range x {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return false
		}
	}
	return true
}
