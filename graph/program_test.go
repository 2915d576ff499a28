package graph

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorgonia.org/tensor"
)

func params(t *testing.T, ps ...*Param) [][]float64 {
	t.Helper()
	var out [][]float64
	for _, p := range ps {
		out = append(out, p.Value().Float64s())
	}
	return out
}

func TestUpdatesSwap(t *testing.T) {
	g := New(Settings{})
	p, q := NewParam("p", dense([]float64{1, 2}, 2)), NewParam("q", dense([]float64{3, 4}, 2))
	run(t, Spec{Outputs: []*Node{g.Use(p)}, Updates: []Update{{p, g.Use(q)}, {q, g.Use(p)}}}, nil)
	if got := params(t, p, q); !slices.Equal(got[0], []float64{3, 4}) || !slices.Equal(got[1], []float64{1, 2}) {
		t.Errorf("after the swap: %v", got)
	}
}

func TestUpdateReadsItsOwnTranspose(t *testing.T) {
	g := New(Settings{})
	w := NewParam("W", dense([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, 3, 3))
	n := g.Use(w)
	p := run(t, Spec{Outputs: []*Node{n}, Updates: []Update{{w, Add(n, Transpose(n))}}}, nil)
	if got := params(t, w)[0]; !slices.Equal(got, []float64{2, 6, 10, 6, 10, 14, 10, 14, 18}) {
		t.Errorf("W + Wᵀ: %v", got)
	}
	if v, _ := p.Value(n); v.Float64s()[1] != 2 {
		t.Errorf("the output W is %v, its value before the update expected", v)
	}
}

func TestUpdatesSeeValuesFromBefore(t *testing.T) {
	g := New(Settings{})
	a, b := NewParam("a", dense([]float64{2}, 1)), NewParam("b", dense([]float64{10}, 1))
	na, nb := g.Use(a), g.Use(b)
	run(t, Spec{Updates: []Update{{a, Add(na, nb)}, {b, Mul(na, nb)}}}, nil)
	if got := params(t, a, b); got[0][0] != 12 || got[1][0] != 20 {
		t.Errorf("a, b = %v, want 12 and 20 (a second assignment that saw the first would give 120)", got)
	}
}

func TestUpdateMistakes(t *testing.T) {
	g := New(Settings{})
	p := NewParam("p", dense([]float64{1, 2}, 2))
	x := g.Input("x", 2)
	for want, updates := range map[string][]Update{
		`"p" is assigned twice`:   {{p, x}, {p, Neg(x)}},
		"has shape (2)":           {{p, g.Input("y", 3)}},
		"the parameter is nil":    {{nil, x}},
		"a node is nil":           {{p, x}, {p, nil}},
		"different graphs":        {{p, x}, {p, New(Settings{}).Input("z", 2)}},
		"neither outputs nor upd": nil,
	} {
		if _, err := Compile(Spec{Updates: updates}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, one with %q expected", err, want)
		}
		g.err = nil
	}
}

func TestAliasedFeeds(t *testing.T) {
	g := New(Settings{})
	shared := dense([]float64{1, 2, 3, 4}, 2, 2)
	w := NewParam("W", shared)
	x, y := g.Input("x", 2, 2), g.Input("y", 2, 2)
	n := g.Use(w)
	sum := Add(Add(x, Transpose(y)), n)
	p, err := Compile(Spec{Outputs: []*Node{sum}, Updates: []Update{{w, Add(n, x)}}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := p.Run(Feeds{x: shared, y: shared}); err != nil {
			t.Fatal(err)
		}
	}
	if got := shared.Float64s(); !slices.Equal(got, []float64{1, 2, 3, 4}) {
		t.Errorf("the fed tensor has become %v", got)
	}
	v, _ := p.Value(sum)
	if got := v.Float64s(); !slices.Equal(got, []float64{4, 9, 11, 16}) {
		t.Errorf("x + yᵀ + W of the second run: %v", got)
	}
	// An output fed back is a copy, which later runs do not overwrite.
	if err := p.Run(Feeds{x: v, y: v}); err != nil {
		t.Fatal(err)
	}
	if got := v.Float64s(); !slices.Equal(got, []float64{4, 9, 11, 16}) {
		t.Errorf("the output that was fed back has become %v", got)
	}
}

func TestFeedMistakes(t *testing.T) {
	g := New(Settings{})
	x, y, s := g.Input("X", 2, 3), g.Input("Y", 1, 3), g.Input("rate")
	out := Mul(Add(x, y), s)
	p, err := Compile(Spec{Outputs: []*Node{out}})
	if err != nil {
		t.Fatal(err)
	}
	six, three := make([]float64, 6), make([]float64, 3)
	good := func() Feeds {
		return Feeds{x: dense(six, 2, 3), y: dense(three, 1, 3), s: dense([]float64{1})}
	}
	view, err := dense(make([]float64, 12), 4, 3).Slice(tensor.S(0, 4, 2))
	if err != nil {
		t.Fatal(err)
	}
	masked := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking(six, make([]bool, 6)))
	runtime.KeepAlive(six)
	for name, c := range map[string]struct {
		change func(f Feeds)
		want   string
	}{
		"shape":         {func(f Feeds) { f[x] = dense(six, 3, 2) }, "X (2,3)): it has shape (3,2), (2,3) expected"},
		"rank":          {func(f Feeds) { f[x] = dense(six, 6) }, "it has shape (6), (2,3) expected"},
		"scalar":        {func(f Feeds) { f[x] = dense(three[:1]) }, "it has shape (), (2,3) expected"},
		"dtype":         {func(f Feeds) { f[y] = newTensor([]int{1, 3}, make([]float32, 3)) }, "Y (1,3)): it is of float32, float64 expected"},
		"missing":       {func(f Feeds) { delete(f, y) }, "Y (1,3)): it is not fed"},
		"rate missing":  {func(f Feeds) { delete(f, s) }, "rate ()): it is not fed"},
		"nil tensor":    {func(f Feeds) { f[x] = (*tensor.Dense)(nil) }, "the tensor is nil"},
		"nil":           {func(f Feeds) { f[x] = nil }, "X (2,3)): it is nil, a *tensor.Dense, []float64 or (for a scalar) float64 expected"},
		"other type":    {func(f Feeds) { f[x] = []int{1} }, "X (2,3)): it is of type []int, a *tensor.Dense, []float64 or (for a scalar) float64 expected"},
		"short slice":   {func(f Feeds) { f[x] = six[:5] }, "X (2,3)): it has 5 entries, shape (2,3) needs 6"},
		"long slice":    {func(f Feeds) { f[y] = six[:4] }, "Y (1,3)): it has 4 entries, shape (1,3) needs 3"},
		"narrow slice":  {func(f Feeds) { f[y] = make([]float32, 3) }, "Y (1,3)): it is of float32, float64 expected"},
		"number":        {func(f Feeds) { f[y] = 2.5 }, "Y (1,3)): it is a number, a value of shape (1,3) expected"},
		"whole number":  {func(f Feeds) { f[s] = 2 }, "rate ()): it is of type int, "},
		"strided view":  {func(f Feeds) { f[x] = view.(*tensor.Dense) }, "strides [6 1]"},
		"masked":        {func(f Feeds) { f[x] = masked }, "masked"},
		"nil node":      {func(f Feeds) { f[nil] = dense(six, 2, 3) }, "not an input"},
		"not an input":  {func(f Feeds) { f[out] = dense(six, 2, 3) }, "not an input"},
		"another graph": {func(f Feeds) { f[New(Settings{}).Input("X", 2, 3)] = dense(six, 2, 3) }, "not an input"},
	} {
		feeds := good()
		c.change(feeds)
		var located *Error
		if err := p.Run(feeds); !errors.As(err, &located) || !strings.Contains(err.Error(), c.want) ||
			!strings.Contains(located.Place, "program_test.go:") {
			t.Errorf("%s: error %v, one with %q and this file expected", name, err, c.want)
		}
	}
	if _, err := p.Value(out); err == nil {
		t.Error("Value before a successful run gave no error")
	}
	if err := p.Run(good()); err != nil {
		t.Errorf("after the mistakes: %v", err)
	}
}

func TestFeedsOfEitherOrder(t *testing.T) {
	g := New(Settings{})
	x := g.Input("X", 2, 3)
	out := MatMul(Transpose(x), x)
	data := []float64{1, 2, 3, 4, 5, 6}
	p, err := Compile(Spec{Outputs: []*Node{out}})
	if err != nil {
		t.Fatal(err)
	}
	transposed := dense([]float64{1, 4, 2, 5, 3, 6}, 3, 2)
	if err := transposed.T(); err != nil {
		t.Fatal(err)
	}
	want := []float64{17, 22, 27, 22, 29, 36, 27, 36, 45}
	for i, in := range []*tensor.Dense{
		denseAs(tensor.Float64, data, []int{2, 3}, rowMajor), denseAs(tensor.Float64, data, []int{2, 3}, columnMajor),
		transposed, denseAs(tensor.Float64, data, []int{2, 3}, rowMajor),
	} {
		if err := p.Run(Feeds{x: in}); err != nil {
			t.Fatal(err)
		}
		if v, _ := p.Value(out); !slices.Equal(v.Float64s(), want) {
			t.Errorf("feed %d: %v, want %v", i, v, want)
		}
	}
}

func TestSetAndUnusedFeeds(t *testing.T) {
	g := New(Settings{})
	x, rate, unused := g.Input("x", 2), g.Input("rate"), g.Input("unused", 3)
	out := Mul(x, rate)
	p, err := Compile(Spec{Outputs: []*Node{out}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Set(rate, 3); err != nil {
		t.Fatal(err)
	}
	check := func(feeds Feeds, want float64) {
		t.Helper()
		if err := p.Run(feeds); err != nil {
			t.Fatal(err)
		}
		if v, _ := p.Value(out); v.Float64s()[1] != want {
			t.Errorf("got %v, want %v", v, want)
		}
	}
	in := dense([]float64{1, 2}, 2)
	check(Feeds{x: in}, 6)
	check(Feeds{x: in, rate: dense([]float64{5})}, 10)
	check(Feeds{x: in, unused: dense(make([]float64, 3), 3)}, 6)
	if err := p.Run(Feeds{x: in, unused: dense(make([]float64, 2), 2)}); err == nil {
		t.Error("an unused input of the wrong shape was accepted")
	}
	for _, n := range []*Node{x, out, nil} {
		if err := p.Set(n, 1); err == nil {
			t.Errorf("Set(%v) gave no error", n)
		}
	}
}

func TestRunAllocatesNothing(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		g := New(Settings{Dtype: dtype})
		x, rate := g.Input("X", 3, 50), g.Input("rate")
		w := NewParam("W", denseAs(dtype, make([]float64, 12), []int{4, 3}, rowMajor))
		cost := Mean(Square(Tanh(MatMul(g.Use(w), x)).Plus(0.5)))
		d := mustGrad(t, cost, g.Use(w))[0]
		p, err := Compile(Spec{Outputs: []*Node{cost}, Updates: []Update{{w, Sub(g.Use(w), Mul(d, rate))}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Set(rate, 0.1); err != nil {
			t.Fatal(err)
		}
		row := Feeds{x: denseAs(dtype, make([]float64, 150), []int{3, 50}, rowMajor)}
		column := Feeds{x: denseAs(dtype, make([]float64, 150), []int{3, 50}, columnMajor)}
		dst := denseAs(dtype, []float64{0}, nil, rowMajor)
		if n := testing.AllocsPerRun(100, func() {
			for _, f := range []Feeds{row, column} {
				if err := p.Run(f); err != nil {
					t.Error(err)
				}
			}
			if err := p.CopyTo(dst, cost); err != nil {
				t.Error(err)
			}
			if _, err := p.Scalar(cost); err != nil {
				t.Error(err)
			}
		}); n != 0 {
			t.Errorf("%v: %v allocations a run", dtype, n)
		}
	}
}

func TestClonesRunAtOnce(t *testing.T) {
	g := New(Settings{})
	x, c := g.Input("x", 100), g.Input("c")
	out := Sum(Mul(Square(x), c))
	p, err := Compile(Spec{Outputs: []*Node{out}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Set(c, 2); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for k := range 8 {
		q := p.Clone()
		wg.Go(func() {
			in := filled(tensor.Float64, []int{100}, float64(k)).tensor()
			for range 50 {
				if err := q.Run(Feeds{x: in}); err != nil {
					t.Error(err)
				}
				if got, _ := q.Scalar(out); got != float64(200*k*k) {
					t.Errorf("clone %d: %v", k, got)
				}
			}
		})
	}
	wg.Wait()
}

func TestRunWhileRunningAndAfterClose(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x", 1)
	var p *Program
	var inner, closing error
	op := &Op{Name: "reenter", Shape: func(in []tensor.Shape) (tensor.Shape, error) { return in[0], nil },
		Eval: func(out []float64, in [][]float64, _ Shapes) {
			inner, closing = p.Run(nil), p.Close()
		}}
	y := op.Apply(x)
	p = compile(t, Spec{Outputs: []*Node{y}})
	if err := p.Run(Feeds{x: dense([]float64{1}, 1)}); err != nil {
		t.Fatal(err)
	}
	if inner == nil || closing == nil {
		t.Errorf("a second Run gave %v, Close while running gave %v: errors expected", inner, closing)
	}
	for range 2 {
		if err := p.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if err := p.Run(Feeds{x: dense([]float64{1}, 1)}); !errors.Is(err, errClosed) {
		t.Errorf("Run after Close: %v", err)
	}
	if _, err := p.Value(y); !errors.Is(err, errClosed) {
		t.Errorf("Value after Close: %v", err)
	}
	if err := p.Clone().Run(nil); !errors.Is(err, errClosed) {
		t.Errorf("Run of a clone of a closed program: %v", err)
	}
}

// compile compiles without running.
func compile(t *testing.T, spec Spec) *Program {
	t.Helper()
	p, err := Compile(spec)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestGivenAndDtype(t *testing.T) {
	g := New(Settings{Dtype: tensor.Float32})
	x := g.Input("x", 2)
	w := g.Use(NewParam("w", newTensor([]int{2}, []float32{0.1, 0.2})))
	z := Mul(x, w)
	out := Exp(z)
	p := compile(t, Spec{Outputs: []*Node{out}, Given: []*Node{z, w}})
	if err := p.Run(Feeds{z: newTensor([]int{2}, []float32{0, 1})}); err != nil {
		t.Fatal(err) // w is not needed once z is given
	}
	if v, _ := p.Value(out); v.Float32s()[1] != float32(math.E) {
		t.Errorf("exp of a given z: %v", v)
	}
	wide := compile(t, Spec{Outputs: []*Node{out}, Dtype: tensor.Float64})
	if err := wide.Run(Feeds{x: dense([]float64{1, 1}, 2)}); err != nil {
		t.Fatal(err)
	}
	if v, _ := wide.Value(out); v.Float64s()[0] != math.Exp(float64(float32(0.1))) {
		t.Errorf("in float64: %v", v)
	}
	if _, err := Compile(Spec{Updates: []Update{{w.Param(), z}}, Dtype: tensor.Float64}); err == nil {
		t.Error("a program in another precision was allowed to update parameters")
	}
}

func TestProgramListsItsInstructions(t *testing.T) {
	g := New(Settings{})
	x := g.Input("X", 2, 5)
	w := NewParam("W1", dense(make([]float64, 6), 3, 2))
	z := MatMul(g.Use(w), x).MarkZ()
	p := compile(t, Spec{Outputs: []*Node{Tanh(z)}})
	s := p.String()
	for _, want := range []string{"float64", "Z1", "tanh(Z1): matmul·Tanh", "tanh(Z1)"} {
		if !strings.Contains(s, want) {
			t.Errorf("%q is missing from\n%s", want, s)
		}
	}
	if strings.Contains(fmt.Sprint(p), "%!") {
		t.Error(s)
	}
}

func TestRunInOrder(t *testing.T) {
	g := New(Settings{})
	x, rate := g.Input("x", 2), g.Input("rate")
	p := compile(t, Spec{Outputs: []*Node{Mul(rate, x)}})
	values := make([]any, 2)
	for i, n := range p.Inputs() {
		if n == x {
			values[i] = dense([]float64{1, 2}, 2)
		}
	}
	if err := p.RunInOrder(values); err == nil || !strings.Contains(err.Error(), "rate") {
		t.Errorf("error %v, the rate is not fed", err)
	}
	if err := p.Set(rate, 3); err != nil {
		t.Fatal(err)
	}
	if err := p.RunInOrder(values); err != nil {
		t.Fatal(err)
	}
	if v, _ := p.Value(p.graph().nodes[len(g.nodes)-1]); !slices.Equal(v.Float64s(), []float64{3, 6}) {
		t.Errorf("value %v", v)
	}
	if err := p.RunInOrder(values[:1]); err == nil || !strings.Contains(err.Error(), "1 value given, 2 expected") {
		t.Errorf("error %v", err)
	}
	p.Close()
	if err := p.RunInOrder(values); err == nil {
		t.Error("a closed program runs")
	}
}
