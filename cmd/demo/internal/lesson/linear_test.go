package lesson

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"chainrule/optim/dataset"
)

var quickLinear = Values{"seeds": 2}

func TestLinearHolds(t *testing.T) {
	mustHold(t, measured(t, linear(), defaultsOr(t, quickLinear)))
}

func TestLinearHoldsForMoreLayers(t *testing.T) {
	r := measured(t, linear(), quickLinear, Values{"hidden": []int{3, 5}, "rate": 0.1})
	mustHold(t, r)
}

func TestLinearFails(t *testing.T) {
	for _, c := range []struct {
		name   string
		change Values
		fails  []int
	}{
		{"units that are not linear", Values{"activation": "tanh"}, []int{0, 1, 2, 3}},
		{"units that are nearly linear", Values{"activation": "leaky-relu"}, []int{0, 1, 2, 3}},
		{"too few steps to end alike", Values{"steps": 3}, []int{3, 7}},
		{"an output that is not linear", Values{"fit-output": "sigmoid"}, []int{8}},
	} {
		t.Run(c.name, func(t *testing.T) { mustFail(t, measured(t, linear(), quickLinear, c.change), c.fails...) })
	}
}

func TestLinearSaysThatTheRateIsTooLarge(t *testing.T) {
	l := linear()
	err := l.Run(t.Context(), changed(t, l, quickLinear, Values{"hidden": []int{8, 8, 8}}), &Report{})
	if err == nil || !strings.Contains(err.Error(), "--rate") {
		t.Errorf("the error is %v, want one that names --rate", err)
	}
}

func TestLinearStops(t *testing.T) {
	mustStop(t, linear(), Values{"steps": 100_000, "fit-steps": 100_000, "seeds": 50})
}

func TestLinearRepeats(t *testing.T) {
	mustRepeat(t, linear(), Values{"seeds": 3, "steps": 100, "fit-steps": 100})
}

func TestPublishedLogisticRegression(t *testing.T) {
	data, err := toySet("flower")
	if err != nil {
		t.Fatal(err)
	}
	if n := bestLine(data).right(data); n != 275 {
		t.Errorf("the best line gets %d right, want 275", n)
	}
	run, err := network{rate: 1.2}.linearRun(t.Context(), data, 2000)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(run.final-0.67314617) > 1e-8 || run.accurate != 0.47 {
		t.Errorf("cost %v and accuracy %v, want 0.67314617 and 0.47", run.final, run.accurate)
	}
	if run.line.right(data) != 188 || math.Abs(run.line.cost(data)-run.final) > 1e-14 {
		t.Errorf("as a line it gets %d right at a cost of %v", run.line.right(data), run.line.cost(data))
	}
}

// pointSet returns a set in the plane of points x1, x2, class.
func pointSet(points ...[3]float64) *dataset.Set {
	s := &dataset.Set{Features: []string{"x1", "x2"}, Classes: []string{"0", "1"}}
	for _, p := range points {
		s.X, s.Class = append(s.X, p[0], p[1]), append(s.Class, int(p[2]))
	}
	return s
}

func TestBestLine(t *testing.T) {
	for _, c := range []struct {
		name string
		data *dataset.Set
		want int
	}{
		{"one example", pointSet([3]float64{1, 2, 1}), 1},
		{"one example of class 0", pointSet([3]float64{1, 2, 0}), 1},
		{"all in one place", pointSet([3]float64{1, 1, 1}, [3]float64{1, 1, 0}, [3]float64{1, 1, 1}), 2},
		{"all of one class", pointSet([3]float64{0, 0, 1}, [3]float64{1, 0, 1}, [3]float64{0, 1, 1}), 3},
		{"on a line, apart", pointSet([3]float64{0, 0, 0}, [3]float64{1, 0, 0}, [3]float64{2, 0, 1}, [3]float64{3, 0, 1}), 4},
		{"on a line, in turns", pointSet([3]float64{0, 0, 0}, [3]float64{1, 1, 1}, [3]float64{2, 2, 0}, [3]float64{3, 3, 1}), 3},
		{"exclusive or", pointSet([3]float64{0, 0, 0}, [3]float64{1, 1, 0}, [3]float64{0, 1, 1}, [3]float64{1, 0, 1}), 3},
	} {
		if got := bestLine(c.data).right(c.data); got != c.want {
			t.Errorf("%s: %d right, want %d", c.name, got, c.want)
		}
	}
}

// TestBestLineAgainstSearch compares with lines at many angles and all places.
func TestBestLineAgainstSearch(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 30 {
		data := pointSet()
		for range 3 + rng.IntN(12) {
			data.X = append(data.X, rng.NormFloat64(), rng.NormFloat64())
			data.Class = append(data.Class, rng.IntN(2))
		}
		want := 0
		for k := range 720 {
			l := straightLine{w1: math.Cos(float64(k) * math.Pi / 720), w2: math.Sin(float64(k) * math.Pi / 720)}
			for j := range data.Len() {
				for _, side := range []float64{-1e-9, 1e-9} {
					moved := l
					moved.b = side - l.value(data, j)
					want = max(want, moved.right(data), moved.scaled(-1).right(data))
				}
			}
		}
		if got := bestLine(data).right(data); got < want {
			t.Errorf("round %d: %d of %d right, a search finds %d", round, got, data.Len(), want)
		}
	}
}

func TestSteepest(t *testing.T) {
	data := pointSet([3]float64{-1, 0, 0}, [3]float64{1, 0, 1}, [3]float64{2, 0, 0}, [3]float64{3, 0, 1})
	l := straightLine{w1: 2}
	best := l.steepest(data)
	for _, by := range []float64{0.9, 1.1} {
		if best.scaled(by).cost(data) <= best.cost(data) {
			t.Errorf("%v costs more than %v times it", best, by)
		}
	}
}

func TestDistances(t *testing.T) {
	data := pointSet([3]float64{3, 4, 1}, [3]float64{6, 8, 1}, [3]float64{9, 12, 0})
	wrong, right := straightLine{w1: 3, w2: 4}.distances(data)
	if wrong != 15 || right != 7.5 {
		t.Errorf("%v and %v, want 15 and 7.5", wrong, right)
	}
	if wrong, right = (straightLine{w1: 1}).distances(pointSet([3]float64{2, 0, 1})); wrong != 0 || right != 2 {
		t.Errorf("%v and %v, want 0 and 2", wrong, right)
	}
}

func TestSizesText(t *testing.T) {
	if got := sizesText([]int{8, 3}); got != "2-8-3-1" {
		t.Error(got)
	}
}
