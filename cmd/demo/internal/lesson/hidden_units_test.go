package lesson

import (
	"testing"

	"chainrule/internal/toy"
)

// quickFlower returns a learner of the published flower with some hidden units.
func quickFlower(t *testing.T, units int) *learner {
	t.Helper()
	flower, err := toy.New("flower", toy.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := network{hidden: []int{units}, init: normal(1), seed: 1, rate: 1.2}.learner(flower)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

var quickHidden = Values{"units": []int{1, 2, 3, 4, 20}, "seeds": 3, "held": 500}

// The published accuracies need all steps, but 1 to 5 units are quick.
func TestHiddenUnitsHold(t *testing.T) {
	mustHold(t, measured(t, hiddenUnits(), defaultsOr(t, quickHidden)))
}

// After a few steps no network fits or overfits.
func TestHiddenUnitsTooShort(t *testing.T) {
	mustFail(t, measured(t, hiddenUnits(), quickHidden, Values{"steps": 20}), 0, 2, 3)
}

// One and two units cannot fit, however many there are of the others.
func TestHiddenUnitsTooFew(t *testing.T) {
	mustFail(t, measured(t, hiddenUnits(), quickHidden, Values{"units": []int{2, 1, 2}}), 1, 2)
}

// With as many points as few as there are of many, none overfit.
func TestHiddenUnitsWithoutGap(t *testing.T) {
	mustFail(t, measured(t, hiddenUnits(), quickHidden, Values{"few": 400, "units": []int{2, 4, 20}}), 3)
	mustFail(t, measured(t, hiddenUnits(), quickHidden, Values{"many": 60}), 4)
}

func TestHiddenUnitsStop(t *testing.T) {
	mustStop(t, hiddenUnits(), Values{"steps": 100_000})
}

func TestHiddenUnitsRepeat(t *testing.T) {
	mustRepeat(t, hiddenUnits(), Values{"steps": 20, "seeds": 2})
}

// The boundaries are drawn long after the training.
func TestHiddenUnitsBoundaries(t *testing.T) {
	l := quickFlower(t, 3)
	l.close()
	p, err := l.PredictPlane([]float64{0, 1, -4}, []float64{0, -2, 4})
	if err != nil || len(p) != 3 {
		t.Fatalf("probabilities %v, error %v", p, err)
	}
	for _, v := range p {
		if !(v >= 0 && v <= 1) {
			t.Errorf("probabilities %v", p)
		}
	}
}
