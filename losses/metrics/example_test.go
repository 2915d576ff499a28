package metrics_test

import (
	"fmt"
	"log"
	"sync"

	"chainrule/losses/metrics"
)

// The zero value is ready, and the result is there at any time.
func ExampleAccuracy() {
	var a metrics.Accuracy
	for _, e := range []struct {
		outputs []float64
		class   int
	}{{[]float64{0.7, 0.2, 0.1}, 0}, {[]float64{0.3, 0.4, 0.3}, 2}, {[]float64{0.1, 0.1, 0.8}, 2}} {
		if err := a.Add(e.outputs, e.class); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("%d of %d, %.3f\n", a.Right, a.Of, a.Value())
	fmt.Println(a.Add([]float64{0.5, 0.5}, 2))
	// Output:
	// 2 of 3, 0.667
	// metrics: class 2 given, a number from 0 to 1 expected
}

// Goroutines measure a part each and merge.
func ExampleAccuracy_Merge() {
	var total metrics.Accuracy
	var lock sync.Mutex
	var all sync.WaitGroup
	for part := range 4 {
		all.Go(func() {
			var own metrics.Accuracy
			for i := range 100 {
				if err := own.Add([]float64{float64(i%2) * 0.9}, (i+part)%2); err != nil {
					log.Fatal(err)
				}
			}
			lock.Lock()
			defer lock.Unlock()
			if err := total.Merge(own); err != nil {
				log.Fatal(err)
			}
		})
	}
	all.Wait()
	fmt.Println(total.Right, "of", total.Of)
	// Output: 200 of 400
}

func ExampleConfusion() {
	var c metrics.Confusion
	for _, e := range [][2]int{{0, 0}, {0, 0}, {1, 0}, {1, 1}, {2, 2}, {0, 2}} {
		if err := c.AddClass(e[0], e[1]); err != nil {
			log.Fatal(err)
		}
	}
	for _, row := range c.Matrix() {
		fmt.Println(row)
	}
	for _, class := range c.Classes() {
		fmt.Printf("class %d: precision %.2f, recall %.2f, F1 %.2f of %d\n", class, c.Precision(class), c.Recall(class), c.F1(class), c.Support(class))
	}
	fmt.Printf("macro F1 %.3f, weighted %.3f\n", c.Macro().F1, c.Weighted().F1)
	// Output:
	// [2 1 0]
	// [0 1 0]
	// [1 0 1]
	// class 0: precision 0.67, recall 0.67, F1 0.67 of 3
	// class 1: precision 0.50, recall 1.00, F1 0.67 of 1
	// class 2: precision 1.00, recall 0.50, F1 0.67 of 2
	// macro F1 0.667, weighted 0.667
}

// The points of the curve, for a picture, and the area under it.
func ExampleROC() {
	var r metrics.ROC
	for _, e := range []struct {
		score    float64
		positive bool
	}{{0.9, true}, {0.8, false}, {0.8, true}, {0.3, false}, {0.2, false}} {
		if err := r.Add(e.score, e.positive); err != nil {
			log.Fatal(err)
		}
	}
	for _, p := range r.Curve() {
		fmt.Printf("from %v: %.2f of the negative, %.2f of the positive\n", p.Threshold, p.FalsePositive, p.TruePositive)
	}
	fmt.Printf("area %.4f\n", r.AUC())
	// Output:
	// from +Inf: 0.00 of the negative, 0.00 of the positive
	// from 0.9: 0.00 of the negative, 0.50 of the positive
	// from 0.8: 0.33 of the negative, 1.00 of the positive
	// from 0.3: 0.67 of the negative, 1.00 of the positive
	// from 0.2: 1.00 of the negative, 1.00 of the positive
	// area 0.9167
}

// A stream is measured in bounded memory, and the result says how far it may be off.
func ExampleStreamROC() {
	r := metrics.StreamROC{Bins: 100}
	for i := range 100_000 {
		p := float64(i%1000) / 1000
		if err := r.Add(p, i%3 == 0 || p > 0.7); err != nil {
			log.Fatal(err)
		}
	}
	area, within := r.AUC()
	fmt.Printf("%.3f ± %.3f\n", area, within)
	// Output: 0.781 ± 0.003
}

func ExampleCalibration() {
	c := metrics.Calibration{Bins: 4}
	for i := range 100 {
		if err := c.Add(0.8, i%2 == 0); err != nil { // as often wrong as right
			log.Fatal(err)
		}
		if err := c.Add(0.1, i%10 == 0); err != nil {
			log.Fatal(err)
		}
	}
	for _, b := range c.Table() {
		fmt.Printf("%.2f to %.2f: %3d examples, %.1f said, %.1f true\n", b.From, b.To, b.Count, b.Mean, b.Positive)
	}
	fmt.Printf("expected error %.2f\n", c.ExpectedError())
	// Output:
	// 0.00 to 0.25: 100 examples, 0.1 said, 0.1 true
	// 0.25 to 0.50:   0 examples, NaN said, NaN true
	// 0.50 to 0.75:   0 examples, NaN said, NaN true
	// 0.75 to 1.00: 100 examples, 0.8 said, 0.5 true
	// expected error 0.15
}

func ExampleR2() {
	var squared metrics.SquaredError
	var absolute metrics.AbsoluteError
	var r2 metrics.R2
	for _, e := range [][2]float64{{1.1, 1}, {1.9, 2}, {3.2, 3}, {4, 4}} {
		for _, err := range []error{squared.Add(e[0], e[1]), absolute.Add(e[0], e[1]), r2.Add(e[0], e[1])} {
			if err != nil {
				log.Fatal(err)
			}
		}
	}
	fmt.Printf("root %.4f, absolute %.2f, R² %.3f\n", squared.Root(), absolute.Value(), r2.Value())
	// Output: root 0.1225, absolute 0.10, R² 0.988
}

func ExampleLogLoss() {
	var loss metrics.LogLoss
	var brier metrics.Brier
	var top metrics.TopK
	top.K = 2
	for _, err := range []error{
		loss.Add([]float64{0.5, 0.25, 0.25}, 0), brier.Add([]float64{0.5, 0.25, 0.25}, 0), top.Add([]float64{0.5, 0.25, 0.25}, 2),
		loss.Add([]float64{0.25, 0.5, 0.25}, 2), brier.Add([]float64{0.25, 0.5, 0.25}, 2), top.Add([]float64{0.25, 0.5, 0.25}, 0),
	} {
		if err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("log loss %.3f, Brier %.4f, among 2 likeliest %.1f\n", loss.Value(), brier.Value(), top.Value())
	// Output: log loss 1.040, Brier 0.6250, among 2 likeliest 0.5
}
