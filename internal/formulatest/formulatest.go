package formulatest

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"chainrule/internal/handgrad"
)

// An Evaluator computes what a printed formula says, from its text alone and
// with plain loops. It knows nothing of graphs.
//
//	sum     = ["−"] product { ("+" | "−") product }
//	product = "Σ" product | [ number "·" ] share product | factor { ("⊙" | "/") factor }
//	share   = "(" number "/" name ")" "·"
//	factor  = postfix { "·" postfix }
//	postfix = atom { "ᵀ" | "²" | "³" }
//	atom    = number | name | name "(" sum { "," sum } ")" | "(" sum ")"
//
// A name is made of letters and digits, or is ∂J/∂Z1.
type Evaluator struct {
	Values map[string]handgrad.Matrix // what names stand for
	rows   int                        // of the result
	cols   int
	tokens []string
	err    error
}

// Evaluate returns the value of a formula whose result has the given shape.
func (e *Evaluator) Evaluate(formula string, rows, cols int) (handgrad.Matrix, error) {
	e.tokens, e.rows, e.cols, e.err = tokens(formula), rows, cols, nil
	v := e.sum(true)
	if len(e.tokens) > 0 {
		e.fail("%q is left over", e.tokens)
	}
	return broadcastTo(v, rows, cols), e.err
}

// tokens splits a formula into names, numbers and signs.
func tokens(formula string) []string {
	formula = strings.ReplaceAll(formula, "/∂", "∂")
	isWord := func(r rune) bool {
		return r == '∂' || unicode.IsLetter(r) && r != 'ᵀ' && r != 'Σ' || unicode.IsDigit(r) || r == '.'
	}
	var out []string
	word := ""
	for _, r := range formula + " " {
		if isWord(r) {
			word += string(r)
			continue
		}
		if word != "" {
			out, word = append(out, partial(word)), ""
		}
		if r != ' ' {
			out = append(out, string(r))
		}
	}
	return out
}

// partial gives the name of a partial derivative its fraction bar back.
func partial(word string) string {
	if at := strings.LastIndex(word, "∂"); at > 0 {
		return word[:at] + "/" + word[at:]
	}
	return word
}

func (e *Evaluator) fail(format string, args ...any) handgrad.Matrix {
	if e.err == nil {
		e.err = fmt.Errorf(format, args...)
	}
	e.tokens = nil
	return Scalar(math.NaN())
}

// accept takes the next token if it is one of the signs.
func (e *Evaluator) accept(signs ...string) string {
	for _, s := range signs {
		if len(e.tokens) > 0 && e.tokens[0] == s {
			e.tokens = e.tokens[1:]
			return s
		}
	}
	return ""
}

// sum evaluates a sum. A Σ that is not inside anything but a division by a
// number, or behind a share, sums to the shape of the result. If that is a scalar,
// so does a Σ in parentheses. Any other sums every column.
func (e *Evaluator) sum(outer bool) handgrad.Matrix {
	negative := e.accept("−") != ""
	v := e.product(outer)
	if negative {
		v = apply(func(x ...float64) float64 { return -x[0] }, v)
	}
	for {
		switch e.accept("+", "−") {
		case "+":
			v = apply(func(x ...float64) float64 { return x[0] + x[1] }, v, e.product(outer && e.isScalar()))
		case "−":
			v = apply(func(x ...float64) float64 { return x[0] - x[1] }, v, e.product(outer && e.isScalar()))
		default:
			return v
		}
	}
}

func (e *Evaluator) product(outer bool) handgrad.Matrix {
	if e.accept("Σ") != "" {
		v := e.product(false)
		if outer {
			return sumTo(v, e.rows, e.cols)
		}
		return sumTo(v, 1, v.Cols)
	}
	if share, ok := e.share(); ok {
		return apply(func(x ...float64) float64 { return x[0] * x[1] }, share, e.product(outer))
	}
	v := e.factor(outer && e.isScalar())
	for {
		switch e.accept("⊙", "/") {
		case "⊙":
			v = apply(func(x ...float64) float64 { return x[0] * x[1] }, v, e.factor(outer && e.isScalar()))
		case "/":
			v = apply(func(x ...float64) float64 { return x[0] / x[1] }, v, e.factor(false))
		default:
			return v
		}
	}
}

