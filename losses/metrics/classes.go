package metrics

import (
	"errors"
	"fmt"
	"math"
)

var errNil = errors.New("metrics: the metric is nil")

// Class returns the likeliest class by outputs: the first of the largest, or class 1 of one
// probability above 0.5. No outputs, NaN, and one number that is no probability are errors.
func Class(outputs []float64) (int, error) {
	switch len(outputs) {
	case 0:
		return 0, fmt.Errorf("metrics: no outputs given, one for each class expected, or one alone")
	case 1:
		if err := checkProbability(outputs[0]); err != nil {
			return 0, err
		}
		if outputs[0] > 0.5 {
			return 1, nil
		}
		return 0, nil
	}
	largest := 0
	for i, v := range outputs {
		if math.IsNaN(v) {
			return 0, fmt.Errorf("metrics: the output of class %d is NaN", i)
		}
		if v > outputs[largest] {
			largest = i
		}
	}
	return largest, nil
}

// classes returns how many there are of so many outputs.
func classes(outputs int) int {
	if outputs == 1 {
		return 2
	}
	return outputs
}

// predicted returns the likeliest class, or an error if there is no class of that number.
func predicted(outputs []float64, class int) (int, error) {
	guess, err := Class(outputs)
	if err == nil {
		err = checkClass(class, classes(len(outputs)))
	}
	return guess, err
}

func checkClass(class, of int) error {
	if class < 0 || class >= of {
		return fmt.Errorf("metrics: class %d given, a number from 0 to %d expected", class, of-1)
	}
	return nil
}

func checkProbability(p float64) error {
	if !(p >= 0 && p <= 1) {
		return fmt.Errorf("metrics: probability %v given, a number from 0 to 1 expected", p)
	}
	return nil
}

// checkProbabilities reports what are no probabilities of classes, or a class that is none of
// them. They may have been rounded to float32 and added up in it.
func checkProbabilities(p []float64, class int) error {
	if len(p) == 0 {
		return fmt.Errorf("metrics: no probabilities given, one for each class expected, or one alone")
	}
	total := 0.0
	for i, v := range p {
		if err := checkProbability(v); err != nil {
			return fmt.Errorf("%w, of class %d", err, i+classes(len(p))-len(p))
		}
		total += v
	}
	if most := 0x1p-23 * float64(len(p)+16); len(p) > 1 && !(math.Abs(total-1) <= most) {
		return fmt.Errorf("metrics: probabilities of %d classes given that sum to %v, 1 expected", len(p), total)
	}
	return checkClass(class, classes(len(p)))
}
