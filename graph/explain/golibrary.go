package explain

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"chainrule/graph"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// goReserved are identifiers that no Go program may use for values.
const goReserved = "break case chan const continue default defer else fallthrough for func go goto if import interface map package range " +
	"return select struct switch type var any append bool byte cap clear close complex copy delete error false float64 imag int iota len make max min " +
	"new nil panic print println real recover string true uint64 main init show numbers name shape value fmt math strings m "

// library writes Go programs that use this library.
type library struct{}

func (library) template(s graph.Source) string     { return s.Library }
func (library) definition(graph.Definition) string { return "" }
func (library) join(words []string) string         { return camelCase(words) }
func (library) reserved() string {
	return goReserved + " g graph tensor log program err feeds dense output"
}
func (library) own(*programmer, *graph.Node, []*graph.Node) bool { return false }

func (l library) line(w *programmer, s *statement) []string {
	return []string{"// " + comment(s.formula), s.ident + " := " + expressionOf(l, w, nil, s.node)}
}

func (library) constant(w *programmer, user, n *graph.Node) string {
	v, _ := n.ConstValue()
	value := goNumber(v, false)
	if user != nil {
		if s, ok := w.share(user, n, "%v.0/m"); ok {
			value = s
		}
	}
	var shape strings.Builder
	for _, size := range n.Shape() {
		fmt.Fprintf(&shape, ", %d", size)
	}
	return "g.Const(" + value + shape.String() + ")"
}

// camelCase joins words as Go does: learningRate.
func camelCase(of []string) string {
	for i := 1; i < len(of); i++ {
		first, size := utf8.DecodeRuneInString(of[i])
		of[i] = string(unicode.ToUpper(first)) + of[i][size:]
	}
	return strings.Join(of, "")
}

func goNumber(v float64, point bool) string {
	switch {
	case math.IsNaN(v):
		return "math.NaN()"
	case math.IsInf(v, 0):
		return fmt.Sprintf("math.Inf(%d)", int(math.Copysign(1, v)))
	case v == 0 && math.Signbit(v):
		return "math.Copysign(0, -1)"
	}
	return number(v, point)
}

// dense writes the call that makes a tensor.
func dense(v *tensor.Dense) string {
	values, rows, cols := entries(v)
	var b strings.Builder
	of := "float64"
	if v.Dtype() == tensor.Int {
		of = "int"
	}
	b.WriteString("graph.Tensor([]" + of + "{")
	for i := range rows {
		if rows > 1 {
			b.WriteString("\n")
		}
		for j, x := range values[i*cols : (i+1)*cols] {
			if j > 0 {
				b.WriteString(" ")
			}
			b.WriteString(goNumber(x, false))
			if rows > 1 || j < cols-1 {
				b.WriteString(",")
			}
		}
	}
	if rows > 1 {
		b.WriteString("\n")
	}
	b.WriteString("}")
	for _, n := range v.Shape() {
		fmt.Fprintf(&b, ", %d", n)
	}
	return b.String() + ")"
}

