package graph

// A term is a formula as a tree. A notation writes it.
type term struct {
	kind termKind
	text string // a symbol, digits, a sign, an exponent, indices or the name of a function
	prec int    // how tightly what it is written with binds
	args []*term
}

type termKind uint8

const (
	symbolTerm    termKind = iota
	numberTerm             // text, whose minus sign is in it
	negativeTerm           // −args[0]
	infixTerm              // args[0] text args[1]
	fractionTerm           // args[0]/args[1]; text is the sign in a line of text
	sumTerm                // Σ args[0]
	powerTerm              // args[0] to the power of text
	transposeTerm          // args[0]ᵀ
	sliceTerm              // args[0][text]
	callTerm               // text(args…)
)

// How tightly signs bind, from loose to tight.
const (
	comparePrec = 1 + iota
	sumPrec
	productPrec
	matMulPrec
	postfixPrec
	atomPrec
)

func symbolOf(name string) *term { return &term{kind: symbolTerm, text: name, prec: atomPrec} }

func numberOf(v float64) *term {
	t := &term{kind: numberTerm, text: number(v), prec: atomPrec}
	if v < 0 {
		t.prec = sumPrec
	}
	return t
}

func negativeOf(x *term) *term {
	return &term{kind: negativeTerm, prec: sumPrec, args: []*term{x}}
}

func infixOf(a *term, sign string, b *term, prec int) *term {
	return &term{kind: infixTerm, text: sign, prec: prec, args: []*term{a, b}}
}

func fractionOf(a *term, sign string, b *term) *term {
	return &term{kind: fractionTerm, text: sign, prec: productPrec, args: []*term{a, b}}
}

func sumOf(x *term) *term { return &term{kind: sumTerm, prec: productPrec, args: []*term{x}} }

// postfixOf returns a power, a transpose or a slice.
func postfixOf(kind termKind, x *term, text string) *term {
	return &term{kind: kind, text: text, prec: postfixPrec, args: []*term{x}}
}

func callOf(name string, args ...*term) *term {
	return &term{kind: callTerm, text: name, prec: atomPrec, args: args}
}

// write returns t in a notation.
func (t *term) write(n notation) string {
	switch t.kind {
	case numberTerm:
		return n.number(t.text)
	case negativeTerm:
		return n.negative(t.operand(n, 0, productPrec))
	case infixTerm:
		return n.infix(t.operand(n, 0, t.prec), t.text, t.operand(n, 1, t.prec+1))
	case fractionTerm:
		if n.stacks() {
			return n.fraction(t.args[0].write(n), t.text, t.args[1].write(n))
		}
		return n.fraction(t.operand(n, 0, productPrec), t.text, t.operand(n, 1, productPrec+1))
	case sumTerm:
		return n.sum(t.operand(n, 0, productPrec))
	case powerTerm:
		return n.power(t.operand(n, 0, atomPrec), t.text)
	case transposeTerm:
		return n.transpose(t.operand(n, 0, atomPrec))
	case sliceTerm:
		return n.slice(t.operand(n, 0, atomPrec), t.text)
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
func (t *term) operand(n notation, i, prec int) string {
	x := t.args[i]
	s := x.write(n)
	if x.prec < prec || i == 0 && t.continues() && x.isOpen(n) {
		return n.group(s)
	}
	return s
}

// continues reports whether a sum that t starts with would take in the rest of
// t. Division by a number is no matter: (Σ x)/m is Σ (x/m).
func (t *term) continues() bool {
	return t.kind == infixTerm && t.prec >= productPrec || t.kind == fractionTerm && t.text != "/"
}

// isOpen reports whether t starts with a sum that takes in what follows.
func (t *term) isOpen(n notation) bool {
	return t.kind == sumTerm || t.kind == fractionTerm && !n.stacks() && t.args[0].isOpen(n)
}
