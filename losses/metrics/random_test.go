package metrics_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"chainrule/losses/metrics"
)

// Results that are asked for between examples and merges, of outputs that are often equal, are
// those of the definitions.
func TestRandomExamples(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for try := range 300 {
		classes, k := 2+r.IntN(4), 1+r.IntN(4)
		var outputs [][]float64
		var class []int
		top, parts := metrics.TopK{K: k}, [2]metrics.TopK{{K: k}, {K: k}}
		roc, rocs := &metrics.ROC{}, [2]*metrics.ROC{{}, {}}
		var accuracy metrics.Accuracy
		for range r.IntN(12) {
			y := make([]float64, classes)
			for i := range y {
				y[i] = float64(r.IntN(3))
			}
			c, part := r.IntN(classes), r.IntN(2)
			outputs, class = append(outputs, y), append(class, c)
			must(t, top.Add(y, c), parts[part].Add(y, c), accuracy.Add(y, c), roc.Add(y[0], c == 0), rocs[part].Add(y[0], c == 0))
			if r.IntN(2) == 0 { // which sorts what was added before
				roc.AUC()
				rocs[part].AUC()
			}
		}
		rocs[0].AUC()
		rocs[0].Merge(rocs[1])
		must(t, parts[0].Merge(parts[1]))
		right, pairs, inOrder := 0, 0.0, 0.0
		among := 0
		for i, y := range outputs {
			order := make([]int, classes)
			for c := range order {
				order[c] = c
			}
			slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(y[b], y[a]) })
			if order[0] == class[i] {
				right++
			}
			if slices.Contains(order[:min(k, classes)], class[i]) {
				among++
			}
			for j, other := range outputs {
				if class[i] == 0 && class[j] != 0 {
					pairs++
					inOrder += 0.5 * float64(1+cmp.Compare(y[0], other[0]))
				}
			}
		}
		n := float64(len(outputs))
		for what, c := range map[string][2]float64{"accuracy": {accuracy.Value(), float64(right) / n}, "top": {top.Value(), float64(among) / n},
			"merged top": {parts[0].Value(), float64(among) / n}, "area": {roc.AUC(), inOrder / pairs}, "merged area": {rocs[0].AUC(), inOrder / pairs}} {
			if got, want := c[0], c[1]; !(math.Abs(got-want) <= 1e-15) && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("%d: %s is %v, %v expected of %v and %v, K = %d", try, what, got, want, outputs, class, k)
			}
		}
	}
}

// A merged sum keeps the digits of its parts, and a merge leaves the other as it was.
func TestMergedDigits(t *testing.T) {
	var whole metrics.AbsoluteError
	for range 1000 {
		var part metrics.AbsoluteError
		must(t, part.Add(1e16, 0))
		for range 10 {
			must(t, part.Add(0.5, 0))
		}
		whole.Merge(part)
	}
	if got, want := whole.Value(), (1e16+5)/11; math.Abs(got-want) > 0x1p-52*want {
		t.Errorf("mean %v, %v expected", got, want)
	}
	var empty, some metrics.StreamROC
	var table, tables metrics.Calibration
	must(t, some.Add(0.2, true), some.Add(0.1, false), empty.Merge(&some), empty.Add(0.1, true), table.Add(0.5, true), tables.Merge(&table), tables.Add(0.5, false))
	if area, _ := some.AUC(); area != 1 {
		t.Errorf("area %v after a merge into another", area)
	}
	if rows := fmt.Sprint(table.Table()[5]); rows != fmt.Sprint(metrics.CalibrationBin{From: 0.5, To: 0.6, Count: 1, Mean: 0.5, Positive: 1}) {
		t.Errorf("%s after a merge into another", rows)
	}
}

// Probabilities that sum to 1 but for the rounding of float32 are taken, others are not.
func TestRoundedProbabilities(t *testing.T) {
	var l metrics.LogLoss
	third := float64(float32(1) / 3)
	must(t, l.Add([]float64{third, third, third}, 0), l.Add([]float64{0.5, 0.5 + 0x1p-20}, 1))
	if err := l.Add([]float64{0.5, 0.5 + 0x1p-18}, 1); err == nil {
		t.Error("a sum that is no rounding of 1 is taken")
	}
}
