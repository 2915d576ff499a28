package play

import (
	"fmt"
	"math"
	"strings"

	"chainrule/graph"
	"chainrule/internal/words"
)

// entryRequest asks how one entry of a line is computed.
type entryRequest struct {
	Run        int    `json:"run"`
	Line       string `json:"line"` // its id
	Row        int    `json:"row"`  // from 0
	Col        int    `json:"col"`
	Convention string `json:"convention"`
}

// maxTerms is how many terms of a sum are told.
const maxTerms = 1000

// An entry is a factor times a sum of terms.
type entry struct {
	Name   string  `json:"name"`  // dW1[2,0]
	Words  string  `json:"words"` // row 3, column 1 of dW1
	Text   string  `json:"text"`
	MathML string  `json:"mathml"` // of the whole line
	Factor *factor `json:"factor,omitempty"`
	Terms  []term  `json:"terms"`
	Shown  *shown  `json:"shown,omitempty"` // where there are more terms

	Sum   number `json:"sum"`   // the factor times the terms, added here one by one
	Value number `json:"value"` // as the engine computes it

	// Ulps is how far they are apart, in units in the last place of the sum of the terms'
	// magnitudes.
	Ulps number `json:"ulps"`

	// Wrong is of an entry that a run with a mistake has otherwise: Right is Value, and the
	// sum is how that comes about.
	Wrong *wrongValue `json:"wrong,omitempty"`
}

// A factor is a number with what it stands for.
type factor struct {
	Text  string `json:"text"`
	Value number `json:"value"`
}

// A term is a product.
type term struct {
	Text    string   `json:"text"`
	Factors []factor `json:"factors"`
	Value   number   `json:"value"`
	Example *int     `json:"example,omitempty"` // the column of the batch that it is of
}

type shown struct {
	Terms int `json:"terms"`
	Of    int `json:"of"`
}

func (s *Session) entry(r entryRequest) (any, error) {
	run, convention, err := s.runOf(r.Run, r.Convention)
	if err != nil {
		return nil, err
	}
	step, err := run.next(convention)
	if err != nil {
		return nil, err
	}
	l := step.derivation.line(r.Line)
	if l == nil {
		return nil, badf("line", "there is no line %q; there are %s", short(r.Line), words.List(step.derivation.ids(), "and"))
	}
	index, name, said, err := place(l.Name, l.Shape, r.Row, r.Col)
	if err != nil {
		return nil, err
	}
	e := entry{Name: name, Words: said, MathML: l.MathML}
	x := &expander{step: step, m: step.derivation.batch}
	// First what the sum is of, then its numbers.
	whole := x.expand(l.node, index)
	values, err := step.values(append(x.needed, l.node)...)
	if err != nil {
		return nil, err
	}
	e.Value = number(values[l.node].at(index))
	e.finish(whole, values)
	e.Text = name + " = " + e.text()
	faults, err := run.faults(step)
	if err != nil {
		return nil, err
	}
	e.Wrong = l.wrongAt(faults, r.Row, r.Col)
	s.reach(Goal{Kind: "entry-opened", Run: r.Run, Line: l.ID, Row: r.Row, Col: r.Col})
	return e, nil
}

// ids returns those of all lines.
func (d *derivation) ids() (ids []string) {
	for _, l := range d.lines {
		ids = append(ids, l.ID)
	}
	return ids
}

// short is the beginning of a text of somebody's.
func short(text string) string { return fmt.Sprintf("%.40s", text) }

// place returns the index of an entry and its name, by row and column from 0 and from 1.
func place(name string, shape []int, row, col int) (index []int, called, said string, err error) {
	switch {
	case len(shape) > 2:
		return nil, "", "", badf("line", "%s has %d axes, at most 2 expected", name, len(shape))
	case row < 0 || row >= size(shape, 0):
		return nil, "", "", badf("row", "%d given, but %s has %s, from 0", row, name, words.Count(size(shape, 0), "row"))
	case col < 0 || col >= size(shape, 1):
		return nil, "", "", badf("col", "%d given, but %s has %s, from 0", col, name, words.Count(size(shape, 1), "column"))
	}
	index = []int{row, col}[:len(shape)]
	return index, entryName(name, index), fmt.Sprintf("row %d, column %d of %s", row+1, col+1, name), nil
}

func size(shape []int, axis int) int {
	if axis < len(shape) {
		return shape[axis]
	}
	return 1
}

func entryName(name string, index []int) string {
	if len(index) == 0 {
		return name
	}
	return name + "[" + words.Join(index, ",") + "]"
}

// finish computes the terms and their sum.
func (e *entry) finish(s sum, values map[*graph.Node]array) {
	scale := 1.0
	var texts []string
	for _, r := range s.factors {
		f := r.number(values)
		scale *= float64(f.Value)
		texts = append(texts, f.Text)
	}
	if len(s.factors) > 0 {
		e.Factor = &factor{strings.Join(texts, "·"), number(scale)}
	}
	var total, rest, magnitude float64 // total + rest is the sum, by Neumaier
	e.Terms = []term{}
	for i, p := range s.products {
		t := term{Value: 1}
		var names []string
		for _, r := range p {
			f := r.number(values)
			t.Factors = append(t.Factors, f)
			t.Value *= f.Value
			names = append(names, f.Text)
		}
		t.Text = strings.TrimPrefix(strings.Join(names, "·"), "−1·")
		if len(names) > 1 && names[0] == "−1" {
			t.Text = "−" + t.Text
		}
		if s.examples[i] >= 0 {
			t.Example = &s.examples[i]
		}
		v := float64(t.Value)
		next := total + v
		if math.Abs(total) >= math.Abs(v) {
			rest += total - next + v
		} else {
			rest += v - next + total
		}
		total, magnitude = next, magnitude+math.Abs(v)
		if i < maxTerms {
			e.Terms = append(e.Terms, t)
		}
	}
	if len(s.products) > maxTerms {
		e.Shown = &shown{maxTerms, len(s.products)}
	}
	if !math.IsInf(total, 0) && !math.IsNaN(total) {
		total += rest
	}
	e.Sum = number(total * scale)
	e.Ulps = number(apartBy(float64(e.Sum), float64(e.Value), magnitude*math.Abs(scale)))
}

// apartBy is how far numbers are apart in units in the last place of a magnitude.
func apartBy(a, b, magnitude float64) float64 {
	if a == b || math.IsNaN(a) && math.IsNaN(b) {
		return 0
	}
	ulp := math.Nextafter(magnitude, math.Inf(1)) - magnitude
	return math.Abs(a-b) / ulp
}

// shownTerms is how many terms a text has.
const shownTerms = 4

// text writes the factor and the first terms.
func (e *entry) text() string {
	var parts []string
	for i, t := range e.Terms {
		if i == shownTerms && len(e.Terms) > shownTerms+1 {
			parts = append(parts, fmt.Sprintf("… (%d more)", max(len(e.Terms), e.of())-shownTerms))
			break
		}
		parts = append(parts, t.Text)
	}
	text := parts[0]
	for _, p := range parts[1:] {
		if after, minus := strings.CutPrefix(p, "−"); minus {
			text += " − " + after
		} else {
			text += " + " + p
		}
	}
	switch {
	case e.Factor == nil:
		return text
	case len(parts) > 1:
		text = "(" + text + ")"
	}
	return e.Factor.Text + "·" + text
}

// of is how many terms there are.
func (e *entry) of() int {
	if e.Shown != nil {
		return e.Shown.Of
	}
	return len(e.Terms)
}
