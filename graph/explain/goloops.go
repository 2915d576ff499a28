package explain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chainrule/graph"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// loops writes Go programs of plain loops.
type loops struct{}

func (loops) template(s graph.Source) string {
	switch {
	case s.EntryAt != nil:
		return "by place"
	case s.Behind:
		return "one behind the other"
	}
	return s.Entry
}

func (loops) definition(d graph.Definition) string { return d.Go }
func (loops) join(words []string) string           { return camelCase(words) }

func (loops) reserved() string {
	return goReserved + " forward backward update"
}

// own: what loops or reads anew for each entry of the line is computed before it.
func (loops) own(w *programmer, n *graph.Node, within []*graph.Node) bool {
	by := w.written(n)
	if by.Op() == nil {
		return false
	}
	s := w.source(by)
	if s.Behind {
		return true
	}
	if len(s.Over) == 0 {
		return false
	}
	inLoop := slices.ContainsFunc(within, func(user *graph.Node) bool { return len(w.source(w.written(user)).Over) > 0 })
	return inLoop || n.Shape().TotalSize() < within[0].Shape().TotalSize()
}

// A nest writes the loops of one statement.
type nest struct {
	w     *programmer
	lines []string
	names map[string]int // how often variables have been called so
}

func (l loops) line(w *programmer, s *statement) []string {
	n := &nest{w: w, lines: []string{"// " + comment(s.formula)}, names: map[string]int{}}
	if other := w.name(s.node); other != "" {
		return append(n.lines, s.ident+" = "+other)
	}
	shape := s.node.Shape()
	n.loop(outer, shape, func(index []string) {
		if by := w.written(s.node); by.Op() != nil && w.source(by).Behind {
			n.behind(s.ident, shape, by, index)
			return
		}
		value := n.entry(nil, s.node, index)
		n.set(at(s.ident, index, shape)+" = ", value)
	})
	if len(n.lines) > 2 && shape.TotalSize() == 1 { // the variables are its own
		n.lines = slices.Concat(n.lines[:1], []string{"{"}, n.lines[1:], []string{"}"})
	}
	return n.lines
}

// at writes the entry of an array.
func at(ident string, index []string, shape []int) string {
	for i, n := range shape {
		if n == 1 {
			ident += "[0]"
		} else {
			ident += "[" + index[i] + "]"
		}
	}
	return ident
}

// What indices are called: by the axis of a line's array, and one after the other inside.
const outer, inner = "ijkl", "kl"

// loop writes loops over the axes of a shape, with body inside; axes of size 1 have none.
func (n *nest) loop(letters string, shape []int, body func(index []string)) {
	index, headers := make([]string, len(shape)), map[int]string{}
	for i, size := range shape {
		index[i] = "0"
		if size > 1 {
			letter := letters[min(i, len(letters)-1)]
			if letters == inner {
				letter = inner[min(len(headers), len(inner)-1)]
			}
			index[i] = n.fresh(string(letter))
			headers[len(n.lines)] = index[i]
			n.lines = append(n.lines, fmt.Sprintf("for %s := range %d {", index[i], size))
		}
	}
	start := len(n.lines)
	body(index)
	inside := strings.Join(n.lines[start:], "\n")
	for line, name := range headers {
		if !slices.Contains(goTokens(inside), name) {
			n.lines[line] = strings.Replace(n.lines[line], name+" := ", "", 1)
		}
		n.lines = append(n.lines, "}")
	}
}

// set adds a statement whose right side is an expression.
func (n *nest) set(left, right string) {
	laidOut, err := layoutExpression(right, 1)
	if err != nil {
		n.w.fail(graph.Errorf("Program", "a Source gives what is no Go: %w", err))
	}
	n.lines = append(n.lines, left+laidOut)
}

// fresh returns a new name for a variable, with a number behind it if the name is taken.
func (n *nest) fresh(name string) string {
	for {
		n.names[name]++
		s := name
		if k := n.names[name]; k > 1 {
			s += strconv.Itoa(k)
		}
		if !n.w.taken[s] {
			return s
		}
	}
}

// entry writes the entry of x at an index, behind what must be computed before.
func (n *nest) entry(user, x *graph.Node, index []string) string {
	w := n.w
	if s := w.name(x); s != "" {
		return at(s, index, x.Shape())
	}
	index = slices.Clone(index)
	for i, size := range x.Shape() {
		if size == 1 {
			index[i] = "0"
		}
	}
	if x.Op() == nil {
		return n.constant(user, x)
	}
	by := w.written(x)
	if s := w.name(by); s != "" {
		return at(s, index, by.Shape())
	}
	if w.err != nil {
		return ""
	}
	s := w.source(by)
	w.need(s)
	if len(s.Over) == 0 {
		return n.filled(s, by, index)
	}
	start := s.Start
	if start == "" {
		first := slices.Repeat([]string{"0"}, len(s.Over))
		start = n.filled(s, by, slices.Concat(index, first))
	} else if !strings.Contains(start, ".") {
		start += ".0"
	}
	total := n.fresh("s")
	n.set(total+" := ", start)
	n.loop(inner, s.Over, func(over []string) {
		next := n.filled(s, by, slices.Concat(index, over))
		if s.Join == "{0} + {1}" {
			n.set(total+" += ", next)
			return
		}
		both := []string{total, next}
		n.set(total+" = ", fill(s.Join, func(i, _ int) string { return both[i] }, 2))
	})
	return total
}

