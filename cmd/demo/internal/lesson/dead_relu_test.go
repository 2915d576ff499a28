package lesson

import (
	"context"
	"reflect"
	"testing"

	"chainrule/graph"
)

var quickDead = Values{"rates": []float64{1, 10}, "steps": 500, "seeds": 10, "deep-steps": 300}

func TestDeadReLUHolds(t *testing.T) {
	mustHold(t, measured(t, deadReLU(), defaultsOr(t, quickDead)))
}

// With small steps no unit dies, and nothing has to be brought back.
func TestDeadReLUSmallSteps(t *testing.T) {
	mustFail(t, measured(t, deadReLU(), quickDead, Values{"rates": []float64{0.01, 0.1}}), 0, 1, 2, 3)
}

// Without a layer above the first nothing revives.
func TestDeadReLUNotDeep(t *testing.T) {
	mustFail(t, measured(t, deadReLU(), quickDead, Values{"deep": []int{8}}), 4)
}

func TestDeadReLUStops(t *testing.T) {
	mustStop(t, deadReLU(), Values{"steps": 100_000})
	mustStop(t, deadReLU(), Values{"steps": 1, "deep-steps": 100_000})
}

func TestDeadReLURepeats(t *testing.T) {
	mustRepeat(t, deadReLU(), Values{"steps": 30, "deep-steps": 30, "seeds": 3})
}

// A unit that is pushed below 0 and back by hand is seen going and coming.
func TestLifeline(t *testing.T) {
	l := quickFlower(t, 2)
	defer l.close()
	w, err := newUnitWatch(l)
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	life := &lifeline{went: make([]int, 1), came: make([]int, 1)}
	for _, b := range [][]float64{{0, 0}, {0, -1e6}, {0, -1e6}, {0, 1}, {-1e6, -1e6}} {
		if err := l.B[0].Set(graph.Tensor(b, 2, 1)); err != nil {
			t.Fatal(err)
		}
		if err := life.note(l, w); err != nil {
			t.Fatal(err)
		}
	}
	if want := []float64{0, 0.5, 0.5, 0, 1}; !reflect.DeepEqual(life.off, want) {
		t.Errorf("shares %v are off, want %v", life.off, want)
	}
	if life.went[0] != 3 || life.came[0] != 1 {
		t.Errorf("units went off %d times and came back %d times, want 3 and 1", life.went[0], life.came[0])
	}
}

// A watched training takes the same steps as an unwatched one.
func TestTrainWatched(t *testing.T) {
	a, b := quickFlower(t, 4), quickFlower(t, 4)
	defer a.close()
	defer b.close()
	life, err := trainWatched(context.Background(), a, 20)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.train(context.Background(), 20, nil); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a.firstLayer(), b.firstLayer()) {
		t.Errorf("watched %v, unwatched %v", a.firstLayer(), b.firstLayer())
	}
	if len(life.off) != 21 {
		t.Errorf("%d looks, want 21", len(life.off))
	}
}
