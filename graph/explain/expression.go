package explain

import (
	"strconv"
	"strings"
	"unicode"

	"chainrule/graph"
)

// An expression language writes the line of a node as one expression.
type expression interface {
	language
	constant(w *programmer, user, n *graph.Node) string
}

// expressionOf writes n with its operands.
func expressionOf(l expression, w *programmer, user, n *graph.Node) string {
	if n.Op() == nil {
		if s := w.name(n); s != "" {
			return s
		}
		return l.constant(w, user, n)
	}
	if s := w.name(n); s != "" {
		return s
	}
	by := w.written(n)
	if s := w.name(by); s != "" {
		return s
	}
	if w.err != nil {
		return ""
	}
	s := w.source(by)
	w.need(s)
	in := by.Inputs()
	return fill(l.template(s), func(i, _ int) string { return expressionOf(l, w, by, in[i]) }, len(in))
}

// A slot is the place of an operand in a template: {0}, {0[2]}, or {...} for all.
type slot struct{ from, to, operand, entry int }

// all and none stand for the number of an operand and that of an entry.
const all, none = -1, -1

// slots returns the places of operands in a template.
func slots(template string) (out []slot) {
	for from := 0; ; {
		open := strings.IndexByte(template[from:], '{')
		if open < 0 {
			return out
		}
		open += from
		length := strings.IndexByte(template[open:], '}')
		if length < 0 {
			return out
		}
		inside := template[open+1 : open+length]
		s := slot{from: open, to: open + length + 1, operand: all, entry: none}
		number, entry, indexed := strings.Cut(strings.TrimSuffix(inside, "]"), "[")
		n, err := strconv.Atoi(number)
		if err == nil {
			s.operand = n
		}
		if indexed && err == nil {
			s.entry, err = strconv.Atoi(entry)
		}
		if from = open + 1; err == nil || inside == "..." {
			out, from = append(out, s), s.to
		}
	}
}

// fill puts operands into a template, in brackets where the signs around them bind tighter
// than theirs. An operand is asked for by its number and the entry of it, if one is told.
func fill(template string, operand func(i, entry int) string, count int) string {
	var b strings.Builder
	end := 0
	for _, at := range slots(template) {
		before, after := template[:at.from], template[at.to:]
		b.WriteString(template[end:at.from])
		end = at.to
		switch {
		case at.operand == all:
			for i := range count {
				if i > 0 {
					b.WriteString(", ")
				}
				b.WriteString(operand(i, none))
			}
		case at.operand < count:
			s := operand(at.operand, at.entry)
			if binding(s) < needed(before, after) {
				s = "(" + s + ")"
			}
			b.WriteString(s)
		}
	}
	b.WriteString(template[end:])
	return b.String()
}

// How tightly the signs of Python and Go bind, as far as templates have them.
const (
	comparison = iota
	addition
	multiplication
	whole // a name, a number or a call
)

var signs = map[string]int{"==": comparison, "!=": comparison, ">": comparison, ">=": comparison, "<": comparison, "<=": comparison,
	"+": addition, "-": addition, "*": multiplication, "**": multiplication, "/": multiplication, "@": multiplication, "%": multiplication}

// binding returns how tightly an expression holds together: as its loosest sign outside of
// brackets. Signs between operands have spaces around them.
func binding(s string) int {
	least, depth := whole, 0
	if strings.HasPrefix(s, "-") {
		least = addition
	}
	for _, word := range strings.Fields(s) {
		if level, is := signs[word]; is && depth == 0 {
			least = min(least, level)
		}
		depth += strings.Count(word, "(") + strings.Count(word, "[") + strings.Count(word, "{")
		depth -= strings.Count(word, ")") + strings.Count(word, "]") + strings.Count(word, "}")
	}
	return least
}

// needed returns how tightly an operand must hold together between two pieces of a template.
func needed(before, after string) int {
	alone := func(r rune) bool { return strings.ContainsRune("(),", r) || unicode.IsSpace(r) }
	left, right := strings.Fields(before), strings.Fields(after)
	least := comparison
	if len(left) > 0 {
		last := left[len(left)-1]
		level, is := signs[last]
		switch {
		case is && strings.HasSuffix(before, " "):
			least = level + 1
		case !alone(rune(last[len(last)-1])):
			return whole
		}
	}
	if len(right) > 0 {
		level, is := signs[right[0]]
		switch {
		case is && strings.HasPrefix(after, " "):
			least = max(least, level, addition)
		case !alone(rune(right[0][0])):
			return whole
		}
	}
	return least
}

// identifier makes a new name of letters and digits from a symbol.
func (w *programmer) identifier(symbol string) string {
	name := w.language.join(strings.FieldsFunc(strings.ReplaceAll(symbol, "∂", "d"), func(r rune) bool {
		latin := r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))
		return !latin && !(r >= 'α' && r <= 'ω') && !(r >= 'Α' && r <= 'Ω')
	}))
	if name == "" || unicode.IsDigit(rune(name[0])) {
		name = "v" + name
	}
	s := name
	for i := 2; w.taken[s]; i++ {
		s = name + "_" + strconv.Itoa(i) // another digit would be another layer's
	}
	w.taken[s] = true
	return s
}

// number writes a number, with a point or exponent if it must be seen to be no integer.
func number(v float64, point bool) string {
	s := strconv.FormatFloat(v, 'g', -1, 64)
	if point && !strings.ContainsAny(s, ".en") {
		s += ".0"
	}
	return s
}

// comment makes one line of text.
func comment(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
}

// functionName returns the name of a function from its definition.
func functionName(definition string) string {
	for _, word := range []string{"def ", "func "} {
		for line := range strings.SplitSeq(definition, "\n") {
			if rest, is := strings.CutPrefix(line, word); is {
				name, _, _ := strings.Cut(rest, "(")
				return name
			}
		}
	}
	return ""
}
