package metrics

// Brier is the mean squared difference of probabilities and what was right: of one
// probability p of class 1 the mean of (p − y)², where y is 1 for class 1 and else 0; of
// several the mean of the sum over the classes, which for two of them is twice that.
//
// From G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly
// Weather Review 78, 1950.
type Brier struct {
	total sum
	of    int
}

// Add takes an example as [LogLoss.Add] does.
func (b *Brier) Add(p []float64, class int) error {
	if b == nil {
		return errNil
	}
	if err := checkProbabilities(p, class); err != nil {
		return err
	}
	b.of++
	first := classes(len(p)) - len(p)
	for i, v := range p {
		if i+first == class {
			v--
		}
		b.total.add(v * v)
	}
	return nil
}

// Merge adds what another has seen.
func (b *Brier) Merge(other Brier) error {
	if b == nil {
		return errNil
	}
	b.total.merge(other.total)
	b.of += other.of
	return nil
}

// Value returns the mean, NaN without examples.
func (b Brier) Value() float64 { return b.total.over(b.of) }
