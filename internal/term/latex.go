package term

import (
	"fmt"
	"strings"
	"unicode"
)

// latex writes mathematics for LaTeX with amsmath, as in dW^{[2]}.
type latex struct{}

// layerEnd is the end of a symbol with the number of a layer.
const layerEnd = "]}"

func (n latex) symbol(name string) string {
	if of, by, ok := splitPartial(name); ok {
		return `\frac{\partial ` + n.symbol(of) + `}{\partial ` + n.symbol(by) + "}"
	}
	prefix, letters, digits := splitSymbol(name)
	switch {
	case letters == "":
		return `\text{` + LaTeXText(name) + "}"
	case greek[letters] != "":
		letters = greek[letters]
	case len(letters) > 1:
		letters = `\mathrm{` + letters + "}"
	}
	switch {
	case digits == "":
		return prefix + letters
	case isLayerLetter(letters):
		return prefix + letters + "^{[" + digits + layerEnd
	}
	return prefix + letters + "_{" + digits + "}"
}

func (latex) number(digits string) string {
	sign, mantissa, exponent := splitNumber(digits)
	switch mantissa {
	case "Inf":
		mantissa = `\infty`
	case "NaN":
		mantissa = `\mathrm{NaN}`
	}
	if exponent != "" {
		mantissa += ` \cdot 10^{` + strings.Replace(exponent, "−", "-", 1) + "}"
	}
	return strings.Replace(sign, "−", "-", 1) + mantissa
}

func (latex) group(s string) string    { return `\left(` + s + `\right)` }
func (latex) negative(s string) string { return "-" + s }
func (latex) infix(a, sign, b string) string {
	return a + " " + latexRune([]rune(sign)[0]) + " " + b
}
func (latex) fraction(a, _, b string) string { return `\frac{` + a + "}{" + b + "}" }
func (latex) stacks() bool                   { return true }
func (latex) sum(s string) string            { return `\sum ` + s }

func (latex) slice(base, indices string) string {
	if strings.Contains(base, "_{") { // which takes no second one
		base = "{" + base + "}"
	}
	indices = "[" + indices + "]"
	if strings.ContainsFunc(indices, unicode.IsLetter) { // words, as kept 1
		indices = `\text{` + LaTeXText(indices) + "}"
	}
	return base + "_{" + indices + "}"
}

func (n latex) power(base, exponent string) string {
	if strings.HasSuffix(base, layerEnd) {
		base = n.group(base)
	}
	return base + "^{" + n.number(exponent) + "}"
}

func (latex) transpose(base string) string {
	if inside, ok := strings.CutSuffix(base, "}"); ok && strings.HasSuffix(base, layerEnd) {
		return inside + `\top}`
	}
	return base + `^{\top}`
}

func (latex) call(name string, args []string) string {
	switch name {
	case "exp", "log", "sin", "cos", "tanh", "max", "min":
		name = `\` + name
	case "σ":
		name = `\sigma`
	case "Φ":
		name = `\Phi`
	default:
		name = `\operatorname{` + latexOperator(name) + "}"
	}
	return name + `\left(` + strings.Join(args, ", ") + `\right)`
}

// latexOperator writes the name of a function without a command of its own.
func latexOperator(name string) string {
	if strings.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) }) < 0 {
		return name
	}
	return `\text{` + LaTeXText(name) + "}"
}

// LaTeXText writes text with signs of formulas in it, as names and rules have.
func LaTeXText(s string) string {
	var b strings.Builder
	for _, r := range s {
		sign := latexRune(r)
		switch {
		case strings.ContainsRune(`{}$&#%_`, r):
			b.WriteString(`\` + string(r))
		case r == '\\', r == '^', r == '~':
			fmt.Fprintf(&b, `\char%d{}`, r)
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case strings.ContainsRune("<>|", r), sign != string(r):
			b.WriteString("$" + sign + "$")
		case r < unicode.MaxASCII && r >= ' ', r >= 'À' && r <= 'ÿ' && r != '×' && r != '÷':
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "[U+%04X]", r)
		}
	}
	return b.String()
}

// latexRune returns the command for a sign of formulas, any other rune as it is.
func latexRune(r rune) string {
	switch r {
	case '·':
		return `\cdot`
	case '⊙':
		return `\odot`
	case '−':
		return "-"
	case '≥':
		return `\ge`
	case 'Σ':
		return `\Sigma`
	case '∂':
		return `\partial`
	case 'σ':
		return `\sigma`
	case 'Φ':
		return `\Phi`
	case 'φ':
		return `\varphi`
	case '′':
		return "'"
	case '²':
		return "^2"
	case 'ᵀ':
		return `^\top`
	case '…':
		return `\ldots`
	}
	return string(r)
}
