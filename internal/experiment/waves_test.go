package experiment

import (
	"strings"
	"testing"
)

// A few bytes do not ask for much memory: positions that are waves are computed, not stored.
func TestManyWaves(t *testing.T) {
	for inputs, want := range map[int]string{1 << 20: "", 1 << 30: "layers[1]: sequences of 1073741824 numbers given, at most 16777216 expected"} {
		s := Settings{Inputs: inputs, Layers: []Layer{{Kind: Steps, Steps: 2}, {Kind: Positions}, {Kind: StepMean}}}
		switch err := s.CheckNetwork(); {
		case want == "" && err != nil:
			t.Error(err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%d: error %v", inputs, err)
		}
	}
}
