package metrics

import (
	"fmt"
	"maps"
	"slices"
)

// Confusion counts for each class which classes its examples were taken for. Memory grows with
// the pairs of classes that occur, not with the examples.
type Confusion struct {
	counts        map[pairing]int
	of, predicted map[int]int // examples of and predictions for each class
	examples      int
}

type pairing struct{ class, predicted int }

// Add takes an example by the outputs for it, as [Accuracy.Add] does.
func (c *Confusion) Add(outputs []float64, class int) error {
	if c == nil {
		return errNil
	}
	guess, err := predicted(outputs, class)
	if err != nil {
		return err
	}
	return c.AddClass(guess, class)
}

// AddClass takes an example by the class that was predicted and its own.
func (c *Confusion) AddClass(predicted, class int) error {
	if c == nil {
		return errNil
	}
	if predicted < 0 || class < 0 {
		return fmt.Errorf("metrics: class %d predicted of class %d, numbers of at least 0 expected", predicted, class)
	}
	c.add(pairing{class, predicted}, 1)
	return nil
}

func (c *Confusion) add(p pairing, n int) {
	if c.counts == nil {
		c.counts, c.of, c.predicted = map[pairing]int{}, map[int]int{}, map[int]int{}
	}
	c.counts[p] += n
	c.of[p.class] += n
	c.predicted[p.predicted] += n
	c.examples += n
}

// Merge adds what another has seen.
func (c *Confusion) Merge(other Confusion) error {
	if c == nil {
		return errNil
	}
	for p, n := range maps.Clone(other.counts) { // which may be those of c
		c.add(p, n)
	}
	return nil
}

// Classes returns those that occur, as class or as prediction, in ascending order.
func (c Confusion) Classes() []int {
	all := maps.Clone(c.of)
	maps.Copy(all, c.predicted)
	return slices.Sorted(maps.Keys(all))
}

// Count returns how many examples of a class were taken for another, or for itself.
func (c Confusion) Count(class, predicted int) int { return c.counts[pairing{class, predicted}] }

// Matrix returns the counts for the classes that occur: a row for each class, a column for
// each prediction, in the order of [Confusion.Classes].
func (c Confusion) Matrix() [][]int {
	classes := c.Classes()
	matrix := make([][]int, len(classes))
	for i, class := range classes {
		for _, predicted := range classes {
			matrix[i] = append(matrix[i], c.Count(class, predicted))
		}
	}
	return matrix
}

// Accuracy returns the share of examples that were taken for what they are, NaN without any.
func (c Confusion) Accuracy() float64 {
	right := 0
	for p, n := range c.counts {
		if p.class == p.predicted {
			right += n
		}
	}
	return share(right, c.examples)
}

// Support returns the number of examples of a class.
func (c Confusion) Support(class int) int { return c.of[class] }

// Precision returns the share of the predictions of a class that are right; 0 by convention
// if there are none.
func (c Confusion) Precision(class int) float64 {
	return orZero(c.Count(class, class), c.predicted[class])
}

// Recall returns the share of the examples of a class that are found; 0 by convention if
// there are none.
func (c Confusion) Recall(class int) float64 { return orZero(c.Count(class, class), c.of[class]) }

// F1 returns the harmonic mean of precision and recall of a class,
// 2·right/(examples + predictions); 0 by convention if there are neither.
func (c Confusion) F1(class int) float64 {
	return orZero(2*c.Count(class, class), c.of[class]+c.predicted[class])
}

func orZero(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return share(part, whole)
}

// Averages are means over classes.
type Averages struct{ Precision, Recall, F1 float64 }

// Macro returns the means over the classes that occur, each as important as any other. They
// are NaN without examples.
func (c Confusion) Macro() Averages { return c.average(func(int) int { return 1 }) }

// Weighted returns the means over the classes by their numbers of examples. They are NaN
// without examples.
func (c Confusion) Weighted() Averages { return c.average(c.Support) }

func (c Confusion) average(weight func(class int) int) Averages {
	var precision, recall, f1 sum
	total := 0
	for _, class := range c.Classes() {
		w := weight(class)
		total += w
		precision.add(float64(w) * c.Precision(class))
		recall.add(float64(w) * c.Recall(class))
		f1.add(float64(w) * c.F1(class))
	}
	return Averages{precision.over(total), recall.over(total), f1.over(total)}
}
