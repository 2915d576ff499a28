package optim_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// handMomentum is the rule by loops.
type handMomentum struct {
	rate, beta float64
	nesterov   bool
	v          [][]float64
}

func (h *handMomentum) step(params, grads [][]float64) {
	if h.v == nil {
		for _, p := range params {
			h.v = append(h.v, make([]float64, len(p)))
		}
	}
	for i, p := range params {
		for j, g := range grads[i] {
			h.v[i][j] = h.beta*h.v[i][j] + g
			step := h.v[i][j]
			if h.nesterov {
				step = g + h.beta*h.v[i][j]
			}
			p[j] -= h.rate * step
		}
	}
}

// One Trainer on batches of 64, 17 and 1,000 keeps one velocity for all.
func TestMomentumOnBatchesOfSeveralSizes(t *testing.T) {
	for _, c := range []struct {
		rule optim.Momentum
		beta float64
	}{
		{optim.Momentum{LearningRate: 0.1}, 0.9},
		{optim.Momentum{LearningRate: 0.1, Nesterov: true}, 0.9},
		{optim.Momentum{LearningRate: 0.2, Beta: 0.5}, 0.5},
		{optim.Momentum{LearningRate: 0.2, Beta: 0.5, Nesterov: true}, 0.5},
	} {
		for dtype, tolerance := range map[tensor.Dtype]float64{tensor.Float64: 1e-12, tensor.Float32: 1e-4} {
			p := newProblem(dtype)
			h := p.hand()
			hand := handMomentum{rate: c.rule.LearningRate, beta: c.beta, nesterov: c.rule.Nesterov}
			trainer := p.trainer(c.rule)
			for step := range 60 {
				m := []int{64, 17, 1_000}[step%3]
				x, y := p.batch(m)
				d, err := h.Gradients(handgrad.Matrix{Rows: 3, Cols: m, Data: x}, handgrad.Matrix{Rows: 2, Cols: m, Data: y})
				if err != nil {
					t.Fatal(err)
				}
				batch := optim.Batch{"X": dense64(x, 3, m), "Y": dense64(y, 2, m)}
				if dtype == tensor.Float32 {
					batch = optim.Batch{"X": dense32(x, 3, m), "Y": dense32(y, 2, m)}
				}
				cost, err := trainer.Step(batch)
				if err != nil {
					t.Fatal(err)
				}
				if !(math.Abs(cost-d.Cost) <= tolerance) {
					t.Fatalf("%+v, %v, step %d: cost %v, by hand %v", c.rule, dtype, step, cost, d.Cost)
				}
				hand.step([][]float64{h.W1.Data, h.B1.Data, h.W2.Data, h.B2.Data},
					[][]float64{d.DW1.Data, d.DB1.Data, d.DW2.Data, d.DB2.Data})
				if diff := differ(p, h); !(diff <= tolerance) {
					t.Fatalf("%+v, %v, step %d: parameters differ by %g from the rule by hand", c.rule, dtype, step, diff)
				}
			}
		}
	}
}

// floats returns a parameter's entries as float64.
func floats(p *graph.Param) []float64 {
	if p.Dtype() == tensor.Float64 {
		return p.Value().Float64s()
	}
	var out []float64
	for _, v := range p.Value().Float32s() {
		out = append(out, float64(v))
	}
	return out
}

