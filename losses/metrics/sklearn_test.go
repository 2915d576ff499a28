package metrics_test

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"reflect"
	"testing"

	"chainrule/losses/metrics"
)

// A measured is what testdata/measures.py writes.
type measured struct {
	Classes []struct {
		Y                              []int
		P                              [][]float64
		Accuracy, Top2, LogLoss, Brier float64
		Matrix                         [][]int
		Precision, Recall, F1, Support []float64
		Macro, Weighted                []float64
	}
	Pairs []struct {
		Y                          []int
		P                          []float64
		AUC                        float64
		Falsely, Truly, Thresholds []float64
		Accuracy, LogLoss, Brier   float64
		Share, Mean                []float64
	}
	Numbers []struct {
		Y, P               []float64
		MAE, MSE, RMSE, R2 float64
	}
}

func table(t *testing.T) (m measured) {
	t.Helper()
	text, err := os.ReadFile("testdata/measures.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Classes) < 3 || len(m.Pairs) < 3 || len(m.Numbers) < 2 {
		t.Fatalf("a table of %d, %d and %d examples", len(m.Classes), len(m.Pairs), len(m.Numbers))
	}
	return m
}

// must fails a test for the error of an Add.
func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func checkNear(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-12*max(1, math.Abs(want))) {
		t.Errorf("%s is %v, %v expected", what, got, want)
	}
}

// Every metric is what scikit-learn measures of the same examples.
func TestAgainstScikitLearn(t *testing.T) {
	m := table(t)
	for _, c := range m.Classes {
		var accuracy metrics.Accuracy
		top, loss, brier, confusion := metrics.TopK{K: 2}, metrics.LogLoss{}, metrics.Brier{}, metrics.Confusion{}
		for i, p := range c.P {
			must(t, accuracy.Add(p, c.Y[i]), top.Add(p, c.Y[i]), loss.Add(p, c.Y[i]), brier.Add(p, c.Y[i]), confusion.Add(p, c.Y[i]))
		}
		checkNear(t, "accuracy", accuracy.Value(), c.Accuracy)
		checkNear(t, "accuracy", confusion.Accuracy(), c.Accuracy)
		checkNear(t, "share among the 2 likeliest", top.Value(), c.Top2)
		checkNear(t, "log loss", loss.Value(), c.LogLoss)
		checkNear(t, "Brier score", brier.Value(), c.Brier)
		if !reflect.DeepEqual(confusion.Matrix(), c.Matrix) {
			t.Errorf("matrix %v, %v expected", confusion.Matrix(), c.Matrix)
		}
		for k := range c.Precision {
			checkNear(t, "precision", confusion.Precision(k), c.Precision[k])
			checkNear(t, "recall", confusion.Recall(k), c.Recall[k])
			checkNear(t, "F1", confusion.F1(k), c.F1[k])
			checkNear(t, "support", float64(confusion.Support(k)), c.Support[k])
		}
		for i, a := range []metrics.Averages{confusion.Macro(), confusion.Weighted()} {
			want := [][]float64{c.Macro, c.Weighted}[i]
			checkNear(t, "mean precision", a.Precision, want[0])
			checkNear(t, "mean recall", a.Recall, want[1])
			checkNear(t, "mean F1", a.F1, want[2])
		}
	}
	for _, c := range m.Pairs {
		roc, accuracy, loss, brier, calibration := metrics.ROC{}, metrics.Accuracy{}, metrics.LogLoss{}, metrics.Brier{}, metrics.Calibration{Bins: 5}
		for i, p := range c.P {
			one, y := []float64{p}, c.Y[i]
			must(t, roc.Add(p, y == 1), accuracy.Add(one, y), loss.Add(one, y), brier.Add(one, y), calibration.Add(p, y == 1))
		}
		checkNear(t, "area", roc.AUC(), c.AUC)
		checkNear(t, "accuracy", accuracy.Value(), c.Accuracy)
		checkNear(t, "log loss", loss.Value(), c.LogLoss)
		checkNear(t, "Brier score", brier.Value(), c.Brier)
		curve := roc.Curve()
		if len(curve) != len(c.Truly) {
			t.Fatalf("%d points, %d expected", len(curve), len(c.Truly))
		}
		for i, p := range curve {
			checkNear(t, "false positives", p.FalsePositive, c.Falsely[i])
			checkNear(t, "true positives", p.TruePositive, c.Truly[i])
			if i > 0 && p.Threshold != c.Thresholds[i-1] {
				t.Errorf("threshold %v, %v expected", p.Threshold, c.Thresholds[i-1])
			}
		}
		k := 0 // scikit-learn leaves empty bins out
		for _, b := range calibration.Table() {
			if b.Count > 0 {
				checkNear(t, "mean of a bin", b.Mean, c.Mean[k])
				checkNear(t, "share of a bin", b.Positive, c.Share[k])
				k++
			}
		}
		if k != len(c.Mean) {
			t.Errorf("%d bins, %d expected", k, len(c.Mean))
		}
	}
	for _, c := range m.Numbers {
		var absolute metrics.AbsoluteError
		var squared metrics.SquaredError
		var r2 metrics.R2
		for i, p := range c.P {
			must(t, absolute.Add(p, c.Y[i]), squared.Add(p, c.Y[i]), r2.Add(p, c.Y[i]))
		}
		checkNear(t, "mean absolute error", absolute.Value(), c.MAE)
		checkNear(t, "mean squared error", squared.Mean(), c.MSE)
		checkNear(t, "its root", squared.Root(), c.RMSE)
		checkNear(t, "R²", r2.Value(), c.R2)
	}
}

// The table is what scikit-learn measures, where that is installed.
func TestTable(t *testing.T) {
	const python = "/usr/bin/python3"
	if testing.Short() || exec.Command(python, "-c", "import sklearn").Run() != nil {
		t.Skip("no scikit-learn")
	}
	if out, err := exec.Command(python, "testdata/measures.py", "--check").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
