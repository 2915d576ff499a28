package graph

import (
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

func TestProfile(t *testing.T) {
	g := New(Settings{})
	x, w := g.Input("X", 3, 7), g.Input("W", 2, 3)
	y := Sum(Tanh(MatMul(w, x)))
	p, err := Compile(Spec{Outputs: []*Node{y}, Profile: true})
	if err != nil {
		t.Fatal(err)
	}
	feeds := Feeds{x: dense(make([]float64, 21), 3, 7), w: dense(make([]float64, 6), 2, 3)}
	for range 3 {
		if err := p.Run(feeds); err != nil {
			t.Fatal(err)
		}
	}
	got, err := p.Profile()
	if err != nil || got.Runs != 3 || len(got.Rows) != 2 {
		t.Fatalf("%v, %+v", err, got)
	}
	share := 0.0
	for _, r := range got.Rows {
		share += r.Share
	}
	if math.Abs(share-1) > 1e-9 {
		t.Errorf("the shares sum to %v", share)
	}
	if r := got.Rows[0]; r.FLOP != 2*2*3*7+14 || r.Bytes != 8*(6+21+14) || r.Text != "tanh(t1)" || r.Does != "matmul·Tanh" {
		t.Errorf("first row %+v", r)
	}
	if r := got.Rows[1]; r.FLOP != 14 || r.Bytes != 8*15 || r.Does != "sum" {
		t.Errorf("second row %+v", r)
	}
	if text := got.String(); !strings.Contains(text, "tanh(t1): matmul·Tanh") || !strings.Contains(text, "the mean of 3") {
		t.Errorf("table:\n%s", text)
	}
	if _, err := run(t, Spec{Outputs: []*Node{y}}, feeds).Profile(); err == nil {
		t.Error("a profile of a program that does not measure")
	}
	p.Close()
	if _, err := p.Profile(); err == nil {
		t.Error("a profile of a closed program")
	}
}

func TestWorkersGiveTheSameBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(7))
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		g := New(Settings{Dtype: dtype})
		x := g.Input("X", 60, 700)
		w := g.Input("W", 500, 60)
		a := Tanh(MatMul(w, x))
		cost := Mean(Square(MatMulTrans(a, true, a, false)))
		outputs := append(mustGrad(t, cost, w, x), cost, Sum(a, 0), Max(a, 1))
		rng := rand.New(rand.NewPCG(1, 1))
		values := func(shape ...int) *tensor.Dense {
			v := make([]float64, size(shape))
			for i := range v {
				v[i] = rng.NormFloat64() / 30
			}
			return denseAs(dtype, v, shape, rowMajor)
		}
		feeds := Feeds{x: values(60, 700), w: values(500, 60)}
		one := run(t, Spec{Outputs: outputs, Workers: 1}, feeds)
		for _, workers := range []int{2, 7} {
			many := run(t, Spec{Outputs: outputs, Workers: workers}, feeds)
			for _, n := range outputs {
				want, _ := one.Value(n)
				s, _ := newStorage(want)
				got, _ := many.Value(n)
				sameBits(t, got, s, workers, "workers", n)
			}
			many.Close()
		}
	}
	g := New(Settings{})
	if _, err := Compile(Spec{Outputs: []*Node{g.Const(1)}, Workers: -1}); err == nil {
		t.Error("−1 workers")
	}
}
