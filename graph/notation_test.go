package graph

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// What stands in parentheses in each notation, and how signs are written.
func TestNotations(t *testing.T) {
	g := New(Settings{})
	x, y, w := g.Input("X", 3, 4), g.Input("Y", 3, 4), g.Input("W1", 4, 3)
	odd := g.Input("a_b{~^} größe 日", 3, 4)
	for _, c := range []struct {
		n           *Node
		text, latex string
	}{
		{MatMulTrans(w, true, x, true), "W1ᵀ·Xᵀ", `W^{[1]\top} \cdot X^{\top}`},
		{Square(MatMul(w, x)), "(W1·X)²", `\left(W^{[1]} \cdot X\right)^{2}`},
		{Square(w), "W1²", `\left(W^{[1]}\right)^{2}`},
		{Square(x), "X²", `X^{2}`},
		{Pow(x, -0.5), "X^(−0.5)", `X^{-0.5}`},
		{Div(Add(x, y), Sub(x, y)), "(X + Y) / (X − Y)", `\frac{X + Y}{X - Y}`},
		{Div(x, Div(x, y)), "X / (X / Y)", `\frac{X}{\frac{X}{Y}}`},
		{Reciprocal(Add(x, y)), "1/(X + Y)", `\frac{1}{X + Y}`},
		{Scale(Sub(x, y), 0.25), "(X − Y)/4", `\frac{X - Y}{4}`},
		{Scale(x, -1.5e-5), "−1.5e−05·X", `-1.5 \cdot 10^{-5} \cdot X`},
		{Neg(Add(x, y)), "−(X + Y)", `-\left(X + Y\right)`},
		{Sub(x, Neg(y)), "X − (−Y)", `X - \left(-Y\right)`},
		{Mul(x, Mul(x, y)), "X ⊙ (X ⊙ Y)", `X \odot \left(X \odot Y\right)`},
		{Mul(SumKeepDims(x, 0), y), "(Σ X) ⊙ Y", `\left(\sum X\right) \odot Y`},
		{SumKeepDims(Mul(x, y), 0), "Σ X ⊙ Y", `\sum X \odot Y`},
		{Mul(Scale(SumKeepDims(x, 0), 0.2), y), "(Σ X/5) ⊙ Y", `\frac{\sum X}{5} \odot Y`},
		{Div(SumKeepDims(x, 0), y), "(Σ X) / Y", `\frac{\sum X}{Y}`},
		{Sub(x, SumKeepDims(Mul(x, y), 0)), "X − Σ X ⊙ Y", `X - \sum X \odot Y`},
		{Add(SumKeepDims(x, 0), y), "Σ X + Y", `\sum X + Y`},
		{Slice(x, 1, 1, 3), "X[:, 1:3]", `X_{[:, 1:3]}`},
		{Sigmoid(NormalCDF(Tanh(x))), "σ(Φ(tanh(X)))", `\sigma\left(\Phi\left(\tanh\left(X\right)\right)\right)`},
		{Clip(LeakyReLU(x), -1, 2), "clip(leakyrelu(X), −1, 2)", `\operatorname{clip}\left(\operatorname{leakyrelu}\left(X\right), -1, 2\right)`},
		{GreaterEqual(x, y), "X ≥ Y", `X \ge Y`},
		{Exp(odd), "exp(a_b{~^} größe 日)", `\exp\left(\text{a\_b\{\char126{}\char94{}\} größe [U+65E5]}\right)`},
		{Shift(x, 1), "X + 1", `X + 1`},
	} {
		lines, err := Formulas(c.n)
		if err != nil {
			t.Fatal(err)
		}
		l := lines[len(lines)-1]
		_, latex, _ := strings.Cut(l.LaTeX(), " = ")
		if l.Text != c.text || latex != c.latex {
			t.Errorf("%s and %s, want %s and %s", l.Text, latex, c.text, c.latex)
		}
		checkXML(t, l.MathML())
	}
}

// Symbols in LaTeX and MathML.
func TestSymbols(t *testing.T) {
	for name, want := range map[string][2]string{
		"W1":       {`W^{[1]}`, `<msup><mi>W</mi><mrow><mtext>[1]</mtext></mrow></msup>`},
		"dW10":     {`dW^{[10]}`, `<msup><mrow><mi>d</mi><mi>W</mi></mrow><mrow><mtext>[10]</mtext></mrow></msup>`},
		"dX":       {`dX`, `<mrow><mi>d</mi><mi>X</mi></mrow>`},
		"ddb2":     {`ddb^{[2]}`, `<msup><mrow><mi>d</mi><mi>d</mi><mi>b</mi></mrow><mrow><mtext>[2]</mtext></mrow></msup>`},
		"t3":       {`t_{3}`, `<msub><mi>t</mi><mn>3</mn></msub>`},
		"cost":     {`\mathrm{cost}`, `<mi>cost</mi>`},
		"rate2":    {`\mathrm{rate}_{2}`, `<msub><mi>rate</mi><mn>2</mn></msub>`},
		"d":        {`d`, `<mi>d</mi>`},
		"2x":       {`\text{2x}`, `<mtext>2x</mtext>`},
		"a<b & \\": {`\text{a$<$b \& \char92{}}`, `<mtext>a&lt;b &amp; \</mtext>`},
		"next W1":  {`\text{next W1}`, `<mtext>next W1</mtext>`},
	} {
		got := [2]string{latexNotation{}.symbol(name), mathMLNotation{}.symbol(name)}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// Numbers in LaTeX and MathML.
func TestNumbers(t *testing.T) {
	for digits, want := range map[string][2]string{
		"0.25":   {"0.25", "<mrow><mn>0.25</mn></mrow>"},
		"−2":     {"-2", "<mrow><mo>−</mo><mn>2</mn></mrow>"},
		"1e−05":  {`1 \cdot 10^{-5}`, "<mrow><mn>1</mn><mo>·</mo><msup><mn>10</mn><mn>−5</mn></msup></mrow>"},
		"2.5e+9": {`2.5 \cdot 10^{9}`, "<mrow><mn>2.5</mn><mo>·</mo><msup><mn>10</mn><mn>9</mn></msup></mrow>"},
		"+Inf":   {`\infty`, "<mrow><mn>∞</mn></mrow>"},
		"−Inf":   {`-\infty`, "<mrow><mo>−</mo><mn>∞</mn></mrow>"},
		"NaN":    {`\mathrm{NaN}`, "<mrow><mn>NaN</mn></mrow>"},
	} {
		got := [2]string{latexNotation{}.number(digits), mathMLNotation{}.number(digits)}
		if got != want {
			t.Errorf("%s: %q, want %q", digits, got, want)
		}
	}
}

func TestSuperscript(t *testing.T) {
	for exponent, want := range map[string]string{"2": "²", "9": "⁹", "0": "⁰", "10": "^10", "−3": "⁻³", "−12": "^(−12)", "2.5": "^2.5", "NaN": "^NaN"} {
		if got := superscript(exponent); got != want {
			t.Errorf("%s: %s, want %s", exponent, got, want)
		}
	}
}

// checkXML reports what is not well-formed.
func checkXML(t *testing.T, s string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(s))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%v in %s", err, s)
			return
		}
	}
}
