package metrics_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"chainrule/losses/metrics"
)

// The area is the share of pairs in order, counted pair by pair, with ties and infinite scores.
func TestAUCByPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for trial := range 200 {
		n := 2 + rng.IntN(60)
		scores, positive := make([]float64, n), make([]bool, n)
		var roc metrics.ROC
		for i := range n {
			scores[i] = []float64{math.Round(4 * rng.NormFloat64()), rng.NormFloat64(), math.Inf(rng.IntN(3) - 1)}[trial%3]
			positive[i] = i == 0 || i > 1 && rng.IntN(3) > 0
			must(t, roc.Add(scores[i], positive[i]))
		}
		right, pairs := 0.0, 0
		for i := range n {
			for j := range n {
				if !positive[i] || positive[j] {
					continue
				}
				pairs++
				switch {
				case scores[i] > scores[j]:
					right++
				case scores[i] == scores[j]:
					right += 0.5
				}
			}
		}
		checkNear(t, "area", roc.AUC(), right/float64(pairs))
		area := 0.0 // of the curve, by trapezia
		curve := roc.Curve()
		for i := range curve[1:] {
			area += (curve[i+1].FalsePositive - curve[i].FalsePositive) * (curve[i].TruePositive + curve[i+1].TruePositive) / 2
		}
		checkNear(t, "area under the points", area, right/float64(pairs))
		if last := curve[len(curve)-1]; last.FalsePositive != 1 || last.TruePositive != 1 || curve[0].Threshold != math.Inf(1) {
			t.Errorf("the curve goes from %v to %v", curve[0], last)
		}
	}
}

// The area of a stream is as near to the exact one as it says, and tells when that is not near.
func TestStreamROC(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, bins := range []int{1, 2, 7, 0} {
		for _, spread := range []float64{0.01, 1, 5} {
			roc, stream := metrics.ROC{}, metrics.StreamROC{Bins: bins}
			for range 2000 {
				positive := rng.IntN(3) == 0
				z := spread * rng.NormFloat64()
				if positive {
					z += spread
				}
				p := 1 / (1 + math.Exp(-z))
				must(t, roc.Add(p, positive), stream.Add(p, positive))
			}
			area, within := stream.AUC()
			if exact := roc.AUC(); !(math.Abs(area-exact) <= within+1e-15) {
				t.Errorf("%d bins, spread %v: %v ± %v, %v expected", bins, spread, area, within, exact)
			}
			if bins == 1 && within != 0.5 {
				t.Errorf("of one bin the area is ±%v", within)
			}
			if bins == 0 && spread == 1 && !(within < 1e-3) {
				t.Errorf("of 4096 bins the area is ±%v", within)
			}
		}
	}
	var ends metrics.StreamROC
	must(t, ends.Add(1, true), ends.Add(0, false))
	if area, within := ends.AUC(); area != 1 || within != 0 {
		t.Errorf("%v ± %v of 0 and 1", area, within)
	}
}

