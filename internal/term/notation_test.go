package term

import "testing"

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
		got := [2]string{latex{}.symbol(name), mathML{}.symbol(name)}
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
		got := [2]string{latex{}.number(digits), mathML{}.number(digits)}
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
