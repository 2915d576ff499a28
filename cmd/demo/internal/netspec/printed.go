package netspec

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"chainrule/graph/explain"
	"chainrule/internal/experiment"
	"chainrule/internal/words"
)

// Pasted are lines that somebody copied from a program's output.
type Pasted struct {
	Given      Given
	Convention explain.Convention // that the text says, "" if it does not

	// Rounding is by how much of its largest entry a line may be off because of the digits
	// that were printed, the most of all lines; 0 of JSON, which has all digits.
	Rounding float64
}

// ParseText reads what somebody pasted for a network of so many layers: a JSON object as
// ParseGiven takes it, or arrays as Python prints and writes them, such as
//
//	dW1 = [[ 0.1 -2.5e-03]
//	 [ 1.  nan]]
//	db1: array([[0.5], [0.25]])
//
// Commas or spaces stand between numbers, and what array(…), tensor(…) or float64(…) says
// besides them is left out. A line without a name is the one that line says, which is "" if
// nothing does.
func ParseText(text []byte, line string, depth int) (Pasted, error) {
	trimmed := bytes.TrimSpace(text)
	if len(trimmed) > maxFile {
		return Pasted{}, fmt.Errorf("%d bytes given, at most %d expected", len(trimmed), maxFile)
	}
	if len(trimmed) > 0 && trimmed[0] == '{' {
		given, c, err := ParseGiven(trimmed, depth)
		return Pasted{Given: given, Convention: c}, err
	}
	p := Pasted{Given: Given{}}
	parts, err := namedParts(string(trimmed), line)
	if err != nil {
		return p, err
	}
	for _, part := range parts {
		l, err := lineNamed(part.name, depth)
		if err != nil {
			return p, err
		}
		if _, twice := p.Given[l]; twice {
			return p, fmt.Errorf("%v is there twice", l)
		}
		a, rounding, err := parsePrinted(part.text)
		if err != nil {
			return p, fmt.Errorf("%v: %w", l, err)
		}
		p.Given[l], p.Rounding = a, max(p.Rounding, rounding)
	}
	return p, nil
}

// A namedPart is an array as text.
type namedPart struct{ name, text string }

// assigned is what stands before an array: the name of a variable, or of a line of output.
var assigned = regexp.MustCompile(`(?m)^[ \t]*([\pL_][\pL\pN_]*)[ \t]*[=:]`)

// namedParts divides a text at the names in it.
func namedParts(text, line string) ([]namedPart, error) {
	at := assigned.FindAllStringSubmatchIndex(text, -1)
	switch {
	case text == "":
		return nil, errors.New("nothing given, a matrix expected such as [[1, 2], [3, 4]]")
	case len(at) == 0 && line == "":
		return nil, errors.New("it does not say which line this is: its name expected, as in dW1 = [[1, 2], [3, 4]]")
	case len(at) == 0:
		return []namedPart{{line, text}}, nil
	}
	if before := strings.TrimSpace(text[:at[0][0]]); before != "" {
		return nil, fmt.Errorf("%q stands before the first name, %s = expected", experiment.Shortened(before), text[at[0][2]:at[0][3]])
	}
	var parts []namedPart
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		parts = append(parts, namedPart{text[m[2]:m[3]], text[m[1]:end]})
	}
	return parts, nil
}

// lineNamed returns the line of that name in a network of so many layers.
func lineNamed(name string, depth int) (Line, error) {
	all := lines(depth)
	var names []string
	for _, l := range all {
		names = append(names, l.String())
	}
	at := slices.Index(names, name)
	if at < 0 {
		return Line{}, fmt.Errorf("there is no line %q%s", experiment.Shortened(name), experiment.Hint(name, names))
	}
	return all[at], nil
}

// wrapped is what Python writes around numbers: the names of functions, and what follows
// the numbers in their calls.
var wrapped = regexp.MustCompile(`(?:[A-Za-z_][\w.]*)?\(|,?\s*\b(?:dtype|device|grad_fn|requires_grad|shape)\s*=\s*[^,)]*|\)`)

// token is a bracket, dots that stand for what was not printed, or a number.
var token = regexp.MustCompile(`\[|\]|\.\.\.|[^\s,\[\]]+`)

