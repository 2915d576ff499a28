package experiment

import (
	"fmt"
	"slices"
)

const (
	// maxWeights is how many weights and biases a network may have, 1 GiB of
	// float64: a short text must not ask for all memory that there is.
	maxWeights = 1 << 27

	// maxScale is the largest factor of first weights. With it they are finite
	// numbers of float32 too, whatever is drawn.
	maxScale = 1e30
)

// Check reports the first thing that cannot be, with its path. What the names of
// functions, initialisers and toy sets are it does not know.
func (s Settings) Check() error {
	if s.Version != 0 && s.Version != Version {
		return Errorf("version", "%d given, %d expected", s.Version, Version)
	}
	for _, check := range []func() error{s.checkLayers, s.checkCost, s.checkRule, s.checkData} {
		if err := check(); err != nil {
			return err
		}
	}
	switch {
	case s.Steps < 0:
		return Errorf("steps", "%d given, at least 0 expected", s.Steps)
	case s.Dtype != "" && s.Dtype != "float64" && s.Dtype != "float32":
		return Errorf("dtype", "%q given, float64 or float32 expected", Shortened(s.Dtype))
	}
	return nil
}

func (s Settings) checkLayers() error {
	switch {
	case s.Inputs < 0:
		return Errorf("inputs", "%d given, at least 1 expected", s.Inputs)
	case s.Inputs == 0 && s.Data.Kind == "":
		return Errorf("inputs", "missing, at least 1 expected where there is no data to tell it")
	case len(s.Layers) == 0:
		return Errorf("layers", "none given, at least 1 expected")
	}
	c := layerCheck{width: s.Inputs, names: map[string]int{}}
	for i, l := range s.Layers {
		if err := checkKind(fmt.Sprintf("layers[%d]", i), l); err != nil {
			return err
		}
		k, _ := kindOf(l)
		if err := k.check(&c, i, l); err != nil {
			return err
		}
		c.width = k.outputs(l, c.width)
	}
	return nil
}

func (s Settings) checkCost() error {
	if err := checkKind("cost", s.Cost); err != nil {
		return err
	}
	output, path := s.Output()
	if s.Cost.Kind != CrossEntropy || output == "sigmoid" || output == "softmax" {
		return nil
	}
	given := "none given"
	if output != "" {
		given = fmt.Sprintf("%q given", Shortened(output))
	}
	return Errorf(path, "%s, sigmoid or softmax expected for cross-entropy; squared-error takes any output", given)
}

func (s Settings) checkRule() error {
	if s.Schedule != (Schedule{}) {
		if err := checkKind("schedule", s.Schedule); err != nil {
			return err
		}
	}
	r := s.Rule
	if r == (Rule{}) {
		return nil
	}
	if err := checkKind("rule", r); err != nil {
		return err
	}
	if r.Rate == 0 && r.Kind != Adam {
		return Errorf("rule.rate", "missing, a number above 0 expected")
	}
	for _, rate := range []struct {
		field string
		value float64
	}{{"rate", r.Rate}, {"epsilon", r.Epsilon}} {
		if !(rate.value >= 0) || !finite(rate.value) {
			return Errorf("rule."+rate.field, "%v given, a number above 0 expected", rate.value)
		}
		narrow := float64(float32(rate.value))
		if s.Dtype == "float32" && rate.value != 0 && (narrow == 0 || !finite(narrow)) {
			return Errorf("rule."+rate.field, "%v given, which float32 rounds to %v", rate.value, narrow)
		}
	}
	for _, decay := range []struct {
		field string
		value float64
	}{{"beta", r.Beta}, {"beta1", r.Beta1}, {"beta2", r.Beta2}} {
		if !(decay.value >= 0 && decay.value < 1) {
			return Errorf("rule."+decay.field, "%v given, a number from 0 to below 1 expected", decay.value)
		}
	}
	return nil
}

func (s Settings) checkData() error {
	if s.Data.IsZero() {
		return nil
	}
	return s.Data.Check()
}

// Check reports what is wrong with data that are given.
func (d Data) Check() error {
	if err := checkKind("data", d); err != nil {
		return err
	}
	switch {
	case d.Kind == Toy && d.Name == "":
		return Errorf("data.name", "missing")
	case d.Kind == CSV && d.Path == "":
		return Errorf("data.path", "missing")
	case d.Examples < 0:
		return Errorf("data.examples", "%d given, at least 1 expected", d.Examples)
	case !(d.Noise >= 0) || !finite(d.Noise):
		return Errorf("data.noise", "%v given, a finite number of at least 0 expected", d.Noise)
	case !(d.Held >= 0 && d.Held < 1):
		return Errorf("data.held", "%v given, a number from 0 to below 1 expected", d.Held)
	}
	for _, c := range []struct {
		field, value string
		known        []string
	}{
		{"header", d.Header, []string{"auto", "yes", "no"}},
		{"separator", d.Separator, []string{",", ";", "|", "\t", "tab"}},
		{"decimal", d.Decimal, []string{".", ","}},
		{"missing", d.Missing, []string{"error", "drop", "mean"}},
	} {
		if c.value != "" && !slices.Contains(c.known, c.value) {
			return Errorf("data."+c.field, "%q given%s", Shortened(c.value), Hint(c.value, c.known))
		}
	}
	return nil
}

func finite(v float64) bool { return v-v == 0 }
