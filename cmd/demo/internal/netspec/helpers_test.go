package netspec

import (
	"math/rand/v2"
	"strings"
	"testing"

	"chainrule/graph/explain"
	"chainrule/internal/handgrad"
	"chainrule/layers"
)

// plan returns a spec of random numbers.
func plan(t *testing.T, seed uint64, loss Loss, examples int, sizes []int, names ...string) *Spec {
	t.Helper()
	p := Plan{Sizes: sizes, Loss: loss, Examples: examples, Seed: seed}
	for _, name := range names {
		a, err := ParseActivation(name)
		if err != nil {
			t.Fatal(err)
		}
		p.Activations = append(p.Activations, a)
	}
	s, err := p.New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// compute returns the results of a spec.
func compute(t *testing.T, s *Spec) *Result {
	t.Helper()
	r, err := Compute(s, explain.MeanCost)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// givenOf returns right results as if somebody had computed them.
func givenOf(r *Result) Given {
	g := Given{}
	for _, l := range lines(len(r.Z)) {
		v := r.value(l)
		g[l] = arrayOf(handgrad.Matrix{Rows: v.Rows, Cols: v.Cols, Data: append([]float64{}, v.Data...)})
	}
	g[Line{kindCost, 0}] = Array{Data: []float64{r.Cost}}
	return g
}

// put gives a line other numbers.
func (g Given) put(kind string, layer int, a handgrad.Matrix) { g[Line{kind, layer}] = arrayOf(a) }

// flatten makes a flat list of a line.
func (g Given) flatten(kind string, layer int) {
	l := Line{kind, layer}
	g[l] = Array{Shape: []int{len(g[l].Data)}, Data: g[l].Data}
}

// backward computes the gradients of all layers before layer l from dZ of it,
// by weights w, as a student would.
func (g Given) backward(s *Spec, r *Result, w []handgrad.Matrix, l int, dZ handgrad.Matrix) {
	for ; l >= 1; l-- {
		g.put(kindDZ, l, dZ)
		g.put(kindDW, l, dZ.Mul(inputOf(s, r, l-1).Transpose()).Scale(r.atParams(s)))
		g.put(kindDB, l, dZ.SumColumns().Scale(r.atParams(s)))
		if l > 1 {
			dZ = throughActivation(s.Activations[l-2], w[l-1].Transpose().Mul(dZ), r.Z[l-2], r.A[l-2])
		}
	}
}

// kinds returns the names of causes.
func kinds(causes []Cause) []string {
	var all []string
	for _, c := range causes {
		all = append(all, c.Kind)
	}
	return all
}

// checkError reports unless err says all of the words.
func checkError(t *testing.T, what string, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error, %q expected", what, words)
		return
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %q, %q expected in it", what, err, word)
		}
	}
}

// some returns one of the values.
func some[T any](rng *rand.Rand, values ...T) T { return values[rng.IntN(len(values))] }

// hiddenActivations are those that every layer may have.
var hiddenActivations = []layers.Activation{layers.Sigmoid, layers.Tanh, layers.ReLU, layers.LeakyReLU, layers.Identity}

func containsText(s, part string) bool { return strings.Contains(s, part) }
