package lesson

import (
	"context"
	"errors"
	"strings"
	"testing"

	"chainrule/internal/words"
)

func TestRepresentationHolds(t *testing.T) {
	for _, s := range []Values{nil, {"sizes": []int{1, 1}, "examples": 1}, {"sizes": []int{784, 128, 64, 10}, "examples": 7}} {
		r := tried(t, representation(), s)
		mustHold(t, r)
		distinctPictures(t, r)
	}
}

// The rule with W the other way round is that of no network but of those whose
// layers are all alike.
func TestRepresentationFails(t *testing.T) {
	l := representation()
	l.Run = dimensions{func(n, before, m int) layerShapes {
		right := claimedShapes(n, before, m)
		right.w = words.Shape(before, n)
		return right
	}}.run
	mustFail(t, tried(t, l), 1, 2)
}

// Units of two layers are not called alike: that of the output is a[2]₁, not a₁.
func TestUnitsAreTold(t *testing.T) {
	seen := map[string]bool{}
	for l, layer := range layOut([]int{2, 4, 3, 1}, 400, columns).picture().Layers {
		if seen[layer.Unit] {
			t.Errorf("units of layer %d are called %s₁, as others", l, layer.Unit)
		}
		seen[layer.Unit] = true
	}
}

func TestRepresentationRejects(t *testing.T) {
	l := representation()
	for _, sizes := range [][]int{{3}, make([]int, 11)} {
		err := l.Run(context.Background(), changed(t, l, Values{"sizes": sizes}), &Report{})
		if err == nil || !strings.Contains(err.Error(), "2 to 10 expected") {
			t.Errorf("%d layers: error %v", len(sizes), err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := l.Run(ctx, l.Defaults(), &Report{}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want that of the context", err)
	}
}

func TestAllSizes(t *testing.T) {
	lists := allSizes([]int{1, 2}, 3)
	if len(lists) != 4+8 || len(lists[0]) != 2 || len(lists[11]) != 3 || lists[11][0] != 2 || lists[3][1] != 2 {
		t.Errorf("%v", lists)
	}
}

// Where sizes are equal a slip may fit; it is then told what becomes of it.
func TestSilentSlip(t *testing.T) {
	z, err := slip{"b lying down", [2]int{4, 3}, [2]int{1, 4}, [2]int{3, 1}}.build(columns)
	if err != nil || words.Shape(z.Shape()...) != "(4,4)" {
		t.Errorf("Z is %s, %v", words.Shape(z.Shape()...), err)
	}
	r := tried(t, representation(), Values{"sizes": []int{3, 4, 1}, "examples": 1})
	mustHold(t, r)
	if len(r.Checks()) != 3 {
		t.Errorf("%d checks with one example, want 3", len(r.Checks()))
	}
}
