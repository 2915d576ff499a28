package dataset

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// fill notes what is missing, and puts the mean of each feature, or the text that most
// examples have, in its place. It is noted for all columns, as something else may be
// missing in new examples.
func (t *table) fill(s *Set) error {
	if s.Columns == nil {
		for _, name := range s.Features {
			s.Columns = append(s.Columns, Column{Name: name})
		}
	}
	n, texts := len(s.Features), t.settings.Missing == MissingFill
	for i := range s.Columns {
		switch c := &s.Columns[i]; {
		case c.Categories == nil:
			c.Fill = new(float64)
		case texts:
			c.FillCategory = c.Categories[0]
		}
	}
	s.missing = []int{}
	for k, v := range s.X {
		if math.IsNaN(v) {
			s.missing = append(s.missing, k)
		}
	}
	var none *Column
	if s.Columns, none = measureFills(s.Columns, s.X, n); none != nil {
		return &CSVError{Text: fmt.Sprintf("column %s: all numbers are missing, so that there is no mean of them; CSV.Ignore leaves the column out", plain(none.Name))}
	}
	cells := make([]int, len(s.Columns))
	of := columnsByInput(s.Columns, n)
	for _, k := range s.missing {
		cells[of[k%n]]++
	}
	for i, c := range s.Columns {
		switch {
		case cells[i] == 0:
		case c.Fill != nil:
			t.reading.Means = append(t.reading.Means, Mean{Column: c.Name, Value: *c.Fill, Cells: cells[i]})
		case texts:
			t.reading.Frequent = append(t.reading.Frequent, Frequent{Column: c.Name, Category: c.FillCategory, Cells: cells[i]})
		default:
			return &CSVError{Text: fmt.Sprintf("column %s: a text is missing, of which there is no mean: CSV.Missing can be fill, which puts the one that most examples have", plain(c.Name))}
		}
	}
	s.putFills()
	return nil
}

// Filled returns s with the cells that were missing in its file filled by another set of
// that file, the examples to train on: with the means of its numbers and its most frequent
// texts, which are also what the returned set's Columns have for new examples. [ReadCSV]
// fills by all examples of the file, so that what is held out would have a part in what is
// trained on:
//
//	train, held, err := s.Split(0.2, rng)
//	…
//	held, err = held.Filled(train)
//	…
//	train, err = train.Filled(train)
//
// Neither set is changed, and what is not filled is shared with s. A set that was not read
// with [MissingMean] or [MissingFill], or that a [Scaling] was applied to, is returned as it
// is. It is an error if one of the sets is not valid (see [Set.Check]), if their columns are
// others, or if all examples of train miss a column.
func (s *Set) Filled(train *Set) (*Set, error) {
	for _, set := range []*Set{s, train} {
		if err := set.Check(); err != nil {
			return nil, err
		}
	}
	if s.missing == nil || train.missing == nil {
		return s, nil
	}
	if !slices.EqualFunc(s.Columns, train.Columns, func(a, b Column) bool {
		return a.Name == b.Name && slices.Equal(a.Categories, b.Categories)
	}) {
		return nil, errors.New("dataset: the examples to fill by have other columns than those to be filled, sets of the same file expected")
	}
	n, x := len(train.Features), train.X
	if len(train.missing) > 0 {
		x = slices.Clone(x)
		for _, k := range train.missing {
			if k < len(x) {
				x[k] = math.NaN()
			}
		}
	}
	columns, none := measureFills(train.Columns, x, n)
	if none != nil {
		return nil, fmt.Errorf("dataset: column %s: all of the %d examples to train on miss it, so that there is nothing to fill it with; CSV.Ignore leaves the column out",
			plain(none.Name), train.Len())
	}
	out := *s
	out.Columns = columns
	if len(s.missing) > 0 {
		out.X = slices.Clone(s.X)
		out.putFills()
	}
	return &out, nil
}

// measureFills returns columns with what x, n numbers of each example with NaN in the first
// of what is missing, has for their missing cells, where they have something; none is a
// column that all examples miss.
func measureFills(columns []Column, x []float64, n int) (out []Column, none *Column) {
	out, at := slices.Clone(columns), 0
	for i := range out {
		c := &out[i]
		from := x[at:]
		at += c.Inputs()
		switch {
		case c.Fill != nil:
			mean := meanOf(from, n)
			if math.IsNaN(mean) {
				return nil, c
			}
			c.Fill = &mean
		case c.FillCategory != "":
			most, examples := mostFrequent(from, n, len(c.Categories))
			if examples == 0 {
				return nil, c
			}
			c.FillCategory = c.Categories[most]
		}
	}
	return out, nil
}

// putFills puts what the columns have in place of what was missing.
func (s *Set) putFills() {
	n := len(s.Features)
	of := columnsByInput(s.Columns, n)
	for _, k := range s.missing {
		if k >= len(s.X) || of[k%n] < 0 { // no more: the fields were changed since
			continue
		}
		c := s.Columns[of[k%n]]
		switch {
		case c.Fill != nil:
			s.X[k] = *c.Fill
		case c.FillCategory != "":
			clear(s.X[k : k+len(c.Categories)])
			s.X[k+max(0, slices.Index(c.Categories, c.FillCategory))] = 1
		}
	}
}

// columnsByInput returns which column each of n inputs is the first of, -1 for none.
func columnsByInput(columns []Column, n int) []int {
	of, at := slices.Repeat([]int{-1}, n), 0
	for i, c := range columns {
		of[at] = i
		at += c.Inputs()
	}
	return of
}

// mostFrequent returns the category that most examples have, of equals the first, and how
// many have it, of a column of texts of which every step-th of x begins one.
func mostFrequent(x []float64, step, categories int) (most, examples int) {
	count := make([]int, categories)
	for k := 0; k < len(x); k += step {
		if math.IsNaN(x[k]) {
			continue
		}
		for category := range count {
			count[category] += int(x[k+category])
		}
	}
	for category := range count {
		if count[category] > count[most] {
			most = category
		}
	}
	return most, count[most]
}

// meanOf returns the mean of every step-th number but NaN, NaN if there is none. Where the
// sum overflows, the numbers are divided first.
func meanOf(x []float64, step int) (mean float64) {
	lo, hi, sum, count := math.Inf(1), math.Inf(-1), 0.0, 0.0
	for k := 0; k < len(x); k += step {
		if v := x[k]; !math.IsNaN(v) {
			lo, hi, sum, count = min(lo, v), max(hi, v), sum+v, count+1
		}
	}
	if count == 0 {
		return math.NaN()
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
	return min(max(mean, lo), hi)
}
