package experiment

import (
	"math"
	"reflect"
	"slices"
)

// A check reports a value that a field cannot have, by its path and the dtype of
// the experiment.
type check func(path string, v reflect.Value, dtype string) error

// needed wants anything but the zero value.
func needed(path string, v reflect.Value, _ string) error {
	if v.IsZero() {
		return Errorf(path, "missing")
	}
	return nil
}

// within wants a number of at least 0 and below an end.
func within(end float64, expected string) check {
	return func(path string, v reflect.Value, _ string) error {
		if x := v.Convert(reflect.TypeFor[float64]()).Float(); !(x >= 0 && x < end) {
			return Errorf(path, "%v given, %s expected", v, expected)
		}
		return nil
	}
}

func share(path string, v reflect.Value, dtype string) error {
	return within(1, "a number from 0 to below 1")(path, v, dtype)
}

// portion wants a number above 0 and at most 1; 0 is the usual one.
func portion(path string, v reflect.Value, dtype string) error {
	if err := within(math.Nextafter(1, 2), "a number above 0 and at most 1")(path, v, dtype); err != nil {
		return err
	}
	return rate(path, v, dtype)
}

// dropRate wants a number above 0 and below 1.
func dropRate(path string, v reflect.Value, dtype string) error {
	if v.Float() == 0 {
		return Errorf(path, "missing, a number above 0 and below 1 expected: leave the layer out to drop nothing")
	}
	return within(1, "a number above 0 and below 1")(path, v, dtype)
}

// rate wants a number above 0 that is one in the dtype too; 0 is the usual one.
func rate(path string, v reflect.Value, dtype string) error {
	err := within(math.Inf(1), "a number above 0")(path, v, dtype)
	if narrow := float64(float32(v.Float())); err == nil && dtype == "float32" && v.Float() != 0 && (narrow == 0 || !finite(narrow)) {
		err = Errorf(path, "%v given, which float32 rounds to %v", v, narrow)
	}
	return err
}

// neededRate is rate where 0 is no number.
func neededRate(path string, v reflect.Value, dtype string) error {
	if v.Float() == 0 {
		return Errorf(path, "missing, a number above 0 expected")
	}
	return rate(path, v, dtype)
}

// neededCount wants a whole number of at least 1.
func neededCount(path string, v reflect.Value, _ string) error {
	if v.Int() < 1 {
		return Errorf(path, "%d given, at least 1 expected", v.Int())
	}
	return nil
}

// count wants a whole number of at least 0.
func count(path string, v reflect.Value, dtype string) error {
	return within(math.Inf(1), "at least 0")(path, v, dtype)
}

// divisor wants a number of at least 1; 0 is the usual one.
func divisor(path string, v reflect.Value, _ string) error {
	if x := v.Float(); x != 0 && !(x >= 1 && finite(x)) {
		return Errorf(path, "%v given, a finite number of at least 1 expected", x)
	}
	return nil
}

// oneOf wants one of the texts, or none.
func oneOf(known ...string) check {
	return func(path string, v reflect.Value, _ string) error {
		if !v.IsZero() && !slices.Contains(known, v.String()) {
			return Errorf(path, "%q given%s", Shortened(v.String()), Hint(v.String(), known))
		}
		return nil
	}
}

func finite(v float64) bool { return v-v == 0 }
