package main

import (
	"fmt"
	"slices"
	"testing"

	"chainrule/internal/words"
)

// The plain commands get 97 % of points right that they have not seen, with
// every seed.
func TestPointsAccuracy(t *testing.T) {
	seeds := 10
	if testing.Short() {
		seeds = 1
	}
	for i, c := range []config{
		{data: "moons"}, {data: "circles"}, {data: "xor"}, {data: "gauss"}, {data: "blobs"},
		{data: "spirals"}, {data: "spirals", arms: "3", hidden: []int{32}},
	} {
		if testing.Short() && i > 0 {
			break // the race detector makes them long
		}
		for seed := range seeds {
			d := defaultConfig()
			d.data, d.hidden, d.seed = c.data, c.hidden, uint32(seed)
			if c.arms != "" {
				d.arms = c.arms
			}
			t.Run(fmt.Sprintf("%s %s arms seed %d", d.data, d.arms, seed), func(t *testing.T) {
				t.Parallel()
				if got := heldAccuracy(t, d); got < 0.97 {
					t.Errorf("accuracy %s on points held out", words.Percent(got))
				}
			})
		}
	}
}

// On the sets that come with demo the median is 95 %.
func TestFileAccuracy(t *testing.T) {
	for i, name := range []string{"iris.csv", "wine.csv", "breast-cancer.csv"} {
		if testing.Short() && i > 0 {
			break
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []float64
			for seed := range 10 {
				c := defaultConfig()
				c.csv, c.seed = name, uint32(seed)
				got = append(got, heldAccuracy(t, c))
			}
			slices.Sort(got)
			if median := (got[4] + got[5]) / 2; median < 0.95 {
				t.Errorf("the median is %s: %.3v", words.Percent(median), got)
			}
		})
	}
}

// heldAccuracy trains and returns the accuracy on the examples held out.
func heldAccuracy(t *testing.T, c config) float64 {
	t.Helper()
	p := build(t, c)
	got, err := p.fit(t.Context(), func(int, float64) {}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.held == nil || got.held.Of != p.Held.Len() {
		t.Fatalf("%+v for %d examples held out", got.held, p.Held.Len())
	}
	return got.held.Accuracy
}
