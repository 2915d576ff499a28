package experiment

import "testing"

// Programs are kept for a few numbers of examples, none after Close, and a
// prediction works at any time.
func TestPredictorsKept(t *testing.T) {
	s := Settings{Cost: Cost{Kind: "squared-error"}}
	s.Inputs, s.Layers = Chain([]int{1, 1}, []string{"identity"})
	e, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 10} {
		if _, err := e.Predict(make([]float64, m)); err != nil || len(e.run) > maxPredictors {
			t.Errorf("%d examples: %d programs, error %v", m, len(e.run), err)
		}
	}
	for range 2 {
		if err := e.Close(); err != nil || len(e.run) != 0 {
			t.Errorf("%d programs after Close, error %v", len(e.run), err)
		}
		if _, err := e.Predict([]float64{1}); err != nil {
			t.Error(err)
		}
	}
}
