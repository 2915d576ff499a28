package metrics

// Accuracy is the share of examples whose likeliest class is the right one.
type Accuracy struct {
	Right, Of int // examples
}

// Add takes an example by the outputs for it, probabilities or logits of classes, or one
// probability, and its class.
func (a *Accuracy) Add(outputs []float64, class int) error {
	if a == nil {
		return errNil
	}
	guess, err := predicted(outputs, class)
	if err != nil {
		return err
	}
	if a.Of++; guess == class {
		a.Right++
	}
	return nil
}

// Merge adds what another has seen.
func (a *Accuracy) Merge(other Accuracy) error {
	if a == nil {
		return errNil
	}
	a.Right += other.Right
	a.Of += other.Of
	return nil
}

// Value returns the share, NaN without examples.
func (a Accuracy) Value() float64 { return share(a.Right, a.Of) }
