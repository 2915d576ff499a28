package dataset

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"chainrule/internal/schema"
	"chainrule/internal/words"
)

// maxEncoded is how many numbers texts may become, 2 GiB: a few bytes of text can be
// as many inputs as there are categories.
const maxEncoded = 1 << 28

// set returns what has been read.
func (t *table) set() (*Set, error) {
	t.reading.Decimal = string(cmp.Or(t.numbers.mark, t.targets.numbers.mark, '.'))
	if t.columns.targets != nil {
		t.reading.Guess = t.targets.decide(t.columnName(t.columns.targets[0]))
	}
	t.reading.Task = t.targets.task
	if err := t.checkWhole(); err != nil {
		return nil, err
	}
	s := &Set{Targets: t.columns.targetColumns()}
	if t.targets.task == Classify {
		classes, rank := t.targets.codes.sorted()
		s.Class, s.Classes = make([]int, 0, t.targets.class.len()), classes
		for code := range t.targets.class.all() {
			s.Class = append(s.Class, rank[code])
		}
	} else {
		s.Y = t.targets.y.join()
	}
	if err := t.encode(s); err != nil {
		return nil, err
	}
	if t.targets.task == Regress && t.targets.gaps > 0 {
		t.reading.Dropped += without(s)
		if s.Len() == 0 {
			return nil, t.noExamples()
		}
	}
	if t.settings.Missing == MissingMean || t.settings.Missing == MissingFill {
		return s, t.fill(s)
	}
	return s, nil
}

// checkWhole reports what is wrong with the file as a whole.
func (t *table) checkWhole() error {
	names, g := t.targets.codes.names, &t.targets
	about := func(format string, args ...any) error {
		e := t.problem(t.columns.targets[0], 0, fmt.Sprintf(format, args...))
		e.Column = 0
		return e
	}
	switch m := g.len(len(t.columns.targets)); {
	case m == 0 && t.reading.Dropped > 0:
		return t.noExamples()
	case m == 0:
		return &CSVError{Text: "no examples, only a header"}
	case g.task == Classify && len(names) == 1:
		return about("all examples are of class %s, at least two classes expected", quote(names[0]))
	case g.task == Classify && t.settings.Task == "" && g.codes.measured(m):
		return about("its %d different values in %d examples, such as %s and %s, look like measurements, but not all have the same decimal mark. "+
			"CSV.Task tells whether they are classes or numbers to predict, and CSV.Decimal the mark", len(names), m, quote(names[0]), quote(names[1]))
	case g.task == Regress && g.gaps > 0 && t.settings.Missing != MissingDrop:
		return g.gap
	}
	if err := t.checkDecimals(); err != nil {
		return err
	}
	if err := t.checkTexts(); err != nil {
		return err
	}
	return t.checkFirst()
}

func (t *table) noExamples() error {
	return &CSVError{Text: fmt.Sprintf("no examples: each of %s misses a number, a text or the target", words.Count(t.reading.Dropped, "row"))}
}

// checkDecimals reports commas that may separate thousands, and numbers to predict
// with another mark than the features.
func (t *table) checkDecimals() error {
	all := []*numbers{&t.numbers}
	if t.targets.task == Regress {
		all = append(all, &t.targets.numbers)
		if a, b := t.numbers.mark, t.targets.numbers.mark; a != 0 && b != 0 && a != b {
			return &CSVError{Text: fmt.Sprintf("the numbers to predict have the decimal mark %q, and the features %q: CSV.Decimal tells which one it is", b, a)}
		}
	}
	if slices.ContainsFunc(all, func(n *numbers) bool { return n.sure }) {
		return nil
	}
	for _, n := range all {
		if d := n.doubt; d != nil {
			return t.problem(d.Column-1, d.Line, d.Text)
		}
	}
	return nil
}

// checkTexts reports columns of texts that are no categories.
func (t *table) checkTexts() error {
	const few, fewNumbers = 10, 20
	m := t.targets.len(len(t.columns.targets))
	feature := -1
	for column, role := range t.columns.roles {
		if role != isFeature {
			continue
		}
		feature++
		c := t.texts[feature]
		if c == nil || t.holds[feature] == namedTexts {
			continue
		}
		digits := 0
		for _, name := range c.names {
			if i := slices.IndexFunc([]byte(name), func(c byte) bool { return '0' <= c && c <= '9' }); i >= 0 && i < 3 {
				digits++
			}
		}
		count, problem := len(c.names), ""
		switch {
		case count > few && 2*count > m:
			problem = "look like names, not categories"
		case count > fewNumbers && 2*digits > count:
			problem = "look like numbers with something beside them, not categories"
		default:
			continue
		}
		e := t.problem(column, 0, fmt.Sprintf("its %d different texts in %d examples, such as %s and %s, %s: "+
			"CSV.Ignore leaves the column out, CSV.Text takes each of them for a category", count, m, quote(c.names[0]), quote(c.names[1]), problem))
		e.Column = 0
		return e
	}
	return nil
}

// checkFirst reports a first example that may be a header: no other has its target.
func (t *table) checkFirst() error {
	if t.guessed == 0 || t.targets.task == Regress && t.decimals || t.targets.first(len(t.columns.targets)) > 1 {
		return nil
	}
	if t.targets.task == Regress {
		return headerDoubt(t.guessed, "its numbers are whole, and the one to predict comes up nowhere else")
	}
	return headerDoubt(t.guessed, fmt.Sprintf("its class %s comes up nowhere else", quote(t.targets.codes.names[0])))
}

// encode sets the features, of texts one for each category. A missing text is NaN
// in the first of them.
func (t *table) encode(s *Set) error {
	if t.texts == nil {
		s.X, s.Features = t.x.join(), t.columns.features()
		return nil
	}
	names := t.columns.features()
	ranks := make([][]int, len(names))
	for i, name := range names {
		c := Column{Name: name}
		if t.texts[i] != nil {
			c.Categories, ranks[i] = t.texts[i].alphabetical()
			t.reading.Texts = append(t.reading.Texts, Text{Column: name, Categories: len(c.Categories)})
		}
		s.Columns = append(s.Columns, c)
	}
	n, m := Schema{Columns: s.Columns}.Inputs(), s.Len()
	if n > schema.MaxInputs {
		return &CSVError{Text: fmt.Sprintf("the columns make more than %d inputs, which is the limit, as each category of a text is one: CSV.Ignore leaves columns out", schema.MaxInputs)}
	}
	most := maxEncoded
	if t.settings.MaxInputs > 0 {
		most = min(most, t.settings.MaxInputs)
	}
	if n > most/m {
		return &CSVError{Text: fmt.Sprintf("%d inputs of %d examples are more than %d numbers, which is the limit where there are texts: CSV.Ignore leaves columns out", n, m, most)}
	}
	s.Features = schema.InputNames(s.Columns)
	s.X = make([]float64, n*m)
	at, i := 0, 0
	for v := range t.x.all() {
		if rank := ranks[i]; rank == nil || math.IsNaN(v) {
			s.X[at] = v
		} else {
			s.X[at+rank[int(v)]] = 1
		}
		at += s.Columns[i].Inputs()
		if i++; i == len(names) {
			i = 0
		}
	}
	return nil
}
