package main

import (
	"cmp"
	"fmt"
	"slices"

	"chainrule/internal/words"
)

// initOf returns the name of the initialiser of the layer before an activation.
func (c config) initOf(activation string) string {
	switch {
	case c.init != "":
		return c.init
	case c.csv == "" && c.data == "flower" && len(c.hidden) < 2:
		return "normal" // as published
	}
	switch activation {
	case "relu", "leaky-relu", "elu", "silu", "gelu", "softplus":
		return "he"
	}
	return "glorot"
}

// defaultScale is the factor of the first weights if none is given: numbers
// drawn without regard to the size of the layer are too large for a network.
func (c config) defaultScale() float64 {
	switch c.initOf("") {
	case "normal", "uniform":
		return 0.01
	}
	return 1
}

// initNames returns the names of the initialisers of all layers.
func (p *problem) initNames() []string {
	var names []string
	for _, a := range p.activations() {
		names = append(names, p.initOf(a))
	}
	return names
}

// describeWeights says what the first weights are.
func (p *problem) describeWeights() string {
	if from := cmp.Or(p.resume, p.initFrom); from != "" {
		return "those of " + from
	}
	before := map[string][]string{} // activations by initialiser
	for i, name := range p.initNames() {
		if a := p.activations()[i]; !slices.Contains(before[name], a) {
			before[name] = append(before[name], a)
		}
	}
	var kinds []string
	for _, name := range words.Distinct(p.initNames()) {
		text := describeInit(name)
		if p.scale != 1 && name != "zeros" {
			text = fmt.Sprintf("%v times %s", p.scale, text)
		}
		if len(before) > 1 {
			text += " before " + words.List(before[name], "and")
		}
		kinds = append(kinds, text)
	}
	text := words.List(kinds, "and")
	if p.init == "zeros" {
		return text
	}
	return fmt.Sprintf("%s with seed %d", text, p.seed)
}

// describeInit says what an initialiser makes.
func describeInit(name string) string {
	return map[string]string{
		"zeros":   "0",
		"normal":  "NumPy's randn",
		"uniform": "numbers uniform from -1 to 1",
		"glorot":  "Glorot's",
		"he":      "He's",
		"lecun":   "LeCun's",
	}[name]
}
