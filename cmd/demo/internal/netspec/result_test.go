package netspec

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"chainrule/graph/explain"
	"chainrule/internal/handgrad"
	"chainrule/layers"
)

// randomSpec draws a network of any shape, with numbers of any size.
func randomSpec(t *testing.T, seed uint64) *Spec {
	rng := rand.New(rand.NewPCG(seed, 1))
	p := Plan{Loss: some(rng, CrossEntropy, SquaredError), Examples: some(rng, 1, 1, 2, 5, 17), Seed: seed}
	for range some(rng, 2, 2, 3, 3, 4, 6) {
		p.Sizes = append(p.Sizes, some(rng, 1, 1, 2, 3, 4, 7))
	}
	for range len(p.Sizes) - 2 {
		p.Activations = append(p.Activations, some(rng, hiddenActivations...))
	}
	outputs := []layers.Activation{layers.Sigmoid, layers.Softmax}
	switch {
	case p.Loss == SquaredError:
		outputs = append(outputs, hiddenActivations...)
	case p.Sizes[len(p.Sizes)-1] == 1: // of which a softmax is always 1
		outputs = outputs[:1]
	}
	p.Activations = append(p.Activations, some(rng, outputs...))
	s, err := p.New()
	if err != nil {
		t.Fatal(err)
	}
	factor := some(rng, 1, 1, 1, 10, 1000, 1e-3, 1e-100, 1e-300)
	for l := range s.W {
		s.W[l], s.B[l] = s.W[l].Scale(factor), s.B[l].Scale(some(rng, 1.0, 0, 100))
	}
	return s
}

// reference computes a spec by the formulas of a textbook, in loops of this
// test, and for cross-entropy by internal/handgrad.
func reference(t *testing.T, s *Spec) Result {
	t.Helper()
	if s.Loss == SquaredError {
		return squaredErrorByHand(s)
	}
	n := handgrad.MLP{W: s.W, B: s.B, Softmax: s.output() == layers.Softmax}
	for _, a := range s.Activations[:s.Layers()-1] {
		g, err := handgrad.ActivationByName(a.String())
		if err != nil {
			t.Fatal(err)
		}
		n.Hidden = append(n.Hidden, g)
	}
	g, err := n.Gradients(s.X, s.Y)
	if err != nil {
		t.Fatal(err)
	}
	return Result{Cost: g.Cost, Z: g.Z, A: g.A, DZ: g.DZ, DW: g.DW, DB: g.DB}
}

// squaredErrorByHand goes through a network example by example.
func squaredErrorByHand(s *Spec) Result {
	var r Result
	m := s.Examples()
	for l := range s.W {
		n := s.Sizes[l+1]
		r.Z, r.A, r.DZ = append(r.Z, handgrad.Zeros(n, m)), append(r.A, handgrad.Zeros(n, m)), append(r.DZ, handgrad.Zeros(n, m))
		r.DW, r.DB = append(r.DW, handgrad.Zeros(n, s.Sizes[l])), append(r.DB, handgrad.Zeros(n, 1))
	}
	for j := range m {
		forwardByHand(s, &r, j)
		dA := make([]float64, s.Y.Rows)
		for i := range dA {
			off := r.A[len(r.A)-1].Data[i*m+j] - s.Y.Data[i*m+j]
			r.Cost += off * off / float64(m)
			dA[i] = 2 * off / float64(m)
		}
		for l := len(s.W) - 1; l >= 0; l-- {
			dA = backwardByHand(s, &r, j, l, dA)
		}
	}
	return r
}

// forwardByHand sets column j of every Z and A.
func forwardByHand(s *Spec, r *Result, j int) {
	m := s.Examples()
	for l, w := range s.W {
		sum := 0.0
		largest := math.Inf(-1)
		for i := range w.Rows {
			z := s.B[l].Data[i]
			for k := range w.Cols {
				z += w.Data[i*w.Cols+k] * inputOf(s, r, l).Data[k*m+j]
			}
			r.Z[l].Data[i*m+j] = z
			largest = max(largest, z)
			r.A[l].Data[i*m+j] = activationByHand(s.Activations[l], z)
		}
		if s.Activations[l] != layers.Softmax {
			continue
		}
		for i := range w.Rows {
			sum += math.Exp(r.Z[l].Data[i*m+j] - largest)
		}
		for i := range w.Rows {
			r.A[l].Data[i*m+j] = math.Exp(r.Z[l].Data[i*m+j]-largest) / sum
		}
	}
}

func activationByHand(g layers.Activation, z float64) float64 {
	switch g {
	case layers.Sigmoid:
		return 1 / (1 + math.Exp(-z))
	case layers.Tanh:
		return math.Tanh(z)
	case layers.ReLU:
		return math.Max(z, 0)
	case layers.LeakyReLU:
		return math.Max(z, 0.01*z)
	}
	return z
}

