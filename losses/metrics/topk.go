package metrics

import "fmt"

// TopK is the share of examples whose class is among the K likeliest. Of equal outputs those
// of the first classes count as likelier, so that K = 1 is [Accuracy].
type TopK struct {
	K int // at least 1; 0 is 5. It is not changed once examples were added

	Right, Of int // examples
}

func (t TopK) k() int {
	if t.K == 0 {
		return 5
	}
	return t.K
}

// Add takes an example by an output for each of at least 2 classes, and its class.
func (t *TopK) Add(outputs []float64, class int) error {
	if t == nil {
		return errNil
	}
	if t.K < 0 {
		return fmt.Errorf("metrics: TopK of K = %d, at least 1 expected, or 0 for 5", t.K)
	}
	if len(outputs) < 2 {
		return fmt.Errorf("metrics: %d outputs given, one for each of at least 2 classes expected", len(outputs))
	}
	if _, err := predicted(outputs, class); err != nil {
		return err
	}
	likelier := 0
	for i, v := range outputs {
		if v > outputs[class] || v == outputs[class] && i < class {
			likelier++
		}
	}
	if t.Of++; likelier < t.k() {
		t.Right++
	}
	return nil
}

// Merge adds what another has seen, of the same K or an error.
func (t *TopK) Merge(other TopK) error {
	if t == nil {
		return errNil
	}
	if t.k() != other.k() {
		return fmt.Errorf("metrics: TopK of K = %d and of K = %d do not merge", t.k(), other.k())
	}
	t.Right += other.Right
	t.Of += other.Of
	return nil
}

// Value returns the share, NaN without examples.
func (t TopK) Value() float64 { return share(t.Right, t.Of) }
