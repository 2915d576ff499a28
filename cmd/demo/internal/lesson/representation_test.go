package lesson

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

func TestRepresentationHolds(t *testing.T) {
	for _, s := range []Values{nil, {"sizes": []int{1, 1}, "examples": 1}, {"sizes": []int{784, 128, 64, 10}, "examples": 7}} {
		r := tried(t, representation(), s)
		mustHold(t, r)
		distinctPictures(t, r)
	}
}

// The rule with W the other way round is that of no network but of those whose
// layers are all alike.
func TestRepresentationFails(t *testing.T) {
	l := representation()
	l.Run = dimensions{func(n, before, m int) layerShapes {
		right := claimedShapes(n, before, m)
		right.w = words.Shape(before, n)
		return right
	}}.run
	mustFail(t, tried(t, l), 1, 2)
}

// With an example in each row every A is named by its layer, and computes what the
// columns do.
func TestRows(t *testing.T) {
	sizes, m := []int{3, 4, 2, 1}, 5
	n := layOut(sizes, m, rows)
	for l, a := range n.a {
		if want := fmt.Sprintf("A%d", l+1); a.Symbol() != want || !a.Shape().Eq(tensor.Shape{m, sizes[l+1]}) {
			t.Errorf("%s %v, want %s (%d,%d)", a.Symbol(), a.Shape(), want, m, sizes[l+1])
		}
	}
	x := handgrad.Matrix{Rows: m, Cols: 3, Data: make([]float64, 3*m)}
	for i := range x.Data {
		x.Data[i] = math.Sin(float64(i))
	}
	feeds := graph.Feeds{n.x: asTensor(x)}
	v, err := computed(feeds, slices.Concat(n.w, n.b, n.a)...)
	if err != nil {
		t.Fatal(err)
	}
	w, b, a := v[:3], v[3:6], v[6:]
	for example := range m { // by hand, as columns: Wᵀ·a + bᵀ
		in := x.Data[3*example:][:3]
		for l := range w {
			var out []float64
			for j := range w[l].Cols {
				z := b[l].Data[j]
				for i, v := range in {
					z += w[l].Data[i*w[l].Cols+j] * v
				}
				if out = append(out, math.Tanh(z)); l == 2 {
					out[j] = 1 / (1 + math.Exp(-z))
				}
			}
			if in = out; farthest(in, a[l].Data[example*len(in):][:len(in)]) > 1e-15 {
				t.Errorf("example %d, layer %d: %v", example, l+1, in)
			}
		}
	}
}

// Units of two layers are not called alike: that of the output is a[2]₁, not a₁.
func TestUnitsAreTold(t *testing.T) {
	seen := map[string]bool{}
	for l, layer := range layOut([]int{2, 4, 3, 1}, 400, columns).picture().Layers {
		if seen[layer.Unit] {
			t.Errorf("units of layer %d are called %s₁, as others", l, layer.Unit)
		}
		seen[layer.Unit] = true
	}
}

func TestRepresentationRejects(t *testing.T) {
	l := representation()
	for _, sizes := range [][]int{{3}, make([]int, 11)} {
		err := l.Run(context.Background(), changed(t, l, Values{"sizes": sizes}), &Report{})
		if err == nil || !strings.Contains(err.Error(), "2 to 10 expected") {
			t.Errorf("%d layers: error %v", len(sizes), err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := l.Run(ctx, l.Defaults(), &Report{}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want that of the context", err)
	}
}

func TestAllSizes(t *testing.T) {
	lists := allSizes([]int{1, 2}, 3)
	if len(lists) != 4+8 || len(lists[0]) != 2 || len(lists[11]) != 3 || lists[11][0] != 2 || lists[3][1] != 2 {
		t.Errorf("%v", lists)
	}
}

// Where sizes are equal a slip may fit; it is then told what becomes of it.
func TestSilentSlip(t *testing.T) {
	z, err := slip{"b lying down", [2]int{4, 3}, [2]int{1, 4}, [2]int{3, 1}}.build(columns)
	if err != nil || words.Shape(z.Shape()...) != "(4,4)" {
		t.Errorf("Z is %s, %v", words.Shape(z.Shape()...), err)
	}
	r := tried(t, representation(), Values{"sizes": []int{3, 4, 1}, "examples": 1})
	mustHold(t, r)
	if len(r.Checks()) != 3 {
		t.Errorf("%d checks with one example, want 3", len(r.Checks()))
	}
}
