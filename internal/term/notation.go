package term

import "strings"

// A notation writes the parts of formulas, whose own parts are written already.
type notation interface {
	symbol(name string) string
	number(digits string) string
	group(s string) string // in parentheses
	negative(s string) string
	infix(a, sign, b string) string
	fraction(a, sign, b string) string
	stacks() bool // fractions need no parentheses
	sum(s string) string
	power(base, exponent string) string
	transpose(base string) string
	slice(base, indices string) string
	call(name string, args []string) string
}

// plain writes a line of text, as in dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²).
type plain struct{}

func (plain) symbol(name string) string         { return name }
func (plain) number(digits string) string       { return digits }
func (plain) group(s string) string             { return "(" + s + ")" }
func (plain) negative(s string) string          { return "−" + s }
func (plain) fraction(a, sign, b string) string { return a + sign + b }
func (plain) stacks() bool                      { return false }
func (plain) sum(s string) string               { return "Σ " + s }
func (plain) power(base, exponent string) string {
	return base + superscript(exponent)
}
func (plain) transpose(base string) string      { return base + "ᵀ" }
func (plain) slice(base, indices string) string { return base + "[" + indices + "]" }

func (plain) infix(a, sign, b string) string {
	if sign == "·" {
		return a + sign + b
	}
	return a + " " + sign + " " + b
}

func (plain) call(name string, args []string) string {
	return name + "(" + strings.Join(args, ", ") + ")"
}

// superscript writes an exponent: ³ if it is a small whole number, ^2.5 if not.
func superscript(exponent string) string {
	digits := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	size, negative := strings.CutPrefix(exponent, "−")
	switch {
	case len(size) == 1 && size[0] >= '0' && size[0] <= '9':
		s := string(digits[size[0]-'0'])
		if negative {
			return "⁻" + s
		}
		return s
	case negative:
		return "^(" + exponent + ")"
	}
	return "^" + exponent
}

// splitSymbol takes a symbol apart: dW2 is d, W and 2, dγ1 is d, γ and 1, and cost is one
// word. A name that is not made of letters, or β or γ, and then digits has no parts.
func splitSymbol(name string) (prefix, letters, digits string) {
	letters = strings.TrimRight(name, "0123456789")
	digits = name[len(letters):]
	core := strings.TrimLeft(letters, "d")
	if letters == "" || greek[core] == "" && strings.Trim(letters, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "", "", ""
	}
	if len(core) == 1 || greek[core] != "" {
		prefix, letters = letters[:len(letters)-len(core)], core
	}
	return prefix, letters, digits
}

// greek are the letters of parameters that are no Latin ones, and what LaTeX calls them.
var greek = map[string]string{"β": `\beta`, "γ": `\gamma`}

// splitPartial takes ∂J/∂Z1 apart, the symbol of a partial derivative: J and Z1.
func splitPartial(name string) (of, by string, ok bool) {
	of, by, ok = strings.Cut(name, "/∂")
	of, starts := strings.CutPrefix(of, "∂")
	return of, by, ok && starts && of != "" && by != ""
}

// isLayerLetter tells the letters whose number is that of a layer.
func isLayerLetter(letter string) bool { return len(letter) == 1 && strings.Contains("WbZA", letter) }

// splitNumber takes a number apart: −2.5e−05 is −, 2.5 and −5.
func splitNumber(digits string) (sign, mantissa, exponent string) {
	size, negative := strings.CutPrefix(digits, "−")
	if negative {
		sign = "−"
	}
	mantissa, exponent, _ = strings.Cut(strings.TrimPrefix(size, "+"), "e")
	if small, ok := strings.CutPrefix(exponent, "−"); ok {
		return sign, mantissa, "−" + strings.TrimLeft(small, "0")
	}
	return sign, mantissa, strings.TrimLeft(exponent, "+0")
}
