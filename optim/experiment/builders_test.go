package experiment

import (
	"maps"
	"slices"
	"testing"

	"chainrule/internal/experiment"
)

// Every kind of layer that an experiment may have can be made.
func TestEveryKindOfLayerIsMade(t *testing.T) {
	if got, want := slices.Sorted(maps.Keys(builders)), slices.Sorted(slices.Values(experiment.LayerKinds())); !slices.Equal(got, want) {
		t.Errorf("builders of %q, %q expected", got, want)
	}
}
