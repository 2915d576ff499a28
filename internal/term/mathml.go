package term

import (
	"encoding/xml"
	"strings"
)

// mathML writes mathematics for web pages, presentation MathML.
type mathML struct{}

// layerTail is the end of a symbol with the number of a layer.
const layerTail = "]</mtext></mrow></msup>"

func (n mathML) symbol(name string) string {
	if of, by, ok := splitPartial(name); ok {
		return "<mfrac><mrow><mi>∂</mi>" + n.symbol(of) + "</mrow><mrow><mi>∂</mi>" + n.symbol(by) + "</mrow></mfrac>"
	}
	prefix, letters, digits := splitSymbol(name)
	if letters == "" {
		return "<mtext>" + XMLText(name) + "</mtext>"
	}
	base := "<mi>" + letters + "</mi>"
	if prefix != "" {
		base = "<mrow>" + strings.Repeat("<mi>d</mi>", len(prefix)) + base + "</mrow>"
	}
	switch {
	case digits == "":
		return base
	case isLayerLetter(letters):
		return "<msup>" + base + "<mrow><mtext>[" + digits + layerTail
	}
	return "<msub>" + base + "<mn>" + digits + "</mn></msub>"
}

func (mathML) number(digits string) string {
	sign, mantissa, exponent := splitNumber(digits)
	s := "<mn>" + strings.Replace(mantissa, "Inf", "∞", 1) + "</mn>"
	if exponent != "" {
		s += "<mo>·</mo><msup><mn>10</mn><mn>" + exponent + "</mn></msup>"
	}
	if sign != "" {
		s = "<mo>" + sign + "</mo>" + s
	}
	return "<mrow>" + s + "</mrow>"
}

func (mathML) group(s string) string    { return "<mrow><mo>(</mo>" + s + "<mo>)</mo></mrow>" }
func (mathML) negative(s string) string { return "<mrow><mo>−</mo>" + s + "</mrow>" }
func (mathML) infix(a, sign, b string) string {
	return "<mrow>" + a + "<mo>" + XMLText(sign) + "</mo>" + b + "</mrow>"
}
func (mathML) fraction(a, _, b string) string { return "<mfrac>" + a + b + "</mfrac>" }
func (mathML) stacks() bool                   { return true }
func (mathML) sum(s string) string            { return "<mrow><mo>∑</mo>" + s + "</mrow>" }

func (n mathML) power(base, exponent string) string {
	if strings.HasSuffix(base, layerTail) {
		base = n.group(base)
	}
	return "<msup>" + base + n.number(exponent) + "</msup>"
}

func (mathML) transpose(base string) string {
	if inside, ok := strings.CutSuffix(base, "</mrow></msup>"); ok && strings.HasSuffix(base, layerTail) {
		return inside + "<mo>⊤</mo></mrow></msup>"
	}
	return "<msup>" + base + "<mo>⊤</mo></msup>"
}

func (mathML) slice(base, indices string) string {
	return "<msub>" + base + "<mtext>[" + indices + "]</mtext></msub>"
}

func (mathML) call(name string, args []string) string {
	return "<mrow><mi>" + XMLText(name) + "</mi><mrow><mo>(</mo>" + strings.Join(args, "<mo>,</mo>") + "<mo>)</mo></mrow></mrow>"
}

// XMLText escapes text.
func XMLText(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a Builder does not fail
	return b.String()
}
