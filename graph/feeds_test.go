package graph

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// Slices and numbers give the bits that tensors give, and none of them makes a
// run allocate.
func TestFeedsOfPlainValues(t *testing.T) {
	wide := []float64{1, -2, 0.3, math.Inf(1), math.Copysign(0, -1), 1e-9}
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		g := New(Settings{Dtype: dtype})
		x, rate := g.Input("x", 2, 3), g.Input("rate")
		out := Mul(rate, Sin(Transpose(x)))
		p := compile(t, Spec{Outputs: []*Node{out}, Workers: 1})
		tensors := Feeds{x: denseAs(dtype, wide, []int{2, 3}, rowMajor), rate: denseAs(dtype, []float64{0.1}, nil, rowMajor)}
		if err := p.Run(tensors); err != nil {
			t.Fatal(err)
		}
		v, _ := p.Value(out)
		want, _ := newStorage(v)
		var entries any = wide
		var one any = []float64{0.1}
		if dtype == tensor.Float32 {
			narrow := make([]float32, len(wide))
			for i, v := range wide {
				narrow[i] = float32(v)
			}
			entries, one = narrow, []float32{0.1}
		}
		for _, feeds := range []Feeds{{x: entries, rate: 0.1}, {x: entries, rate: one}, tensors} {
			var inOrder []any
			for _, n := range p.Inputs() {
				inOrder = append(inOrder, feeds[n])
			}
			for what, run := range map[string]func() error{
				"Run":        func() error { return p.Run(feeds) },
				"RunInOrder": func() error { return p.RunInOrder(inOrder) },
			} {
				if err := p.Run(Feeds{x: tensors[x], rate: 7.0}); err != nil { // forgotten by the next
					t.Fatal(err)
				}
				if n := testing.AllocsPerRun(20, func() {
					if err := run(); err != nil {
						t.Fatal(err)
					}
				}); n != 0 {
					t.Errorf("%v, %s with a %T: %v allocations", dtype, what, feeds[rate], n)
				}
				v, _ := p.Value(out)
				sameBits(t, v, want, dtype, what, feeds[rate])
			}
		}
	}
}

// A number that is fed does not replace the one that was Set, and a slice is read
// anew at every run.
func TestFeedsAreNotKept(t *testing.T) {
	g := New(Settings{})
	x, rate := g.Input("x", 2), g.Input("rate")
	out := Sum(Mul(rate, x))
	p := compile(t, Spec{Outputs: []*Node{out}})
	if err := p.Set(rate, 10); err != nil {
		t.Fatal(err)
	}
	entries := []float64{1, 2}
	for _, c := range []struct {
		feeds Feeds
		want  float64
	}{{Feeds{x: entries}, 30}, {Feeds{x: entries, rate: 2.0}, 6}, {Feeds{x: entries}, 30}} {
		if err := p.Run(c.feeds); err != nil {
			t.Fatal(err)
		}
		if got, _ := p.Scalar(out); got != c.want {
			t.Errorf("%v, %v expected", got, c.want)
		}
	}
	feeds := Feeds{x: entries}
	entries[0] = 5
	if err := p.Run(feeds); err != nil {
		t.Fatal(err)
	}
	if got, _ := p.Scalar(out); got != 70 {
		t.Errorf("after a change of the slice %v, 70 expected", got)
	}
}

// Strides of axes of size 1 say nothing: a row that was turned to the front lies as
// before, whatever stride is left to it.
func TestFeedsOfTurnedRows(t *testing.T) {
	v := dense([]float64{1, 2, 3, 4, 5, 6}, 1, 2, 3)
	if err := v.T(1, 0, 2); err != nil {
		t.Fatal(err)
	}
	x := New(Settings{}).Input("x", 2, 1, 3)
	y := Slice(x, Range{From: 1, To: 2})
	got, err := run(t, Spec{Outputs: []*Node{y}}, Feeds{x: v}).Float64s(nil, y)
	if err != nil || !slices.Equal(got, []float64{4, 5, 6}) {
		t.Errorf("%v, error %v", got, err)
	}
}

// A column of a tensor has one axis only; its error names the shape of the input.
func TestFedColumnNamesTheInput(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x", 2, 1)
	p := compile(t, Spec{Outputs: []*Node{Sum(x)}})
	column, err := dense([]float64{1, 2, 3, 4, 5, 6}, 2, 3).Slice(nil, tensor.S(1))
	if err != nil {
		t.Fatal(err)
	}
	err = p.Run(Feeds{x: column})
	if err == nil || !strings.Contains(err.Error(), "a contiguous tensor of shape (2,1) expected") {
		t.Error(err)
	}
}
