package optim_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/optim"
)

// What is copied in lies row by row where the parts and names say, and comes out again.
func TestFlat(t *testing.T) {
	w := graph.NewParam("W", dense64([]float64{1, 2, 3, 4, 5, 6}, 2, 3))
	b := graph.NewParam("b", dense32([]float64{7, 8}, 2))
	s, r := graph.NewParam("s", graph.Tensor([]float64{9})), graph.NewParam("r", graph.Tensor([]float32{10}))
	flat, err := optim.Flatten([]*graph.Param{w, b, s, r})
	if err != nil || flat.Len() != 10 {
		t.Fatalf("%d numbers, error %v", flat.Len(), err)
	}
	if got := flat.CopyOut([]float64{0}); !slices.Equal(got, []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}) {
		t.Errorf("they are %v", got)
	}
	for i, want := range []string{"W[0]", "W[1]", "W[2]", "W[3]", "W[4]", "W[5]", "b[0]", "b[1]", "s[0]", "r[0]", ""} {
		if got := flat.Name(i); got != want {
			t.Errorf("number %d is %q, %q expected", i, got, want)
		}
	}
	if flat.Name(-1) != "" {
		t.Errorf("number -1 is %q", flat.Name(-1))
	}
	if parts := flat.Parts(); len(parts) != 4 || parts[1] != (optim.FlatPart{Param: b, Offset: 6, Len: 2}) {
		t.Errorf("parts %v", parts)
	}
	values := []float64{-1, -2, -3, -4, -5, -6, 0.1, -8, -9, 1.0 / 3}
	if err := flat.CopyIn(values); err != nil {
		t.Fatal(err)
	}
	values[0] = 77 // which is the caller's
	if got := entries(w, b, s, r); !slices.Equal(got, []float64{-1, -2, -3, -4, -5, -6, float64(float32(0.1)), -8, -9, float64(float32(1.0 / 3))}) {
		t.Errorf("the parameters are %v", got)
	}
	if v, _ := w.Value().At(1, 0); v != -4.0 {
		t.Errorf("row 1 of W begins with %v", v)
	}
	for _, n := range []int{0, 9, 11} {
		if err := flat.CopyIn(make([]float64, n)); err == nil || !strings.Contains(err.Error(), "10 expected") {
			t.Errorf("%d numbers: error %v", n, err)
		}
	}
	if err := flat.CopyIn([]float64{0, 0, 0, 0, 0, 0, 0, 0, 0, math.Inf(1)}); err != nil { // a value like others
		t.Error(err)
	}
	for want, params := range map[string][]*graph.Param{`"b" twice, as 1 and 2`: {w, b, b}, "parameter 1": {w, nil}, "parameter 0": {graph.NewParam("x", nil)}} {
		if _, err := optim.Flatten(params); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, %q expected", err, want)
		}
	}
}
