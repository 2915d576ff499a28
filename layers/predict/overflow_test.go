package predict_test

import (
	"strings"
	"testing"

	"chainrule/internal/experiment"
	"chainrule/layers"
)

// An example whose variance is beyond the dtype is an error, and not one without features.
func TestVarianceOverflows(t *testing.T) {
	for dtype, large := range map[string]float64{"float64": 1e200, "float32": 1e25} {
		s := experiment.Settings{Inputs: 2, Dtype: dtype, Layers: []experiment.Layer{{Kind: experiment.LayerNorm}, dense(1, "")}}
		m, y := model(t, layers.Model{Network: network(t, s)}), make([]float64, 2)
		if err := m.Predict(y, []float64{1, 2, large, -large}); err == nil || !strings.Contains(err.Error(), "example 1, both from 0, is NaN: numbers in the network are beyond its dtype") {
			t.Errorf("%s: %v, error %v", dtype, y, err)
		}
		if err := m.Predict(y, []float64{1, 2, 1e15, -1e15}); err != nil {
			t.Error(dtype, err)
		}
	}
}