// Merged parts are the whole, in any order and with parts that have seen nothing.
func TestMerge(t *testing.T) {
	type all struct {
		metrics.Accuracy
		metrics.TopK
		metrics.LogLoss
		metrics.Brier
		metrics.Confusion
		metrics.ROC
		metrics.StreamROC
		metrics.Calibration
		metrics.AbsoluteError
		metrics.SquaredError
		metrics.R2
	}
	rng := rand.New(rand.NewPCG(5, 6))
	add := func(p []float64, class int, parts ...*all) {
		for _, a := range parts {
			must(t, a.Accuracy.Add(p, class), a.TopK.Add(p, class), a.LogLoss.Add(p, class), a.Brier.Add(p, class), a.Confusion.Add(p, class),
				a.ROC.Add(p[1], class == 1), a.StreamROC.Add(p[1], class == 1), a.Calibration.Add(p[1], class == 1),
				a.AbsoluteError.Add(p[0], p[1]), a.SquaredError.Add(p[0], p[1]), a.R2.Add(p[0], 1e6+p[1]))
		}
	}
	var whole, merged all
	parts := make([]all, 4) // the first stays empty
	for range 300 {
		p, total := make([]float64, 7), 0.0
		for i := range p {
			p[i] = rng.ExpFloat64()
			total += p[i]
		}
		for i := range p {
			p[i] /= total
		}
		add(p, rng.IntN(7), &whole, &parts[1+rng.IntN(3)])
	}
	for i := range parts {
		a, b := &merged, &parts[i]
		must(t, a.Accuracy.Merge(b.Accuracy), a.LogLoss.Merge(b.LogLoss), a.Brier.Merge(b.Brier), a.Confusion.Merge(b.Confusion), a.ROC.Merge(&b.ROC),
			a.AbsoluteError.Merge(b.AbsoluteError), a.SquaredError.Merge(b.SquaredError), a.R2.Merge(b.R2), a.TopK.Merge(b.TopK), a.StreamROC.Merge(&b.StreamROC), a.Calibration.Merge(&b.Calibration))
	}
	results := func(a *all) []float64 {
		area, within := a.StreamROC.AUC()
		macro := a.Macro()
		return []float64{a.Accuracy.Value(), a.TopK.Value(), a.LogLoss.Value(), a.Brier.Value(), a.Confusion.Accuracy(), macro.F1, a.ROC.AUC(), area, within,
			a.ExpectedError(), a.AbsoluteError.Value(), a.Root(), a.R2.Value()}
	}
	for i, want := range results(&whole) {
		checkNear(t, fmt.Sprint("merged result ", i), results(&merged)[i], want)
		if math.IsNaN(want) {
			t.Errorf("result %d is NaN", i)
		}
	}
	if !reflect.DeepEqual(whole.Matrix(), merged.Matrix()) {
		t.Error("the merged matrix is another")
	}
	roc, calibration := &metrics.StreamROC{Bins: 3}, &metrics.Calibration{Bins: 3}
	otherROC, otherCalibration := &metrics.StreamROC{Bins: 5}, &metrics.Calibration{Bins: 5}
	for _, err := range []error{roc.Add(1, true), otherROC.Add(1, true), calibration.Add(1, true), otherCalibration.Add(1, true)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	roc.Bins, calibration.Bins = 5, 5 // which is not to be done
	for _, err := range []error{roc.Merge(otherROC), calibration.Merge(otherCalibration), (&metrics.TopK{K: 2}).Merge(metrics.TopK{K: 3}), (&metrics.StreamROC{}).Merge(&metrics.StreamROC{Bins: 3}),
		(&metrics.Calibration{Bins: 4}).Merge(&metrics.Calibration{})} {
		if err == nil || !strings.Contains(err.Error(), "do not merge") {
			t.Errorf("error %v", err)
		}
	}
}

// What is not defined is NaN, and what a convention makes 0 is 0.
func TestUndefined(t *testing.T) {
	var roc metrics.ROC
	var stream metrics.StreamROC
	var confusion metrics.Confusion
	var r2, constant, one, halves metrics.R2
	area, within := stream.AUC()
	for range 3 {
		must(t, constant.Add(1, 0.1))
	}
	must(t, one.Add(3, 3))
	for range 2 { // merged constants stay constant
		must(t, halves.Merge(constant))
	}
	must(t, halves.Add(2, 0.1))
	for name, v := range map[string]float64{
		"accuracy": metrics.Accuracy{}.Value(), "top": metrics.TopK{}.Value(), "log loss": metrics.LogLoss{}.Value(), "Brier": metrics.Brier{}.Value(),
		"area": roc.AUC(), "stream": area, "bound": within, "confusion": confusion.Accuracy(), "macro": confusion.Macro().F1,
		"weighted": confusion.Weighted().Recall, "calibration": new(metrics.Calibration).ExpectedError(), "absolute": metrics.AbsoluteError{}.Value(),
		"squared": metrics.SquaredError{}.Root(), "R²": r2.Value(), "R² of equal targets": constant.Value(), "R² of one": one.Value(), "R² merged": halves.Value(),
	} {
		if !math.IsNaN(v) {
			t.Errorf("%s without examples is %v", name, v)
		}
	}
	must(t, roc.Add(1, true), roc.Add(2, true), stream.Add(0.5, false))
	if area, _ := stream.AUC(); !math.IsNaN(roc.AUC()) || roc.Curve() != nil || !math.IsNaN(area) {
		t.Error("one class alone has an area")
	}
	must(t, confusion.AddClass(2, 0), confusion.AddClass(2, 0))
	if confusion.Precision(0) != 0 || confusion.Recall(2) != 0 || confusion.F1(1) != 0 || confusion.Recall(0) != 0 || confusion.Macro().F1 != 0 {
		t.Error("classes without examples or predictions have no 0")
	}
	if got := confusion.Classes(); !reflect.DeepEqual(got, []int{0, 2}) {
		t.Errorf("classes %v", got)
	}
	if table := new(metrics.Calibration).Table(); table != nil {
		t.Errorf("a table of no examples: %v", table)
	}
}

// Equal outputs are those of the first class, and a right class of probability 0 costs +Inf.
func TestTiesAndZeros(t *testing.T) {
	for outputs, want := range map[[3]float64]int{{1, 1, 1}: 0, {0, 2, 2}: 1, {math.Inf(-1), -5, math.Inf(-1)}: 1, {0, math.Inf(1), 9}: 1} {
		if got, err := metrics.Class(outputs[:]); err != nil || got != want {
			t.Errorf("%v is class %d, error %v", outputs, got, err)
		}
	}
	if got, err := metrics.Class([]float64{0.5}); err != nil || got != 0 {
		t.Errorf("0.5 is class %d, error %v", got, err)
	}
	top := metrics.TopK{K: 2}
	for class := range 3 {
		must(t, top.Add([]float64{1, 1, 1}, class))
	}
	if top.Right != 2 {
		t.Errorf("%d of 3 equal ones are among 2", top.Right)
	}
	var loss, none metrics.LogLoss
	must(t, loss.Add([]float64{0.5, 0.5}, 0), loss.Add([]float64{1, 0}, 1), loss.Add([]float64{0.5}, 0))
	if !math.IsInf(loss.Value(), 1) {
		t.Errorf("log loss %v", loss.Value())
	}
	must(t, none.Merge(loss))
	if !math.IsInf(none.Value(), 1) {
		t.Errorf("log loss %v", none.Value())
	}
	var table metrics.Calibration
	must(t, table.Add(0.1, true), table.Add(1, true), table.Add(0, false))
	rows := table.Table()
	if rows[0].Count != 1 || rows[1].Count != 1 || rows[9].Count != 1 || !math.IsNaN(rows[5].Mean) || rows[1].From != 0.1 || rows[9].To != 1 {
		t.Errorf("%+v", rows)
	}
}

// The error of a sum does not grow with its length.
func TestLongSum(t *testing.T) {
	var a metrics.AbsoluteError
	for range 1_000_000 {
		must(t, a.Add(0.1, 0))
	}
	if got := a.Value(); math.Abs(got-0.1) > 2e-17 {
		t.Errorf("the mean of equal numbers is off by %v", got-0.1)
	}
}

// What cannot be is an error, and is not counted.
func TestMistakes(t *testing.T) {
	nan := math.NaN()
	var a metrics.Accuracy
	var l metrics.LogLoss
	var b metrics.Brier
	var top metrics.TopK
	var c metrics.Confusion
	var r metrics.ROC
	var s metrics.StreamROC
	var cal metrics.Calibration
	var ae metrics.AbsoluteError
	var se metrics.SquaredError
	var r2 metrics.R2
	changed := metrics.StreamROC{Bins: 3}
	must(t, changed.Add(0.5, true))
	changed.Bins = 4
	for i, c := range []struct {
		err   error
		words string
	}{
		{a.Add(nil, 0), "no outputs given"},
		{a.Add([]float64{1, nan}, 0), "the output of class 1 is NaN"},
		{a.Add([]float64{nan, 1}, 0), "the output of class 0 is NaN"},
		{a.Add([]float64{1.5}, 0), "probability 1.5 given, a number from 0 to 1"},
		{a.Add([]float64{1, 2}, 2), "class 2 given, a number from 0 to 1"},
		{a.Add([]float64{0.5}, 2), "class 2 given, a number from 0 to 1"},
		{a.Add([]float64{1, 2}, -1), "class -1 given"},
		{top.Add([]float64{0.5}, 0), "1 outputs given, one for each of at least 2"},
		{(&metrics.TopK{K: -1}).Add([]float64{1, 2}, 0), "K = -1"},
		{l.Add([]float64{0.5, 0.6}, 0), "that sum to 1.1, 1 expected"},
		{l.Add([]float64{-0.5, 1.5}, 0), "probability -0.5 given, a number from 0 to 1 expected, of class 0"},
		{l.Add([]float64{nan}, 0), "probability NaN given, a number from 0 to 1 expected, of class 1"},
		{l.Add(nil, 0), "no probabilities given"},
		{l.Add([]float64{0.5, 0.5}, 2), "class 2 given"},
		{b.Add([]float64{1, 1}, 0), "that sum to 2"},
		{c.Add([]float64{1, 2}, 5), "class 5 given"},
		{c.AddClass(-1, 0), "class -1 predicted of class 0"},
		{r.Add(nan, true), "the score is NaN"},
		{s.Add(nan, true), "probability NaN"},
		{s.Add(1.5, true), "probability 1.5"},
		{(&metrics.StreamROC{Bins: -1}).Add(0.5, true), "Bins is -1"},
		{changed.Add(0.5, true), "Bins is 4, 3 expected"},
		{cal.Add(-0.1, true), "probability -0.1"},
		{(&metrics.Calibration{Bins: -2}).Add(0.5, true), "Bins is -2"},
		{ae.Add(nan, 0), "prediction NaN of target 0 given"},
		{se.Add(0, math.Inf(1)), "prediction 0 of target +Inf"},
		{r2.Add(nan, nan), "finite numbers expected"},
		{(*metrics.Accuracy)(nil).Add([]float64{1, 2}, 0), "the metric is nil"},
		{r.Merge(nil), "the metric is nil"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.words) {
			t.Errorf("%d: error %v, %q expected", i, c.err, c.words)
		}
	}
	area, _ := s.AUC()
	for _, v := range []float64{a.Value(), l.Value(), b.Value(), top.Value(), c.Accuracy(), r.AUC(), area, cal.ExpectedError(), ae.Value(), se.Mean(), r2.Value()} {
		if !math.IsNaN(v) {
			t.Errorf("a mistake was counted: %v", v)
		}
	}
}

// Of probabilities that are ends of bins the streamed curve is the exact one; there is none
// of one class.
func TestStreamCurve(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	roc, stream := metrics.ROC{}, metrics.StreamROC{Bins: 64}
	for i := range 300 {
		p, positive := float64(rng.IntN(64))/64, i%3 == 0
		if i == 1 && (roc.Curve() != nil || stream.Curve() != nil) {
			t.Error("a curve of one class")
		}
		must(t, roc.Add(p, positive))
		must(t, stream.Add(p, positive))
	}
	if got, want := stream.Curve(), roc.Curve(); !reflect.DeepEqual(got, want) || len(got) < 50 {
		t.Errorf("%v, %v expected", got, want)
	}
}
