package explain

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// What is written in Go has the layout of gofmt. Package go/format would do it, and add half
// a megabyte to a page that has programs written in the browser; what is needed of its rules
// is how it sets spaces in an expression, and indents.

// An operand is a part of a Go expression.
type operand struct {
	text   string // of a name or a number; the sign of an operation
	level  int    // of a sign between two operands, 0 for all else
	parts  []*operand
	opens  string // "(" or "[" for a call, brackets or an index
	prefix bool   // text is a sign before parts[0]
}

// signLevels are how tightly the signs of Go bind.
var signLevels = map[string]int{"==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5}

// layoutExpression writes a Go expression with the spaces of gofmt, at a depth: 1 if it
// stands alone. It reports what is no expression.
func layoutExpression(s string, depth int) (string, error) {
	p := &expressionParser{tokens: goTokens(s)}
	x := p.expression(1)
	if p.failed || p.at < len(p.tokens) {
		return s, fmt.Errorf("%q: a Go expression expected", s)
	}
	var b strings.Builder
	x.write(&b, depth)
	return b.String(), nil
}

// goTokens cuts an expression into names, numbers and signs.
func goTokens(s string) (out []string) {
	r := []rune(s)
	inWord := func(i int) bool {
		exponent := (r[i] == '-' || r[i] == '+') && i > 1 && (r[i-1] == 'e' || r[i-1] == 'E') && unicode.IsDigit(firstOf(r, i))
		return unicode.IsLetter(r[i]) || unicode.IsDigit(r[i]) || r[i] == '_' || r[i] == '.' || exponent
	}
	for i := 0; i < len(r); {
		end := i + 1
		switch {
		case unicode.IsSpace(r[i]):
			i++
			continue
		case unicode.IsLetter(r[i]) || unicode.IsDigit(r[i]) || r[i] == '_' || r[i] == '.':
			for end < len(r) && inWord(end) {
				end++
			}
		case end < len(r) && signLevels[string(r[i:end+1])] > 0:
			end++
		}
		out = append(out, string(r[i:end]))
		i = end
	}
	return out
}

// firstOf returns the first rune of the word that ends before i.
func firstOf(r []rune, i int) rune {
	for i > 0 && (unicode.IsLetter(r[i-1]) || unicode.IsDigit(r[i-1]) || r[i-1] == '.' || r[i-1] == '_') {
		i--
	}
	return r[i]
}

// An expressionParser reads the tokens of an expression.
type expressionParser struct {
	tokens []string
	at     int
	failed bool
}

func (p *expressionParser) next() string {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return ""
}

// expression reads what binds at least as tightly as a level.
func (p *expressionParser) expression(least int) *operand {
	x := p.unary()
	for level := signLevels[p.next()]; level >= least && !p.failed; level = signLevels[p.next()] {
		sign := p.next()
		p.at++
		x = &operand{text: sign, level: level, parts: []*operand{x, p.expression(level + 1)}}
	}
	return x
}

func (p *expressionParser) unary() *operand {
	if s := p.next(); s == "-" || s == "+" || s == "!" {
		p.at++
		return &operand{text: s, prefix: true, parts: []*operand{p.unary()}}
	}
	var x *operand
	switch s := p.next(); {
	case s == "(":
		x = &operand{opens: "(", parts: p.list(")")}
		p.failed = p.failed || len(x.parts) != 1
	case s != "" && (unicode.IsLetter([]rune(s)[0]) || unicode.IsDigit([]rune(s)[0]) || s[0] == '_' || s[0] == '.'):
		x = &operand{text: s}
		p.at++
	default:
		p.failed = true
		return &operand{}
	}
	for !p.failed && (p.next() == "(" || p.next() == "[") {
		opens := p.next()
		x = &operand{opens: opens, prefix: true, parts: append([]*operand{x}, p.list(map[string]string{"(": ")", "[": "]"}[opens])...)}
	}
	return x
}

// list reads expressions up to a closing bracket.
func (p *expressionParser) list(closing string) (out []*operand) {
	p.at++
	for p.next() != closing && !p.failed {
		out = append(out, p.expression(1))
		if p.next() == "," {
			p.at++
		} else if p.next() != closing {
			p.failed = true
		}
	}
	p.at++
	return out
}

// write sets spaces as go/printer does, whose depth says how far inside an expression stands.
func (x *operand) write(b *strings.Builder, depth int) {
	switch {
	case x.level > 0:
		left := depth + 1
		if x.parts[0].level == x.level {
			left = depth
		}
		sign := x.text
		if x.level < x.cutoff(depth) {
			sign = " " + sign + " "
		}
		x.parts[0].write(b, left)
		b.WriteString(sign)
		x.parts[1].write(b, depth+1)
	case x.opens == "[":
		x.parts[0].write(b, 1)
		b.WriteByte('[')
		x.parts[1].write(b, depth+1)
		b.WriteByte(']')
	case x.opens == "(" && !x.prefix:
		b.WriteByte('(')
		x.parts[0].write(b, max(depth-1, 1))
		b.WriteByte(')')
	case x.opens == "(":
		x.parts[0].write(b, 1)
		b.WriteByte('(')
		if len(x.parts) > 2 {
			depth++
		}
		for i, argument := range x.parts[1:] {
			if i > 0 {
				b.WriteString(", ")
			}
			argument.write(b, depth)
		}
		b.WriteByte(')')
	case x.prefix:
		b.WriteString(x.text)
		x.parts[0].write(b, depth)
	default:
		b.WriteString(x.text)
	}
}

// cutoff is the level below which signs have spaces.
func (x *operand) cutoff(depth int) int {
	sums, products, doubled := x.levels()
	switch {
	case doubled:
		return 5
	case sums && products && depth == 1:
		return 5
	case depth == 1:
		return 6
	}
	return 4
}

// levels reports which signs stand in x outside of brackets, and whether two minus signs meet.
func (x *operand) levels() (sums, products, doubled bool) {
	sums, products = x.level == 4, x.level == 5
	for i, part := range x.parts {
		if part.level > x.level || i == 0 && part.level == x.level {
			s, p, d := part.levels()
			sums, products, doubled = sums || s, products || p, doubled || d
		}
	}
	if y := x.parts[1]; y.prefix && y.opens == "" && y.text == x.text {
		doubled = true
	}
	return sums, products, doubled
}

// indented indents the lines of a Go file by the brackets that are open.
func indented(text string) (string, error) {
	var out []string
	depth := 0
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "//") {
			out = append(out, strings.Repeat("\t", depth)+line)
			continue
		}
		code, _, _ := strings.Cut(line, " // ")
		code = unquoted(code)
		opened := strings.Count(code, "{") + strings.Count(code, "(")
		closed := strings.Count(code, "}") + strings.Count(code, ")")
		leading := len(code) - len(strings.TrimLeft(code, "})"))
		at := depth - min(leading, 1)
		if strings.HasPrefix(code, "case ") || strings.HasPrefix(code, "default:") {
			at--
		}
		depth += sign(opened - closed)
		if at < 0 || depth < 0 {
			return "", errors.New("brackets that do not match")
		}
		if line == "" {
			at = 0
		}
		out = append(out, strings.Repeat("\t", at)+line)
	}
	return strings.Join(out, "\n"), nil
}

// sign is the direction in which the indent changes: by one, however many brackets a line opens.
func sign(n int) int { return min(max(n, -1), 1) }

// unquoted returns a line without what stands in its strings.
func unquoted(s string) string {
	var b strings.Builder
	in := false
	for i, r := range s {
		if r == '"' && (!in || s[i-1] != '\\') {
			in = !in
			continue
		}
		if !in {
			b.WriteRune(r)
		}
	}
	return b.String()
}
