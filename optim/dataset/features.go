package dataset

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// What a feature holds.
const (
	notKnown byte = iota // no cell but missing ones so far
	hasNumbers
	hasTexts
	namedTexts // CSV.Text says so
)

// takeFeature adds the number or the code of the text in a cell, or returns what
// is wrong with it.
func (t *table) takeFeature(cell []byte) (problem string) {
	i := t.row.feature
	t.row.feature++
	if i == len(t.holds) {
		t.holds = append(t.holds, t.firstKind())
	}
	holds := &t.holds[i]
	if *holds == namedTexts && len(cell) == 0 || *holds != namedTexts && isMissing(cell) {
		return t.takeMissing(cell, *holds)
	}
	if *holds == notKnown {
		*holds = kindOfCell(cell)
	}
	if *holds == hasNumbers {
		return t.takeNumber(cell)
	}
	return t.takeText(cell, i, *holds == namedTexts)
}

// firstKind is what the feature being read holds before a cell of it was.
func (t *table) firstKind() byte {
	if len(t.settings.Text) == 0 {
		return notKnown
	}
	name := t.columnName(t.row.cells)
	if slices.ContainsFunc(t.settings.Text, func(s string) bool { return strings.TrimSpace(s) == name }) {
		return namedTexts
	}
	return notKnown
}

// kindOfCell tells what a feature holds by its first cell.
func kindOfCell(cell []byte) byte {
	_, problem := parse(cell)
	word := strings.TrimLeft(string(cell[:min(len(cell), 16)]), "+-")
	infinite := strings.EqualFold(word, "inf") || strings.EqualFold(word, "infinity")
	if problem == "" || looksNumeric(cell) || infinite {
		return hasNumbers
	}
	return hasTexts
}

func (t *table) takeNumber(cell []byte) (problem string) {
	v, problem := t.numbers.parse(cell, t.cells.cellLine, t.row.cells+1)
	t.row.decimals = t.row.decimals || hasDecimals(cell)
	t.addFeature(v)
	return problem
}

// addFeature keeps a number unless its row is dropped.
func (t *table) addFeature(v float64) {
	if !t.row.missing {
		t.x.add(v)
	}
}

// hasDecimals tells a number that hardly is the name of a column.
func hasDecimals(cell []byte) bool {
	return slices.ContainsFunc(cell, func(c byte) bool { return c == '.' || c == ',' || c|0x20 == 'e' })
}

func (t *table) takeText(cell []byte, i int, named bool) (problem string) {
	if t.texts == nil {
		t.texts = map[int]*codes{}
	}
	c := t.texts[i]
	if c == nil {
		c = &codes{}
		t.texts[i] = c
	}
	if code, known := c.numbers[string(cell)]; known {
		t.addFeature(float64(code))
		return ""
	}
	if !named && len(c.names) > 0 && kindOfCell(cell) == hasNumbers {
		return fmt.Sprintf("%s is a number, but the column has texts, such as %s: CSV.Text takes all of them for texts, CSV.Ignore leaves the column out",
			quote(string(cell)), quote(c.names[0]))
	}
	code, problem := c.of(cell, maxCategories, "more than 256 different texts, which is the limit, since each becomes an input: "+
		"CSV.Ignore leaves the column out")
	if problem == "" {
		t.row.added = append(t.row.added, c)
		t.addFeature(float64(code))
	}
	return problem
}

// takeMissing does what the settings say about a missing cell.
func (t *table) takeMissing(cell []byte, holds byte) (problem string) {
	what := "number"
	if holds >= hasTexts {
		what = "text"
	}
	switch t.settings.Missing {
	case MissingDrop:
		t.row.missing = true
	case MissingMean, MissingFill:
		if what == "text" && t.settings.Missing == MissingMean {
			return "a text is missing, of which there is no mean: CSV.Missing can be fill, which puts the one that most examples have"
		}
		t.addFeature(math.NaN())
	default:
		if len(cell) == 0 {
			return "the cell is empty, a " + what + " expected; CSV.Missing tells what to do about missing ones"
		}
		return quote(string(cell)) + " is not a " + what + "; CSV.Missing tells what to do about missing ones"
	}
	return ""
}
