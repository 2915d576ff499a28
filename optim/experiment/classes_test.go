package experiment_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"chainrule/layers/predict"
	"chainrule/optim/experiment"
)

// tokens is a file of sequences of four classes, of which the largest comes early or late.
func tokens() string {
	var b strings.Builder
	b.WriteString("a,b,c,d,y\n")
	for i := range 6 * 6 * 6 * 6 {
		row, at := []int{i % 6, i / 6 % 6, i / 36 % 6, i / 216}, 0
		for k, v := range row {
			if v > row[at] {
				at = k
			}
		}
		if i*7919%5 == 0 {
			fmt.Fprintf(&b, "%d,%d,%d,%d,%s\n", row[0], row[1], row[2], row[3], []string{"early", "early", "late", "late"}[at])
		}
	}
	return b.String()
}

// An experiment on sequences of classes takes them as they are, learns, and predicts from its file
// as before; a frozen embedding stays as it was. How many classes an example has, the data tell.
func TestExperimentOfClasses(t *testing.T) {
	for _, frozen := range []bool{false, true} {
		s, err := experiment.Parse([]byte(fmt.Sprintf(`{"version": 1, "seed": 1, "layers": [
			{"kind": "embedding", "classes": 6, "units": 4, "frozen": %v}, {"kind": "gru", "units": 8, "last": true},
			{"kind": "dense", "units": 1, "activation": "sigmoid"}], "cost": {"kind": "cross-entropy"}, "rule": {"kind": "adam", "rate": 0.02},
			"data": {"kind": "csv", "path": "tokens.csv", "label": "y"}}`, frozen)))
		if err != nil {
			t.Fatal(err)
		}
		data, err := experiment.LoadFrom(strings.NewReader(tokens()), s.Data)
		if err != nil {
			t.Fatal(err)
		}
		e, err := experiment.NewOn(s, data)
		if err != nil {
			t.Fatal(err)
		}
		if e.Settings.Inputs != 4 {
			t.Errorf("%d inputs, 4 expected", e.Settings.Inputs)
		}
		if e.Scaling != nil {
			t.Error("classes are scaled")
		}
		before := values(e.Network.Params()[:1])
		trainer, batch := e.Trainer(), e.Batch(e.Train)
		for range 150 {
			if _, err := trainer.Step(batch); err != nil {
				t.Fatal(err)
			}
		}
		if same := values(e.Network.Params()[:1]) == before; same != frozen {
			t.Errorf("frozen %v, and the embedding is as before %v", frozen, same)
		}
		if score, err := e.Score(e.Train); err != nil || score.Accuracy < 0.9 {
			t.Errorf("score %+v, error %v", score, err)
		}
		path := filepath.Join(t.TempDir(), "classes.safetensors")
		if err := e.Save(path); err != nil {
			t.Fatal(err)
		}
		m, err := predict.LoadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := e.Predict(e.Train.X)
		got := make([]float64, len(want))
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Predict(got, e.Train.X); err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if d := got[i] - want[i]; d > 1e-12 || d < -1e-12 {
				t.Fatalf("example %d: %v, %v before it was saved", i, got[i], want[i])
			}
		}
	}
}
