package dataset

import (
	"fmt"
	"math"
)

// fill puts the mean of each feature, or the text that most examples have, in place
// of what is missing, and notes it for new examples, in which something else may be
// missing.
func (t *table) fill(s *Set) error {
	if s.Columns == nil {
		for _, name := range s.Features {
			s.Columns = append(s.Columns, Column{Name: name})
		}
	}
	n, at := len(s.Features), 0
	for i := range s.Columns {
		c := &s.Columns[i]
		x := s.X[at:]
		at += c.Inputs()
		var err error
		if c.Categories != nil {
			err = t.fillTexts(c, x, n)
		} else {
			err = t.fillNumbers(c, x, n, s.Len())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fillNumbers fills a column of numbers, every n-th of x.
func (t *table) fillNumbers(c *Column, x []float64, n, m int) error {
	mean, missing := meanOf(x, n)
	if missing == m {
		return &CSVError{Text: fmt.Sprintf("column %s: all numbers are missing, so that there is no mean of them; CSV.Ignore leaves the column out", plain(c.Name))}
	}
	c.Fill = &mean
	if missing == 0 {
		return nil
	}
	t.reading.Means = append(t.reading.Means, Mean{Column: c.Name, Value: mean, Cells: missing})
	for k := 0; k < len(x); k += n {
		if math.IsNaN(x[k]) {
			x[k] = mean
		}
	}
	return nil
}

// fillTexts fills a column of texts, of which every n-th of x begins one.
func (t *table) fillTexts(c *Column, x []float64, n int) error {
	count, missing := make([]int, len(c.Categories)), 0
	for k := 0; k < len(x); k += n {
		if math.IsNaN(x[k]) {
			missing++
			continue
		}
		for category := range count {
			count[category] += int(x[k+category])
		}
	}
	most := 0
	for category := range count {
		if count[category] > count[most] {
			most = category
		}
	}
	if t.settings.Missing == MissingMean {
		if missing > 0 {
			return &CSVError{Text: fmt.Sprintf("column %s: a text is missing, of which there is no mean: CSV.Missing can be fill, which puts the one that most examples have", plain(c.Name))}
		}
		return nil
	}
	c.FillCategory = c.Categories[most]
	if missing == 0 {
		return nil
	}
	t.reading.Frequent = append(t.reading.Frequent, Frequent{Column: c.Name, Category: c.FillCategory, Cells: missing})
	for k := 0; k < len(x); k += n {
		if math.IsNaN(x[k]) {
			x[k] = 0
			x[k+most] = 1
		}
	}
	return nil
}

// meanOf returns the mean of every step-th number but NaN, and how many of these
// there are. Where the sum overflows, the numbers are divided first.
func meanOf(x []float64, step int) (mean float64, missing int) {
	lo, hi, sum, count := math.Inf(1), math.Inf(-1), 0.0, 0.0
	for k := 0; k < len(x); k += step {
		if v := x[k]; math.IsNaN(v) {
			missing++
		} else {
			lo, hi, sum, count = min(lo, v), max(hi, v), sum+v, count+1
		}
	}
	mean = sum / count
	if !isFinite(sum) {
		mean = 0
		for k := 0; k < len(x); k += step {
			if v := x[k]; !math.IsNaN(v) {
				mean += v / count
			}
		}
	}
	return min(max(mean, lo), hi), missing
}
