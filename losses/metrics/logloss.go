package metrics

import "math"

// LogLoss is the mean of −ln p, the cross-entropy, where p is the probability of the right
// class. A right class of probability 0 makes it +Inf; nothing is cut off.
type LogLoss struct {
	total sum
	of    int
}

// Add takes an example by probabilities of classes, whose sum is 1, or one of class 1, and its
// class.
func (l *LogLoss) Add(p []float64, class int) error {
	if l == nil {
		return errNil
	}
	if err := checkProbabilities(p, class); err != nil {
		return err
	}
	l.of++
	if len(p) == 1 && class == 0 {
		l.total.add(-math.Log1p(-p[0]))
		return nil
	}
	l.total.add(-math.Log(p[min(class, len(p)-1)]))
	return nil
}

// Merge adds what another has seen.
func (l *LogLoss) Merge(other LogLoss) error {
	if l == nil {
		return errNil
	}
	l.total.merge(other.total)
	l.of += other.of
	return nil
}

// Value returns the mean, NaN without examples.
func (l LogLoss) Value() float64 { return l.total.over(l.of) }
