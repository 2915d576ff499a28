package layers_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"chainrule/graph"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

// A summary has every layer with its outputs and numbers, and the total counts each once.
func TestSummary(t *testing.T) {
	s, err := layers.Summarize(build(t, parse(t, allKinds)), 3)
	if err != nil {
		t.Fatal(err)
	}
	const want = `layer          output  trained  kept
────────────────────────────────────
input          (3, m)
standardize    (3, m)              6
dense W1       (4, m)       16
relu           (4, m)
dropout 0.25   (4, m)              5
batch norm     (4, m)        8     8
residual       (4, m)       28     5
  layer norm   (4, m)        8
  dense W2     (4, m)       20
  tanh         (4, m)
  dropout 0.5  (4, m)              5
parallel       (9, m)       25     5
  dense W3     (2, m)       10
  dense W4     (3, m)       15
  elu          (3, m)
  dropout 0.5  (3, m)              5
  identity     (4, m)
dense W5       (2, m)       20
tanh           (2, m)
elu            (2, m)
unstandardize  (2, m)              4
────────────────────────────────────
total 130                   97    33
`
	if got := s.String(); got != want {
		t.Errorf("\n%s\n%s expected", got, want)
	}
}

// A layer that stands twice counts once in all.
func TestSummaryCountsOnce(t *testing.T) {
	d := layers.NewDense("d", 2, 2, layers.Glorot, newRand())
	s, err := layers.Summarize(layers.Sequential{d, d, Norm{graph.NewParam("gain", array(tensor.Float64, []int{2, 1}, 1, 1))}}, 2)
	if err != nil || s.Trained != 8 || len(s.Rows) != 3 || s.Rows[1].Trained != 6 || s.Rows[2].Layer != "layers_test.Norm" {
		t.Errorf("%+v, error %v", s, err)
	}
}

// Lines fit a terminal, whatever names and sizes are.
func TestSummaryIsNarrow(t *testing.T) {
	long := layers.DenseSettings{Name: strings.Repeat("ä", 100), In: 2000, Out: 1000, Init: layers.Zeros, Dtype: tensor.Float32}.New(nil)
	net := layers.Residual{Layers: layers.Sequential{layers.Sequential{long}, layers.DenseSettings{Name: "back", In: 1000, Out: 2000, Init: layers.Zeros, Dtype: tensor.Float32}.New(nil)}}
	s, err := layers.Summarize(net, 2000)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(s.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("%d letters in %s", n, line)
		}
	}
	for _, part := range []string{"ä…", "2,001,000", "total 4,003,000"} {
		if !strings.Contains(s.String(), part) {
			t.Errorf("no %s in\n%s", part, s)
		}
	}
}

func TestSummaryMistakes(t *testing.T) {
	d := layers.NewDense("d", 2, 3, layers.Glorot, newRand())
	for words, c := range map[string]struct {
		net    layers.Layer
		inputs int
	}{
		"0 inputs":                     {d, 0},
		"that is nil":                  {nil, 1},
		"a layer is nil":               {layers.Sequential{d, nil}, 2},
		"W (3,2)":                      {d, 5},
		"branch 2 of 2 is nil":         {layers.Parallel{d, nil}, 2},
		"its layers make shape (3, 1)": {layers.Residual{Layers: layers.Sequential{d}}, 2},
		"0 sizes given":                {layers.MLPSettings{}.New(nil), 2},
		"Rate is 2":                    {&layers.Dropout{Rate: 2}, 2},
		"the layer is nil":             {(*layers.Dense)(nil), 2},
	} {
		if _, err := layers.Summarize(c.net, c.inputs); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("error %v, %q expected", err, words)
		}
	}
}
