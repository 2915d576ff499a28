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
		{Sub(x, y).Times(0.25), "(X − Y)/4", `\frac{X - Y}{4}`},
		{x.Times(-1.5e-5), "−1.5e−05·X", `-1.5 \cdot 10^{-5} \cdot X`},
		{Neg(Add(x, y)), "−(X + Y)", `-\left(X + Y\right)`},
		{Sub(x, Neg(y)), "X − (−Y)", `X - \left(-Y\right)`},
		{Mul(x, Mul(x, y)), "X ⊙ (X ⊙ Y)", `X \odot \left(X \odot Y\right)`},
		{Mul(kept.Sum(x, 0), y), "(Σ X) ⊙ Y", `\left(\sum X\right) \odot Y`},
		{kept.Sum(Mul(x, y), 0), "Σ X ⊙ Y", `\sum X \odot Y`},
		{Mul(kept.Sum(x, 0).Times(0.2), y), "(Σ X/5) ⊙ Y", `\frac{\sum X}{5} \odot Y`},
		{Div(kept.Sum(x, 0), y), "(Σ X) / Y", `\frac{\sum X}{Y}`},
		{Sub(x, kept.Sum(Mul(x, y), 0)), "X − Σ X ⊙ Y", `X - \sum X \odot Y`},
		{Add(kept.Sum(x, 0), y), "Σ X + Y", `\sum X + Y`},
		{Slice(x, Range{}, Range{From: 1, To: 3}), "X[:, 1:3]", `X_{[:, 1:3]}`},
		{Sigmoid(NormalCDF(Tanh(x))), "σ(Φ(tanh(X)))", `\sigma\left(\Phi\left(\tanh\left(X\right)\right)\right)`},
		{Clip(LeakyReLU(x), -1, 2), "clip(leakyrelu(X), −1, 2)", `\operatorname{clip}\left(\operatorname{leakyrelu}\left(X\right), -1, 2\right)`},
		{GreaterEqual(x, y), "X ≥ Y", `X \ge Y`},
		{Exp(odd), "exp(a_b{~^} größe 日)", `\exp\left(\text{a\_b\{\char126{}\char94{}\} größe [U+65E5]}\right)`},
		{x.Plus(1), "X + 1", `X + 1`},
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
