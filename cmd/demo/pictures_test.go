package main

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"chainrule/internal/plotting"
)

// The picture of a file has the numbers of the file, learnt from or held out.
func TestBoundaryIsInTheUnitsOfTheFile(t *testing.T) {
	lines, want := []string{"height in cm,income,class"}, []plotting.Point{}
	for i := range 40 {
		p := plotting.Point{X1: 150 + float64(i), X2: 20000 + 1000*float64(7*i%40), Class: i % 2}
		want = append(want, p)
		lines = append(lines, fmt.Sprintf("%v,%v,%s", p.X1, p.X2, []string{"a", "b"}[p.Class]))
	}
	c := defaultConfig()
	c.csv, c.share = write(t, "people.csv", lines...), 0.25
	p := build(t, c)
	trained, err := p.fit(t.Context(), func(int, float64) {}, nil)
	if err != nil {
		t.Fatal(err)
	}
	b := p.boundary(trained)
	if b.XLabel != "height in cm" || b.YLabel != "income" || !b.OwnUnits {
		t.Errorf("axes %q and %q, units of their own: %v", b.XLabel, b.YLabel, b.OwnUnits)
	}
	if len(b.Points) != 30 || len(b.Held) != 10 {
		t.Fatalf("%d points and %d held out, 30 and 10 expected", len(b.Points), len(b.Held))
	}
	all := slices.Concat(b.Points, b.Held)
	slices.SortFunc(all, func(p, q plotting.Point) int { return int(math.Round(p.X1 - q.X1)) })
	for i, got := range all {
		if math.Abs(got.X1-want[i].X1) > 1e-9*want[i].X1 || math.Abs(got.X2-want[i].X2) > 1e-9*want[i].X2 || got.Class != want[i].Class {
			t.Errorf("%v drawn, %v expected", got, want[i])
		}
	}
	// The field is that of the network: it is right about as many as the score says.
	right := 0
	for _, q := range b.Points {
		out, err := b.Predict([]float64{q.X1}, []float64{q.X2})
		if err != nil {
			t.Fatal(err)
		}
		if (out[0] > 0.5) == (q.Class == 1) {
			right++
		}
	}
	if right != trained.trained.Right {
		t.Errorf("%d points lie on their side of the field, %d are learnt", right, trained.trained.Right)
	}
}

// Points that are drawn have no units, and those held out are as many more.
func TestBoundaryOfPoints(t *testing.T) {
	p := build(t, defaultConfig())
	b := p.boundary(training{})
	if b.OwnUnits || b.Held != nil || b.XLabel != "x1" || b.Points[7].X1 != p.Train.X[14] {
		t.Errorf("%d held out, x axis %q, %v", len(b.Held), b.XLabel, b.Points[7])
	}
}

// Of equal outputs the first class is the likeliest, and of one number alone the second if it is
// above one half.
func TestClassesOf(t *testing.T) {
	if got := classesOf([]float64{0.5, 0.6, 0.1}, 3); !slices.Equal(got, []int{0, 1, 0}) {
		t.Errorf("classes %v", got)
	}
	if got := classesOf([]float64{0.4, 0.4, 0.2, 0.1, 0.3, 0.6}, 2); !slices.Equal(got, []int{0, 2}) {
		t.Errorf("classes %v", got)
	}
}