func (l library) document(w *programmer) (string, error) {
	var b strings.Builder
	updated := func(s *statement) bool {
		return slices.ContainsFunc(w.updates, func(u assignment) bool { return u.to == s })
	}
	var fed []string
	for _, s := range w.given {
		switch {
		case !w.isRead(s):
			continue
		case s.node.IsInput():
			input := "Input"
			if s.node.IsInteger() {
				input = "Ints"
			}
			fmt.Fprintf(&b, "%s := g.%s(%q%s)\n", s.ident, input, s.node.Name(), sizes(s.node.Shape()))
			fed = append(fed, fmt.Sprintf("feeds[%s] = %s\n", s.ident, dense(s.value)))
		case s.node.Param() != nil && updated(s):
			fmt.Fprintf(&b, "%sParam := graph.NewParam(%q, %s)\n%s := g.Use(%[1]sParam)\n", s.ident, s.node.Param().Name(), dense(s.value), s.ident)
		case s.node.Param() != nil:
			fmt.Fprintf(&b, "%s := g.Use(graph.NewParam(%q, %s))\n", s.ident, s.node.Param().Name(), dense(s.value))
		default:
			fmt.Fprintf(&b, "%s := g.Array(%s)\n", s.ident, dense(s.value))
		}
	}
	for _, p := range w.passes {
		if len(p.statements) > 0 {
			fmt.Fprintf(&b, "\n// %s\n\n", words.Capital(p.name))
		}
		for _, s := range p.statements {
			b.WriteString(strings.Join(s.code, "\n") + "\n")
		}
	}
	var outputs, updates []string
	seen := map[*graph.Node]bool{}
	for _, s := range w.shown {
		if !updated(s) && !seen[s.node] {
			outputs, seen[s.node] = append(outputs, s.ident), true
		}
	}
	for _, u := range w.updates {
		updates = append(updates, fmt.Sprintf("{Param: %sParam, Value: %s},\n", u.to.ident, u.from.ident))
	}
	fmt.Fprintf(&b, "\nprogram, err := graph.Compile(graph.Spec{\nOutputs: []*graph.Node{%s},\n", strings.Join(outputs, ", "))
	if len(updates) > 0 {
		fmt.Fprintf(&b, "Updates: []graph.Update{\n%s},\n", strings.Join(updates, ""))
	}
	b.WriteString("})\nif err != nil {\nlog.Fatal(err)\n}\n")
	fmt.Fprintf(&b, "feeds := graph.Feeds{}\n%sfor range %d {\nif err := program.Run(feeds); err != nil {\nlog.Fatal(err)\n}\n}\n", strings.Join(fed, ""), w.steps)
	for _, s := range w.shown {
		if updated(s) {
			fmt.Fprintf(&b, "show(%q, %sParam.Value())\n", s.symbol, s.ident)
			continue
		}
		fmt.Fprintf(&b, "show(%q, output(program, %s))\n", s.symbol, s.ident)
	}
	body := b.String()
	imports := []string{`"fmt"`, `"log"`}
	if callsMath(body) {
		imports = append(imports, `"math"`)
	}
	imports = append(imports, `"strings"`, "", `"chainrule/graph"`, `"gorgonia.org/tensor"`)
	return w.goFile(imports, "func main() {\ng := graph.New(graph.Settings{})\n\n// Given\n\n"+body+`}

// output returns the value of a node after the last run.
func output(program *graph.Program, n *graph.Node) *tensor.Dense {
	value, err := program.Value(n)
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// show prints a value as a line of JSON.
func show(name string, value *tensor.Dense) {
	shape := strings.Join(strings.Fields(strings.Trim(fmt.Sprint([]int(value.Shape())), "[]")), ", ")
`+showNumbers("value.Data()")+`}
`)
}

// callsMath reports whether Go code uses the package math, which names in its comments and
// strings may look like.
func callsMath(code string) bool {
	for line := range strings.SplitSeq(code, "\n") {
		line, _, _ = strings.Cut(unquoted(line), "//")
		if strings.Contains(line, "math.") {
			return true
		}
	}
	return false
}

// showNumbers are the statements that print the entries of an array in Go, in which shape
// is there as text.
func showNumbers(value string) string {
	return `	numbers := strings.Fields(strings.NewReplacer("[", " ", "]", " ").Replace(fmt.Sprint(` + value + `)))
	for i, x := range numbers {
		if strings.ContainsAny(x, "NI") { // not finite
			numbers[i] = "\"" + x + "\""
		}
	}
	fmt.Printf("{\"name\": %q, \"shape\": [%s], \"values\": [%s]}\n", name, shape, strings.Join(numbers, ", "))
`
}

// sizes writes a shape as further arguments.
func sizes(shape tensor.Shape) string {
	var b strings.Builder
	for _, n := range shape {
		fmt.Fprintf(&b, ", %d", n)
	}
	return b.String()
}

// goFile puts a Go program together and formats it.
func (w *programmer) goFile(imports []string, rest string) (string, error) {
	var b strings.Builder
	for _, line := range w.head() {
		b.WriteString(strings.TrimRight("// "+line, " ") + "\n")
	}
	b.WriteString("\npackage main\n\nimport (\n" + strings.Join(imports, "\n") + "\n)\n\n")
	if w.examples > 0 {
		fmt.Fprintf(&b, "// m is the number of examples.\nconst m = %d\n\n", w.examples)
	}
	text, err := indented(b.String() + rest)
	if err != nil {
		return "", graph.Errorf("Program", "a Source gives what is no Go: %w", err)
	}
	return text, nil
}