// share takes a fraction such as (1/m)· that stands before what it multiplies.
func (e *Evaluator) share() (handgrad.Matrix, bool) {
	t := e.tokens
	if len(t) < 6 || t[0] != "(" || t[2] != "/" || t[4] != ")" || t[5] != "·" {
		return handgrad.Matrix{}, false
	}
	k, err := strconv.ParseFloat(t[1], 64)
	m, ok := e.Values[t[3]]
	if err != nil || !ok {
		return handgrad.Matrix{}, false
	}
	e.tokens = t[6:]
	return apply(func(x ...float64) float64 { return k / x[0] }, m), true
}

func (e *Evaluator) isScalar() bool { return e.rows == 1 && e.cols == 1 }

func (e *Evaluator) factor(outer bool) handgrad.Matrix {
	number := len(e.tokens) > 0 && unicode.IsDigit([]rune(e.tokens[0])[0])
	v := e.postfix(outer)
	for e.accept("·") != "" {
		if share, ok := e.share(); ok {
			return apply(func(x ...float64) float64 { return x[0] * x[1] * x[2] }, v, share, e.product(outer))
		}
		w := e.postfix(outer && number)
		switch {
		case number:
			v = apply(func(x ...float64) float64 { return x[0] * x[1] }, v, w)
		case v.Cols != w.Rows:
			return e.fail("a product of (%d,%d) and (%d,%d)", v.Rows, v.Cols, w.Rows, w.Cols)
		default:
			v = times(v, w)
		}
		number = false
	}
	return v
}

func (e *Evaluator) postfix(outer bool) handgrad.Matrix {
	v := e.atom(outer)
	for {
		switch e.accept("ᵀ", "²", "³") {
		case "ᵀ":
			v = turned(v)
		case "²":
			v = apply(func(x ...float64) float64 { return x[0] * x[0] }, v)
		case "³":
			v = apply(func(x ...float64) float64 { return x[0] * x[0] * x[0] }, v)
		default:
			return v
		}
	}
}

func (e *Evaluator) atom(outer bool) handgrad.Matrix {
	if e.accept("(") != "" {
		v := e.sum(outer)
		if e.accept(")") == "" {
			return e.fail("a parenthesis is not closed before %q", e.tokens)
		}
		return v
	}
	if len(e.tokens) == 0 {
		return e.fail("the formula ends too early")
	}
	name := e.tokens[0]
	e.tokens = e.tokens[1:]
	if v, err := strconv.ParseFloat(name, 64); err == nil {
		return Scalar(v)
	}
	if v, ok := e.Values[name]; ok {
		return v
	}
	if e.accept("(") == "" {
		return e.fail("%q has no value", name)
	}
	args := []handgrad.Matrix{e.sum(false)}
	for e.accept(",") != "" {
		args = append(args, e.sum(false))
	}
	if e.accept(")") == "" {
		return e.fail("a parenthesis is not closed before %q", e.tokens)
	}
	return e.call(name, args)
}

// call evaluates a function of the notation.
func (e *Evaluator) call(name string, args []handgrad.Matrix) handgrad.Matrix {
	if f, ok := functions[name]; ok {
		return apply(f, args...)
	}
	exps := apply(functions["exp"], args[0])
	switch total := sumTo(exps, 1, exps.Cols); name {
	case "softmax":
		return apply(func(x ...float64) float64 { return x[0] / x[1] }, exps, total)
	case "logsumexp":
		return apply(functions["log"], total)
	}
	return e.fail("the function %q is not known", name)
}

