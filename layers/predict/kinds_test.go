package predict

import (
	"maps"
	"slices"
	"testing"

	"chainrule/internal/experiment"
)

// Every kind of layer that an experiment may have predicts, and no other.
func TestEveryKindPredicts(t *testing.T) {
	made, known := slices.Sorted(maps.Keys(makers[float64]())), experiment.Kinds(experiment.Layer{})
	slices.Sort(known)
	if !slices.Equal(made, known) {
		t.Errorf("%v predict, %v known", made, known)
	}
}