// backwardByHand sets column j of dZ of a layer, adds to its dW and db, and
// returns dA of the layer before.
func backwardByHand(s *Spec, r *Result, j, l int, dA []float64) []float64 {
	m, w := s.Examples(), s.W[l]
	inner := 0.0
	for i, d := range dA {
		inner += d * r.A[l].Data[i*m+j]
	}
	before := make([]float64, w.Cols)
	for i, d := range dA {
		z, a := r.Z[l].Data[i*m+j], r.A[l].Data[i*m+j]
		dZ := d
		switch s.Activations[l] {
		case layers.Sigmoid:
			dZ = d * a * (1 - a)
		case layers.Tanh:
			dZ = d * (1 - a*a)
		case layers.ReLU:
			if z <= 0 {
				dZ = 0
			}
		case layers.LeakyReLU:
			if z <= 0 {
				dZ = 0.01 * d
			}
		case layers.Softmax:
			dZ = a * (d - inner)
		}
		r.DZ[l].Data[i*m+j] = dZ
		r.DB[l].Data[i] += dZ
		for k := range before {
			r.DW[l].Data[i*w.Cols+k] += dZ * inputOf(s, r, l).Data[k*m+j]
			before[k] += w.Data[i*w.Cols+k] * dZ
		}
	}
	return before
}

// The graph computes what the formulas say, to rounding, whatever the shape of
// the network and however large its numbers are.
func TestComputeByHand(t *testing.T) {
	count := uint64(400)
	if testing.Short() {
		count = 100
	}
	for seed := range count {
		s := randomSpec(t, seed)
		r := compute(t, s)
		want := reference(t, s)
		rounding := roundingOf(s, r)
		for _, l := range lines(s.Layers()) {
			right := want.value(l)
			gap, at := difference(r.value(l).Data, right.Data)
			if !(gap <= 1e-12*norm(right.Data)) && !(gap <= rounding[l]) {
				t.Errorf("seed %d, %v %v %v, m = %d: %v: entry %d is %v, %v expected", seed, s.Sizes, s.Activations, s.Loss,
					s.Examples(), l, at, r.value(l).Data[at], right.Data[at])
			}
		}
	}
}

// Logits of ±1000 and of nothing at all give finite costs and gradients.
func TestComputeSaturated(t *testing.T) {
	for _, z := range []float64{1000, -1000, 0, 5e-324} {
		for _, y := range []float64{0, 1, 0.5} {
			s := plan(t, 1, CrossEntropy, 1, []int{1, 1}, "sigmoid")
			s.W[0].Data[0], s.B[0].Data[0], s.X.Data[0], s.Y.Data[0] = z, 0, 1, y
			r := compute(t, s)
			cost := math.Max(z, 0) - z*y + math.Log1p(math.Exp(-math.Abs(z)))
			if gap := math.Abs(r.Cost - cost); gap > 1e-12*cost {
				t.Errorf("z = %v, y = %v: cost %v, %v expected", z, y, r.Cost, cost)
			}
			if dZ := 1/(1+math.Exp(-z)) - y; math.Abs(r.DZ[0].Data[0]-dZ) > 1e-12*math.Abs(dZ) {
				t.Errorf("z = %v, y = %v: dZ %v, %v expected", z, y, r.DZ[0].Data[0], dZ)
			}
		}
	}
	s := plan(t, 1, CrossEntropy, 1, []int{1, 3}, "softmax")
	copy(s.W[0].Data, []float64{1000, -1000, 0})
	copy(s.B[0].Data, []float64{0, 0, 0})
	s.X.Data[0] = 1
	copy(s.Y.Data, []float64{0, 1, 0})
	if r := compute(t, s); r.Cost != 2000 || r.DZ[0].Data[0] != 1 || r.DZ[0].Data[1] != -1 {
		t.Errorf("cost %v and dZ %v, 2000 and 1, -1, 0 expected", r.Cost, r.DZ[0].Data)
	}
}

// What overflows is named, the first of it.
func TestComputeOverflow(t *testing.T) {
	s := plan(t, 1, SquaredError, 2, []int{2, 3, 1})
	s.W[0].Data[2], s.X.Data[1] = 1e200, 1e200 // row 2, column 1, times row 1, column 2
	_, err := Compute(s, explain.MeanCost)
	checkError(t, "overflow", err, "Z1 is +Inf in row 2, column 2", "too large for float64")

	s = plan(t, 1, SquaredError, 2, []int{2, 1}, "identity")
	s.W[0].Data[0], s.X.Data[0] = 1e200, 1
	_, err = Compute(s, explain.MeanCost)
	checkError(t, "overflow", err, "cost is +Inf in row 1")
}

// Columns of labels that are probabilities but for rounding to float32 are taken,
// and no others.
func TestSumsOfLabels(t *testing.T) {
	s := plan(t, 2, CrossEntropy, 1, []int{3, 5, 3}, "sigmoid", "softmax")
	third := float64(float32(1) / 3)
	for _, c := range []struct {
		y    []float64
		want string
	}{
		{[]float64{third, third, third}, ""},
		{[]float64{0.5, 0.25, 0.24999}, "Y: column 1 sums to 0.99999, 1 expected"},
		{[]float64{0, 0, 0}, "Y: column 1 sums to 0, 1 expected"},
	} {
		s.Y.Data = c.y
		if err := s.checkValues(); err == nil && c.want != "" || err != nil && (c.want == "" || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v: %v, %q expected", c.y, err, c.want)
		}
	}
}