// maxPrinted is how much of its largest entry a printed line may be off at most.
const maxPrinted = 1e-3

// parsePrinted returns an array that was printed, and its rounding as a share of its largest
// entry.
func parsePrinted(text string) (a Array, rounding float64, err error) {
	p := printed{widths: map[int]int{}}
	for _, t := range token.FindAllString(wrapped.ReplaceAllString(text, " "), -1) {
		if err := p.take(t); err != nil {
			return a, 0, err
		}
	}
	switch {
	case p.depth > 0:
		return a, 0, fmt.Errorf("%s not closed", words.Count(p.depth, "bracket"))
	case len(p.data) == 0:
		return a, 0, errors.New("no number given")
	case p.deepest == 0 && len(p.data) > 1:
		return a, 0, fmt.Errorf("%d numbers given without brackets, [ … ] expected around them", len(p.data))
	case p.lists > 1:
		return a, 0, errors.New("several arrays given, one expected")
	}
	a = Array{Data: p.data}
	switch p.deepest {
	case 1:
		a.Shape = []int{len(p.data)}
	case 2:
		a.Shape = []int{p.rows, p.widths[2]}
	}
	if size := norm(p.data); size > 0 && finite(size) {
		rounding = min(p.resolution()/size, maxPrinted)
	}
	return a, rounding, nil
}

// printed is an array in the reading.
type printed struct {
	depth, deepest int
	lists          int // outermost
	rows, count    int // inner lists, numbers in the present one
	widths         map[int]int
	data           []float64

	decimals int  // of the number with most: those with fewer end in zeros that were left out
	exponent int  // the largest of those noted
	noted    bool // a number was
	whole    bool // a number has all digits that it can have
}

// resolution returns half of the unit of the last digit of the largest numbers, 0 if all
// digits were printed.
func (p *printed) resolution() float64 {
	if p.whole || p.decimals == 0 {
		return 0
	}
	return 0.5 * math.Pow10(p.exponent-p.decimals)
}

func (p *printed) take(t string) error {
	switch t {
	case "...":
		return errors.New("… stands for what was not printed: np.set_printoptions(threshold=np.inf) prints all")
	case "[":
		p.depth++
		if p.deepest = max(p.deepest, p.depth); p.depth > 2 {
			return errors.New("brackets lie in one another 3 deep, a matrix has 2")
		}
		if p.depth == 1 {
			p.lists++
		}
		p.count = 0
		return nil
	case "]":
		if p.depth == 0 {
			return errors.New("] without [")
		}
		if p.depth == 2 {
			p.rows++
		}
		if p.depth == p.deepest {
			if w, there := p.widths[p.depth]; there && w != p.count {
				return fmt.Errorf("row %d has %s, and those before it %d", p.rows, words.Count(p.count, "number"), w)
			}
			p.widths[p.depth] = p.count
		}
		p.depth--
		return nil
	}
	v, err := strconv.ParseFloat(t, 64)
	if err != nil || strings.ContainsAny(t, "xX_pP") {
		return fmt.Errorf("%q is no number", experiment.Shortened(t))
	}
	if len(p.data) >= maxValues {
		return fmt.Errorf("more than %d numbers", maxValues)
	}
	if p.deepest > p.depth {
		return fmt.Errorf("%s stands beside rows, not in one", experiment.Shortened(t))
	}
	p.data, p.count = append(p.data, v), p.count+1
	p.note(t, v)
	return nil
}

// note looks at the digits of a number.
func (p *printed) note(t string, v float64) {
	if !finite(v) || v == 0 {
		return
	}
	mantissa, exponent, _ := strings.Cut(strings.ToLower(t), "e")
	e, _ := strconv.Atoi(exponent)
	whole, fraction, _ := strings.Cut(strings.TrimLeft(mantissa, "+-"), ".")
	p.whole = p.whole || len(strings.TrimLeft(whole+fraction, "0")) >= 15
	p.decimals = max(p.decimals, len(fraction))
	if !p.noted || e > p.exponent {
		p.noted, p.exponent = true, e
	}
}