// With the same arithmetic by hand, 60 steps down Σ w²·c agree in both dtypes.
func TestMomentumInBothDtypes(t *testing.T) {
	start, c := []float64{1, -2, 3, 0.1}, []float64{0.5, 1, 0.25, 2}
	for _, nesterov := range []bool{false, true} {
		rule := optim.Momentum{LearningRate: 0.05, Beta: 0.8, Nesterov: nesterov}
		for _, w := range []*graph.Param{graph.NewParam("w", dense64(start, 4)), graph.NewParam("w", dense32(start, 4))} {
			want := slide[float64](start, c, rule)
			values, one := dense64(c, 4), dense64([]float64{0}, 1, 1)
			if w.Dtype() == tensor.Float32 {
				want = slide[float32](start, c, rule)
				values, one = dense32(c, 4), dense32([]float64{0}, 1, 1)
			}
			trainer := optim.Trainer{Params: []*graph.Param{w}, Rule: rule, Cost: func(g *graph.Graph, m int) *graph.Node {
				g.Input("X", 1, m)
				return graph.Sum(graph.Mul(graph.Square(g.Use(w)), g.Array(values)))
			}}
			for range 60 {
				if _, err := trainer.Step(optim.Batch{"X": one}); err != nil {
					t.Fatal(err)
				}
			}
			for i, v := range floats(w) {
				if !(math.Abs(v-want[i]) <= 1e-12) {
					t.Errorf("Nesterov %t, %v: entry %d is %v, %v by hand", nesterov, w.Dtype(), i, v, want[i])
				}
			}
		}
	}
}

// slide takes 60 steps down Σ w²·c, with every result rounded to T.
func slide[T float32 | float64](start, c []float64, r optim.Momentum) []float64 {
	out := make([]float64, len(start))
	alpha, beta := T(r.LearningRate), T(r.Beta)
	for i := range start {
		w, v := T(start[i]), T(0)
		for range 60 {
			g := T(2*w) * T(c[i])
			v = T(beta*v) + T(g)
			step := v
			if r.Nesterov {
				step = T(g) + T(beta*v)
			}
			w -= T(alpha * step)
		}
		out[i] = float64(w)
	}
	return out
}

// Under a constant gradient the steps grow to α·g/(1 − β).
func TestMomentumGathersSpeed(t *testing.T) {
	for _, nesterov := range []bool{false, true} {
		w := graph.NewParam("w", dense64([]float64{0}, 1))
		trainer := optim.Trainer{Params: []*graph.Param{w}, Rule: optim.Momentum{LearningRate: 0.5, Nesterov: nesterov},
			Cost: func(g *graph.Graph, m int) *graph.Node {
				g.Input("X", 1, m)
				return graph.Sum(g.Use(w).Times(3))
			}}
		before := 0.0
		for step := range 400 {
			if _, err := trainer.Step(optim.Batch{"X": dense64([]float64{0}, 1, 1)}); err != nil {
				t.Fatal(err)
			}
			now := w.Value().Float64s()[0]
			first := 0.5 * 3.0
			if nesterov {
				first *= 1.9
			}
			if step == 0 && math.Abs(before-now-first) > 1e-12 {
				t.Errorf("Nesterov %t: the first step is %v, %v expected", nesterov, before-now, first)
			}
			if step == 399 && math.Abs(before-now-0.5*3/(1-0.9)) > 1e-9 {
				t.Errorf("Nesterov %t: the last step is %v, 15 expected", nesterov, before-now)
			}
			before = now
		}
	}
}

func TestMomentumMistakes(t *testing.T) {
	p := newProblem(tensor.Float64)
	x, y := p.batch(4)
	batch := optim.Batch{"X": dense64(x, 3, 4), "Y": dense64(y, 2, 4)}
	for _, r := range []optim.Momentum{
		{}, {LearningRate: -1}, {LearningRate: math.NaN()}, {LearningRate: math.Inf(1)},
		{LearningRate: 1, Beta: 1}, {LearningRate: 1, Beta: -0.1}, {LearningRate: 1, Beta: math.NaN()},
	} {
		word, v := "Momentum.LearningRate", r.LearningRate
		if r.LearningRate == 1 {
			word, v = "Momentum.Beta", r.Beta
		}
		_, err := p.trainer(r).Step(batch)
		for _, word := range []string{word, fmt.Sprint(v), "momentum_test.go:"} {
			if err == nil || !strings.Contains(err.Error(), word) {
				t.Errorf("%+v: error %v does not say %q", r, err, word)
			}
		}
	}
	if err := p.trainer(optim.Momentum{LearningRate: 1}).SetRate("learning rate", 0.5); err != nil {
		t.Error(err)
	}
}
