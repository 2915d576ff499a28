package experiment

import (
	"cmp"
	"reflect"
)

const (
	// maxWeights is how many weights and biases a network may have, 1 GiB of
	// float64: a short text must not ask for all memory that there is.
	maxWeights = 1 << 27

	// maxScale and maxScale32 are the largest factors of first weights of float64 and
	// float32. With them they are finite, whatever is drawn.
	maxScale, maxScale32 = 1e300, 1e30
)

// Check reports the first thing that cannot be, with its path. What the names of
// functions, initialisers and toy sets are it does not know.
func (s Settings) Check() error {
	if s.Version != 0 && s.Version != Version {
		return Errorf("version", "%d given, %d expected", s.Version, Version)
	}
	if err := s.checkLayers(); err != nil {
		return err
	}
	if err := cmp.Or(s.checkCost(), s.checkSchedule(), s.checkRule(),
		s.checkGiven("data", s.Data)); err != nil {
		return err
	}
	for _, count := range []struct {
		path string
		v    int
	}{{"steps", s.Steps}, {"epochs", s.Epochs}, {"batch", s.Batch}, {"patience", s.Patience}} {
		if count.v < 0 {
			return Errorf(count.path, "%d given, at least 0 expected", count.v)
		}
	}
	switch {
	case s.Steps > 0 && s.Epochs > 0:
		return Errorf("epochs", "%d given beside %d for steps, one of them expected", s.Epochs, s.Steps)
	case s.Dtype != "" && s.Dtype != "float64" && s.Dtype != "float32":
		return Errorf("dtype", "%q given, float64 or float32 expected", Shortened(s.Dtype))
	}
	return nil
}

// checkGiven checks a part that may be missing.
func (s Settings) checkGiven(path string, part kinded) error {
	if reflect.ValueOf(part).IsZero() {
		return nil
	}
	_, err := checkKind(path, part, s.Dtype)
	return err
}

func (s Settings) checkLayers() error {
	switch {
	case s.Inputs < 0:
		return Errorf("inputs", "%d given, at least 1 expected", s.Inputs)
	case s.Inputs == 0 && s.Data.Kind == "":
		return Errorf("inputs", "missing, at least 1 expected where there is no data to tell it")
	}
	c := layerCheck{flow: Flow{Numbers: s.Inputs}, scale: maxScale, dtype: s.Dtype, names: map[string]string{}, kinds: map[string]int{}, unknown: s.Inputs == 0}
	if s.Dtype == "float32" {
		c.scale = maxScale32
	}
	if err := c.list("layers", s.Layers); err != nil {
		return err
	}
	return c.numbers("layers")
}

// Check reports what is wrong with data that are given.
func (d Data) Check() error {
	_, err := checkKind("data", d, "float64")
	return err
}