// filled writes Entry of an operation with the entries of its operands.
func (n *nest) filled(s graph.Source, by *graph.Node, index []string) string {
	in, template := by.Inputs(), s.Entry
	if s.EntryAt != nil {
		template = s.EntryAt(index)
	}
	operands := map[int]string{}
	read := func(i, entry int) string {
		if entry >= 0 {
			return n.entry(by, in[i], []string{strconv.Itoa(entry)})
		}
		if operands[i] == "" {
			operands[i] = n.entry(by, in[i], place(s, i, in[i].Shape(), index))
			if strings.Count(template, fmt.Sprintf("{%d}", i)) > 1 && binding(operands[i]) < whole {
				v := n.fresh("v")
				n.set(v+" := ", operands[i])
				operands[i] = v
			}
		}
		return operands[i]
	}
	return fill(template, read, len(in))
}

// place returns where an operand of some shape is read for an entry.
func place(s graph.Source, input int, shape []int, index []string) []string {
	if s.At == nil {
		return index[len(index)-len(s.Over)-len(shape) : len(index)-len(s.Over)]
	}
	return s.At(input, index)
}

// constant writes a number, which is seen to be a float64 if all operands are numbers.
func (n *nest) constant(user, x *graph.Node) string {
	v, _ := x.ConstValue()
	if user == nil {
		return goNumber(v, true)
	}
	if s, ok := n.w.share(user, x, "%v.0 / m"); ok {
		return s
	}
	alone := !slices.ContainsFunc(user.Inputs(), func(x *graph.Node) bool {
		_, number := x.ConstValue()
		return !number
	})
	return goNumber(v, alone)
}

// behind writes the entry of a result that has its operands one behind the other.
func (n *nest) behind(ident string, shape []int, by *graph.Node, index []string) {
	axis, from := n.w.source(by).Axis, 0
	to := at(ident, index, shape)
	n.lines = append(n.lines, "switch {")
	for _, x := range by.Inputs() {
		size := x.Shape()[axis]
		place := slices.Clone(index)
		place[axis] = fmt.Sprintf("%s-%d", index[axis], from)
		if from == 0 {
			place[axis] = index[axis]
		}
		n.lines = append(n.lines, fmt.Sprintf("case %s < %d:", index[axis], from+size))
		value := n.entry(by, x, place)
		n.set(to+" = ", value)
		from += size
	}
	n.lines = append(n.lines, "}")
}

// arrayType is the type of an array of a shape.
func arrayType(shape []int) string {
	s := ""
	for _, n := range shape {
		s += fmt.Sprintf("[%d]", n)
	}
	return s + "float64"
}

// arrayLiteral writes the value of an array.
func arrayLiteral(v *tensor.Dense) string {
	values, _, _ := entries(v)
	shape := v.Shape()
	if len(shape) == 0 {
		return goNumber(values[0], true)
	}
	var nested func(shape []int, values []float64) string
	nested = func(shape []int, values []float64) string {
		if len(shape) == 0 {
			return goNumber(values[0], false)
		}
		var parts []string
		size := len(values) / shape[0]
		for i := range shape[0] {
			parts = append(parts, nested(shape[1:], values[i*size:(i+1)*size]))
		}
		if len(shape) > 1 && len(parts) > 1 {
			return "{\n" + strings.Join(parts, ",\n") + ",\n}"
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return arrayType(shape) + nested(shape, values)
}

func (l loops) document(w *programmer) (string, error) {
	var b strings.Builder
	b.WriteString("// What is given: inputs, one column for each example, and parameters.\n\n")
	for _, s := range w.given {
		if w.isRead(s) {
			fmt.Fprintf(&b, "// %s\nvar %s = %s\n\n", comment(s.symbol+", "+s.formula), s.ident, arrayLiteral(s.value))
		}
	}
	b.WriteString("// What is computed.\n\n")
	for _, p := range w.passes {
		for _, s := range p.statements {
			fmt.Fprintf(&b, "var %s %s\n", s.ident, arrayType(s.node.Shape()))
		}
	}
	b.WriteString("\n")
	about := map[string]string{"forward": "forward computes the cost.", "backward": "backward computes the gradients, after forward.",
		"update": "update assigns the new parameters, all at once, after backward."}
	var calls []string
	for _, p := range w.passes {
		if len(p.statements) == 0 {
			continue
		}
		fmt.Fprintf(&b, "// %s\nfunc %s() {\n", about[p.name], p.name)
		for _, s := range p.statements {
			b.WriteString(strings.Join(s.code, "\n") + "\n")
		}
		if p.name == "update" {
			for _, u := range w.updates {
				fmt.Fprintf(&b, "%s = %s\n", u.to.ident, u.from.ident)
			}
		}
		b.WriteString("}\n\n")
		calls = append(calls, p.name+"()\n")
	}
	for _, need := range w.needs {
		b.WriteString(need + "\n\n")
	}
	imports := []string{`"fmt"`}
	if callsMath(b.String()) {
		imports = append(imports, `"math"`)
	}
	imports = append(imports, `"strings"`)
	fmt.Fprintf(&b, "func main() {\nfor range %d {\n%s}\n", w.steps, strings.Join(calls, ""))
	for _, s := range w.shown {
		fmt.Fprintf(&b, "show(%q, %q, %s)\n", s.symbol, words.Join(s.node.Shape(), ", "), s.ident)
	}
	b.WriteString("}\n\n// show prints an array as a line of JSON.\nfunc show(name, shape string, value any) {\n" + showNumbers("value") + "}\n")
	return w.goFile(imports, b.String())
}
