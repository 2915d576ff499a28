package term

import "testing"

// Symbols in LaTeX and MathML.
func TestSymbols(t *testing.T) {
	for name, want := range map[string][2]string{
		"W1":       {`W^{[1]}`, `<msup><mi>W</mi><mrow><mtext>[1]</mtext></mrow></msup>`},
		"dW10":     {`dW^{[10]}`, `<msup><mrow><mi>d</mi><mi>W</mi></mrow><mrow><mtext>[10]</mtext></mrow></msup>`},
		"∂J/∂Z2":   {`\frac{\partial J}{\partial Z^{[2]}}`, `<mfrac><mrow><mi>∂</mi><mi>J</mi></mrow><mrow><mi>∂</mi><msup><mi>Z</mi><mrow><mtext>[2]</mtext></mrow></msup></mrow></mfrac>`},
		"∂J":       {`\text{$\partial$J}`, `<mtext>∂J</mtext>`},
		"dX":       {`dX`, `<mrow><mi>d</mi><mi>X</mi></mrow>`},
		"ddb2":     {`ddb^{[2]}`, `<msup><mrow><mi>d</mi><mi>d</mi><mi>b</mi></mrow><mrow><mtext>[2]</mtext></mrow></msup>`},
		"t3":       {`t_{3}`, `<msub><mi>t</mi><mn>3</mn></msub>`},
		"γ1":       {`\gamma_{1}`, `<msub><mi>γ</mi><mn>1</mn></msub>`},
		"dβ12":     {`d\beta_{12}`, `<msub><mrow><mi>d</mi><mi>β</mi></mrow><mn>12</mn></msub>`},
		"aγ":       {`\text{a[U+03B3]}`, `<mtext>aγ</mtext>`},
		"cost":     {`\mathrm{cost}`, `<mi>cost</mi>`},
		"rate2":    {`\mathrm{rate}_{2}`, `<msub><mi>rate</mi><mn>2</mn></msub>`},
		"d":        {`d`, `<mi>d</mi>`},
		"2x":       {`\text{2x}`, `<mtext>2x</mtext>`},
		"a<b & \\": {`\text{a$<$b \& \char92{}}`, `<mtext>a&lt;b &amp; \</mtext>`},
		"next W1":  {`\text{next W1}`, `<mtext>next W1</mtext>`},
	} {
		got := [2]string{latex{}.symbol(name), mathML{}.symbol(name)}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// Slices in LaTeX, which has no two subscripts in a row.
func TestSlices(t *testing.T) {
	for _, c := range []struct{ base, indices, want string }{
		{"A^{[1]}", "0:3, :", `A^{[1]}_{[0:3, :]}`},
		{"t_{1}", "0:3, :", `{t_{1}}_{[0:3, :]}`},
		{"t_{4}", "kept 1", `{t_{4}}_{\text{[kept 1]}}`},
	} {
		if got := (latex{}).slice(c.base, c.indices); got != c.want {
			t.Errorf("%s of %s: %s, want %s", c.indices, c.base, got, c.want)
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
		got := [2]string{latex{}.number(digits), mathML{}.number(digits)}
		if got != want {
			t.Errorf("%s: %q, want %q", digits, got, want)
		}
	}
}

// A share stands before a sum or a matrix product, and behind all else, and takes
// parentheses only where it must.
func TestShares(t *testing.T) {
	m, x, y := Symbol("m"), Symbol("X"), Symbol("Y")
	sum, product := Share(1, m, Sum(x)), Share(2, m, Infix(x, "·", Transpose(y), MatrixProduct))
	for _, c := range []struct {
		term         *Term
		plain, latex string
	}{
		{sum, "(1/m)·Σ X", `\frac{1}{m} \cdot \sum X`},
		{product, "(2/m)·X·Yᵀ", `\frac{2}{m} \cdot X \cdot Y^{\top}`},
		{Share(2, m, x), "2·X/m", `\frac{2 \cdot X}{m}`},
		{Share(1, m, Infix(x, "−", y, Addition)), "(X − Y)/m", `\frac{X - Y}{m}`},
		{Negative(sum), "−(1/m)·Σ X", `-\frac{1}{m} \cdot \sum X`},
		{Infix(sum, "+", y, Addition), "(1/m)·Σ X + Y", `\frac{1}{m} \cdot \sum X + Y`},
		{Infix(sum, "⊙", y, Product), "((1/m)·Σ X) ⊙ Y", `\left(\frac{1}{m} \cdot \sum X\right) \odot Y`},
		{Power(sum, 2), "((1/m)·Σ X)²", `\left(\frac{1}{m} \cdot \sum X\right)^{2}`},
		{Infix(Symbol("∂J/∂Z1"), "·", Transpose(x), MatrixProduct), "(∂J/∂Z1)·Xᵀ", `\left(\frac{\partial J}{\partial Z^{[1]}}\right) \cdot X^{\top}`},
		{Infix(Number(0.3), "·", sum, Product), "0.3·(1/m)·Σ X", `0.3 \cdot \frac{1}{m} \cdot \sum X`},
		{Infix(Infix(Number(0.3), "·", sum, Product), "⊙", y, Product), "(0.3·(1/m)·Σ X) ⊙ Y", `\left(0.3 \cdot \frac{1}{m} \cdot \sum X\right) \odot Y`},
		{Infix(y, "⊙", sum, Product), "Y ⊙ ((1/m)·Σ X)", `Y \odot \left(\frac{1}{m} \cdot \sum X\right)`},
		{Sum(Symbol("∂J/∂Z1")), "Σ ∂J/∂Z1", `\sum \frac{\partial J}{\partial Z^{[1]}}`},
	} {
		if c.term.Plain() != c.plain || c.term.LaTeX() != c.latex {
			t.Errorf("%s and %s, want %s and %s", c.term.Plain(), c.term.LaTeX(), c.plain, c.latex)
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
