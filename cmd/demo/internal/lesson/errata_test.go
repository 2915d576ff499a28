package lesson

import "testing"

var quickErrata = Values{"steps": 200}

func TestErrataHolds(t *testing.T) {
	for _, s := range []Values{nil, {"inputs": 1, "units": 2}, {"z": 3.0, "large": 20.0}} {
		r := measured(t, errata(), quickErrata, s)
		mustHold(t, r)
		distinctPictures(t, r)
	}
}

// Each part fails where what it says is no slip.
func TestErrataFails(t *testing.T) {
	for name, test := range map[string]struct {
		s    Values
		part int
	}{
		"as many units as inputs":         {Values{"inputs": 4, "units": 4}, 0},
		"a positive z that is large":      {Values{"z": 10.0}, 2},
		"a large z that is not":           {Values{"large": 1.5}, 2},
		"targets that a sigmoid can have": {Values{"target": 0.9}, 3},
	} {
		t.Run(name, func(t *testing.T) { mustFail(t, measured(t, errata(), quickErrata, test.s), test.part) })
	}
}

// A layer 2 that averages is found out.
func TestErrataFailsByAverage(t *testing.T) {
	mustFail(t, tried(t, averaging(), quickErrata), 1)
}

func TestErrataStops(t *testing.T) { mustStop(t, errata(), Values{"steps": 100_000}) }

func TestErrataRepeats(t *testing.T) { mustRepeat(t, errata(), quickErrata) }
