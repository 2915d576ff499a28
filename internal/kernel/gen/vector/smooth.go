package main

import "fmt"

// smoothUnary is a function with an error of its own, in units of the last place
// for float64 and float32: the largest that the tests found, rounded up. For
// float32 they have looked at every value, but for Atan and Erf at one in 28,693.
func smoothUnary(name, code, doc string, double, single float64, body func(m *machine) func(in []vec) vec) function {
	return function{name: name, code: code, doc: doc, slices: 1, body: body, ulp: [2]float64{double, single}}
}

var smooth = []function{
	smoothUnary("exp", "Exp", "e^x[i]", 1, 1, (*machine).expBody),
	smoothUnary("expm1", "Expm1", "e^x[i] − 1", 1.9, 1.9, (*machine).expm1Body),
	smoothUnary("log", "Log", "ln x[i]", 1, 1, each(func(m *machine, in []vec) vec { return m.log(in[0]) })),
	smoothUnary("log1p", "Log1p", "ln(1 + x[i])", 1, 1, (*machine).log1pBody),
	smoothUnary("tanh", "Tanh", "tanh x[i]", 1.9, 1.9, (*machine).tanhBody),
	smoothUnary("sigmoid", "Sigmoid", "1/(1 + e^−x[i])", 1.5, 1.5, (*machine).sigmoidBody),
	smoothUnary("softplus", "Softplus", "ln(1 + e^x[i])", 2, 2, (*machine).softplusBody),
	smoothUnary("silu", "SiLU", "x[i]/(1 + e^−x[i])", 1.9, 1.9, (*machine).siluBody),
	smoothUnary("elu", "ELU", "x[i] if that is above 0, else e^x[i] − 1", 1.2, 1.2, (*machine).eluBody),
	smoothUnary("normalCDF", "NormalCDF", "Φ(x[i])", 2, 1, normalBody(false)),
	smoothUnary("gelu", "GELU", "x[i]·Φ(x[i])", 2, 1, normalBody(true)),
	smoothUnary("atan", "Atan", "the angle in (−π/2, π/2) whose tangent is x[i]", 1, 1, (*machine).atanBody),
	smoothUnary("erf", "Erf", "erf x[i], the error function 2Φ(x[i]·√2) − 1", 1, 1, (*machine).erfBody),
	{name: "xLogY", code: "XLogY", doc: "x[i]·ln y[i], and 0 if x[i] = 0", slices: 2, ulp: [2]float64{2, 2},
		body: each(func(m *machine, in []vec) vec { return m.xLogY(in[0], in[1]) })},
	{name: "sigmoidCrossEntropy", code: "SigmoidCrossEntropy", doc: "ln(1 + e^x[i]) − x[i]·y[i], for y[i] from 0 to 1", slices: 2, ulp: [2]float64{3, 3},
		body: (*machine).sigmoidCrossEntropyBody},
}

// portable lists the functions that have a Code and no vector loops.
var portable = []function{
	{code: "Copy", doc: "x[i]"},
	{code: "Sin", doc: "sin x[i]"},
	{code: "Cos", doc: "cos x[i]"},
}

// docFor returns what a loop says of itself.
func (m *machine) docFor(f function) string {
	doc := "sets dst[i] to " + f.doc
	if ulp := pick(m, f.ulp[0], f.ulp[1]); ulp > 0 {
		doc += fmt.Sprintf(", with an error of at most %v ulp", ulp)
	}
	return doc + "."
}
