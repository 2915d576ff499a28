package layers

import (
	"maps"
	"slices"
	"testing"

	"chainrule/internal/experiment"
)

// Every kind of layer that an experiment may have can be made, and no other.
func TestEveryKindIsMade(t *testing.T) {
	made, known := slices.Sorted(maps.Keys(builders())), experiment.Kinds(experiment.Layer{})
	slices.Sort(known)
	if !slices.Equal(made, known) {
		t.Errorf("%v are made, %v known", made, known)
	}
}

// Without inputs there is no network.
func TestBuildWithoutInputs(t *testing.T) {
	if _, err := Build(experiment.Settings{Layers: []experiment.Layer{{Kind: "dense", Units: 1}}}, nil); err == nil {
		t.Error("no error")
	}
}
