package explain

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"chainrule/graph"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// numPy writes Python scripts.
type numPy struct{}

func (numPy) template(s graph.Source) string       { return s.NumPy }
func (numPy) definition(d graph.Definition) string { return d.NumPy }
func (numPy) join(words []string) string           { return strings.Join(words, "_") }

func (numPy) reserved() string {
	return "m np json math show step False None True and as assert async await break class continue def del elif else except " +
		"finally for from global if import in is lambda nonlocal not or pass raise return try while with yield " +
		"print range float int list reversed name value values"
}

func (numPy) own(*programmer, *graph.Node, []*graph.Node) bool { return false }

func (l numPy) line(w *programmer, s *statement) []string {
	return []string{s.ident + " = " + expressionOf(l, w, nil, s.node) + "  # " + comment(s.formula)}
}

// constant writes a number. It stands for an array of its shape where another operand of the
// same shape does not.
func (numPy) constant(w *programmer, user, n *graph.Node) string {
	v, _ := n.ConstValue()
	if user != nil {
		if s, ok := w.share(user, n, "%v / m"); ok {
			return s
		}
	}
	literal := pythonNumber(v)
	if len(n.Shape()) == 0 || user != nil && standsBeside(w, user, n) {
		return literal
	}
	return fmt.Sprintf("np.full(%s, %s)", pythonShape(n.Shape()), pythonNumber(v, true))
}

// standsBeside reports whether user computes entry by entry, and has another operand of the
// shape of its result, so that a number does for the array n.
func standsBeside(w *programmer, user, n *graph.Node) bool {
	s := w.source(user)
	return s.At == nil && !s.Behind && len(s.Over) == 0 && slices.ContainsFunc(user.Inputs(), func(x *graph.Node) bool {
		_, number := x.ConstValue()
		return !number && slices.Equal(x.Shape(), user.Shape())
	})
}

func pythonNumber(v float64, point ...bool) string {
	switch {
	case math.IsNaN(v):
		return "np.nan"
	case math.IsInf(v, 1):
		return "np.inf"
	case math.IsInf(v, -1):
		return "-np.inf"
	}
	return number(v, len(point) > 0)
}

func pythonShape(shape tensor.Shape) string {
	s := words.Join(shape, ", ")
	if len(shape) == 1 {
		s += ","
	}
	return "(" + s + ")"
}

// pythonArray writes an array, a row a line behind an indent.
func pythonArray(v *tensor.Dense, indent string) string {
	values, rows, cols := entries(v)
	if len(v.Shape()) == 0 {
		return "np.array(" + pythonNumber(values[0], true) + ")"
	}
	var lines []string
	for i := range rows {
		var row []string
		for _, x := range values[i*cols : (i+1)*cols] {
			row = append(row, pythonNumber(x, true))
		}
		lines = append(lines, "["+strings.Join(row, ", ")+"]")
	}
	switch len(v.Shape()) {
	case 1:
		return "np.array(" + lines[0] + ")"
	case 2:
		if rows == 1 {
			return "np.array([" + lines[0] + "])"
		}
		return "np.array([\n" + indent + strings.Join(lines, ",\n"+indent) + "])"
	}
	return "np.array([\n" + indent + strings.Join(lines, ",\n"+indent) + "]).reshape" + pythonShape(v.Shape())
}

func (l numPy) document(w *programmer) (string, error) {
	var b strings.Builder
	for _, line := range w.head() {
		b.WriteString(strings.TrimRight("# "+line, " ") + "\n")
	}
	b.WriteString("import json\n")
	if strings.Contains(strings.Join(w.needs, "\n"), "math.") {
		b.WriteString("import math\n")
	}
	b.WriteString("\nimport numpy as np\n")
	if w.examples > 0 {
		fmt.Fprintf(&b, "\nm = %d  # examples\n", w.examples)
	}
	b.WriteString("\n# Given\n")
	for _, s := range w.given {
		if w.isRead(s) {
			fmt.Fprintf(&b, "%s = %s  # %s, %s, %s\n", s.ident, pythonArray(s.value, "    "), s.formula, comment(s.symbol), shapeText(s.node.Shape()))
		}
	}
	for _, need := range w.needs {
		b.WriteString("\n\n" + need + "\n")
	}
	fmt.Fprintf(&b, "\n\nfor step in range(%d):\n", w.steps)
	for i, p := range w.passes {
		if len(p.statements) == 0 {
			continue
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "    # %s\n", words.Capital(p.name))
		for _, s := range p.statements {
			for _, line := range s.code {
				b.WriteString("    " + line + "\n")
			}
		}
	}
	for _, u := range w.updates {
		fmt.Fprintf(&b, "    %s = %s\n", u.to.ident, u.from.ident)
	}
	b.WriteString(`

def show(name, value):
    value = np.asarray(value)
    numbers = [x if np.isfinite(x) else str(x) for x in value.ravel().tolist()]
    print(json.dumps({"name": name, "shape": value.shape, "values": numbers}, ensure_ascii=False))


`)
	for _, s := range w.shown {
		fmt.Fprintf(&b, "show(%q, %s)\n", s.symbol, s.ident)
	}
	return b.String(), nil
}

// head returns the lines of text that begin a program.
func (w *programmer) head() []string {
	texts := []string{"Forward pass, backward pass and update, one line of code for each formula. Written by chainrule."}
	if w.Title != "" {
		texts = append([]string{w.Title + "."}, texts...)
	}
	if w.Intro != "" {
		texts = append(texts, "", w.Intro)
	}
	if w.Note != "" {
		texts = append(texts, "", w.Note)
	}
	var lines []string
	for _, t := range texts {
		for line := range strings.SplitSeq(words.Wrap(comment(t), "", 96), "\n") {
			lines = append(lines, line)
		}
	}
	return lines
}

// isRead reports whether a given value stands in the program.
func (w *programmer) isRead(s *statement) bool { return w.read[s.ident] || slices.Contains(w.shown, s) }
