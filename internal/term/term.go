package term

import (
	"strconv"
	"strings"
)

// A Term is a formula as a tree. Its methods write it in a notation.
type Term struct {
	kind termKind
	text string // a symbol, digits, a sign, an exponent, indices or the name of a function
	prec int    // how tightly what it is written with binds
	args []*Term
}

type termKind uint8

const (
	symbolTerm    termKind = iota
	numberTerm             // text, whose minus sign is in it
	negativeTerm           // −args[0]
	infixTerm              // args[0] text args[1]
	fractionTerm           // args[0]/args[1]; text is the sign in a line of text
	shareTerm              // (args[0])·args[1], a fraction before what it multiplies
	sumTerm                // Σ args[0]
	powerTerm              // args[0] to the power of text
	transposeTerm          // args[0]ᵀ
	sliceTerm              // args[0][text]
	callTerm               // text(args…)
)

// How tightly signs bind, from loose to tight.
const (
	Comparison = 1 + iota
	Addition
	Product
	MatrixProduct
	postfix
	atom
)

// Symbol returns a name, such as dW1, or ∂J/∂Z1, which binds like a quotient.
func Symbol(name string) *Term {
	t := &Term{kind: symbolTerm, text: name, prec: atom}
	if _, _, ok := splitPartial(name); ok {
		t.prec = Product
	}
	return t
}

// Number returns v, written with six digits.
func Number(v float64) *Term {
	t := Digits(digits(v))
	if v < 0 {
		t.prec = Addition
	}
	return t
}

// Digits returns a number that is written already, its minus sign as −.
func Digits(s string) *Term { return &Term{kind: numberTerm, text: s, prec: atom} }

// digits writes v as formulas do.
func digits(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'g', 6, 64), "-", "−", 1)
}

// Negative returns −x.
func Negative(x *Term) *Term { return &Term{kind: negativeTerm, prec: Addition, args: []*Term{x}} }

// Infix returns a and b with a sign between them, which binds as tightly as
// prec.
func Infix(a *Term, sign string, b *Term, prec int) *Term {
	return &Term{kind: infixTerm, text: sign, prec: prec, args: []*Term{a, b}}
}

// Fraction returns a over b. In a line of text the sign stands between them.
func Fraction(a *Term, sign string, b *Term) *Term {
	return &Term{kind: fractionTerm, text: sign, prec: Product, args: []*Term{a, b}}
}

// Share returns the share k/m of x: (k/m)·x before a sum Σ or a matrix product, which
// would run into a fraction behind them, and else k·x/m.
func Share(k float64, m, x *Term) *Term {
	if x.kind == sumTerm || x.kind == infixTerm && x.prec == MatrixProduct {
		return &Term{kind: shareTerm, prec: Product, args: []*Term{Fraction(Number(k), "/", m), x}}
	}
	if k != 1 {
		x = Infix(Number(k), "·", x, Product)
	}
	return Fraction(x, "/", m)
}

// Sum returns Σ x.
func Sum(x *Term) *Term { return &Term{kind: sumTerm, prec: Product, args: []*Term{x}} }

// Power returns x to the power of c.
func Power(x *Term, c float64) *Term { return behind(powerTerm, x, digits(c)) }

// Transpose returns xᵀ, and x of xᵀ.
func Transpose(x *Term) *Term {
	if x.kind == transposeTerm {
		return x.args[0]
	}
	return behind(transposeTerm, x, "")
}

// Slice returns the part of x with the given indices, such as ":, 2:5".
func Slice(x *Term, indices string) *Term { return behind(sliceTerm, x, indices) }

// behind returns x with something behind it.
func behind(kind termKind, x *Term, text string) *Term {
	return &Term{kind: kind, text: text, prec: postfix, args: []*Term{x}}
}

// Call returns the function of that name applied to args.
func Call(name string, args ...*Term) *Term {
	return &Term{kind: callTerm, text: name, prec: atom, args: args}
}

// Plain writes t as a line of text, as in dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²).
func (t *Term) Plain() string { return t.write(plain{}) }

// LaTeX writes t for LaTeX's mathematics mode with amsmath, as in dW^{[2]}.
func (t *Term) LaTeX() string { return t.write(latex{}) }

// MathML writes t as presentation MathML, without the math element.
func (t *Term) MathML() string { return t.write(mathML{}) }

// write returns t in a notation.
func (t *Term) write(n notation) string {
	switch t.kind {
	case numberTerm:
		return n.number(t.text)
	case negativeTerm:
		return n.negative(t.operand(n, 0, Product))
	case infixTerm:
		return n.infix(t.operand(n, 0, t.prec), t.text, t.operand(n, 1, t.prec+1))
	case fractionTerm:
		if n.stacks() {
			return n.fraction(t.args[0].write(n), t.text, t.args[1].write(n))
		}
		return n.fraction(t.operand(n, 0, Product), t.text, t.operand(n, 1, Product+1))
	case shareTerm:
		part := t.args[0].write(n)
		if !n.stacks() {
			part = n.group(part)
		}
		return n.infix(part, "·", t.operand(n, 1, Product))
	case sumTerm:
		return n.sum(t.operand(n, 0, Product))
	case powerTerm:
		return n.power(t.operand(n, 0, atom), t.text)
	case transposeTerm:
		return n.transpose(t.operand(n, 0, atom))
	case sliceTerm:
		return n.slice(t.operand(n, 0, atom), t.text)
	case callTerm:
		args := make([]string, len(t.args))
		for i := range args {
			args[i] = t.operand(n, i, 0)
		}
		return n.call(t.text, args)
	}
	return n.symbol(t.text)
}

// operand writes argument i under a sign that binds as tightly as prec.
func (t *Term) operand(n notation, i, prec int) string {
	x := t.args[i]
	s := x.write(n)
	if x.prec < prec && !t.joins(x) || i == 0 && t.continues() && x.isOpen(n) {
		return n.group(s)
	}
	return s
}

// joins reports whether x may stand behind t's sign as it is: a·((k/m)·b) is
// a·(k/m)·b.
func (t *Term) joins(x *Term) bool {
	return t.kind == infixTerm && t.text == "·" && x == t.args[1] && x.kind == shareTerm
}

// continues reports whether a sum that t starts with would take in the rest of
// t. Division by a number is no matter: (Σ x)/m is Σ (x/m).
func (t *Term) continues() bool {
	return t.kind == infixTerm && t.prec >= Product || t.kind == fractionTerm && t.text != "/"
}

// isOpen reports whether t starts with a sum, or with a share of one, that takes in
// what follows.
func (t *Term) isOpen(n notation) bool {
	return t.kind == sumTerm || (t.kind == shareTerm || t.kind == infixTerm && t.joins(t.args[1])) && t.args[1].isOpen(n) || t.kind == fractionTerm && !n.stacks() && t.args[0].isOpen(n)
}