// functions are those of entries.
var functions = map[string]func(x ...float64) float64{
	"exp":      func(x ...float64) float64 { return math.Exp(x[0]) },
	"log":      func(x ...float64) float64 { return math.Log(x[0]) },
	"tanh":     func(x ...float64) float64 { return math.Tanh(x[0]) },
	"σ":        func(x ...float64) float64 { return 1 / (1 + math.Exp(-x[0])) },
	"softplus": func(x ...float64) float64 { return math.Log(1 + math.Exp(x[0])) },
	"relu":     func(x ...float64) float64 { return math.Max(x[0], 0) },
	"step":     func(x ...float64) float64 { return choose(x[0] > 0, 1, 0) },
	"leakyrelu": func(x ...float64) float64 {
		return choose(x[0] > 0, x[0], 0.01*x[0])
	},
	"leakystep": func(x ...float64) float64 { return choose(x[0] > 0, 1, 0.01) },
	"elu":       func(x ...float64) float64 { return choose(x[0] > 0, x[0], math.Exp(x[0])-1) },
	"silu":      func(x ...float64) float64 { return x[0] / (1 + math.Exp(-x[0])) },
	"Φ":         func(x ...float64) float64 { return (1 + math.Erf(x[0]/math.Sqrt2)) / 2 },
	"gelu":      func(x ...float64) float64 { return x[0] * (1 + math.Erf(x[0]/math.Sqrt2)) / 2 },
	"min":       func(x ...float64) float64 { return math.Min(x[0], x[1]) },
	"max":       func(x ...float64) float64 { return math.Max(x[0], x[1]) },
}

func choose(condition bool, yes, no float64) float64 {
	if condition {
		return yes
	}
	return no
}

// Scalar returns a matrix with one entry.
func Scalar(v float64) handgrad.Matrix {
	return handgrad.Matrix{Rows: 1, Cols: 1, Data: []float64{v}}
}

func filled(rows, cols int, entry func(i, j int) float64) handgrad.Matrix {
	m := handgrad.Matrix{Rows: rows, Cols: cols}
	for i := range rows {
		for j := range cols {
			m.Data = append(m.Data, entry(i, j))
		}
	}
	return m
}

// at returns an entry; a matrix with one row or column repeats it.
func at(m handgrad.Matrix, i, j int) float64 {
	return m.Data[min(i, m.Rows-1)*m.Cols+min(j, m.Cols-1)]
}

// apply computes entry by entry, repeating single rows and columns.
func apply(f func(x ...float64) float64, args ...handgrad.Matrix) handgrad.Matrix {
	rows, cols := 1, 1
	for _, m := range args {
		rows, cols = max(rows, m.Rows), max(cols, m.Cols)
	}
	return filled(rows, cols, func(i, j int) float64 {
		var x []float64
		for _, m := range args {
			x = append(x, at(m, i, j))
		}
		return f(x...)
	})
}

func times(a, b handgrad.Matrix) handgrad.Matrix {
	return filled(a.Rows, b.Cols, func(i, j int) float64 {
		total := 0.0
		for k := range a.Cols {
			total += at(a, i, k) * at(b, k, j)
		}
		return total
	})
}

func turned(m handgrad.Matrix) handgrad.Matrix {
	return filled(m.Cols, m.Rows, func(i, j int) float64 { return at(m, j, i) })
}

func sumTo(m handgrad.Matrix, rows, cols int) handgrad.Matrix {
	out := filled(rows, cols, func(int, int) float64 { return 0 })
	for i := range m.Rows {
		for j := range m.Cols {
			out.Data[min(i, rows-1)*cols+min(j, cols-1)] += at(m, i, j)
		}
	}
	return out
}

func broadcastTo(m handgrad.Matrix, rows, cols int) handgrad.Matrix {
	return filled(rows, cols, func(i, j int) float64 { return at(m, i, j) })
}

// EvaluateLine evaluates a line from the values of those before it, and keeps
// its value for those behind it.
func (e *Evaluator) EvaluateLine(symbol, formula string, rows, cols int) (handgrad.Matrix, error) {
	v, err := e.Evaluate(formula, rows, cols)
	if err != nil {
		return v, fmt.Errorf("%s = %s: %w", symbol, strings.TrimSpace(formula), err)
	}
	e.Values[symbol] = v
	return v, nil
}
