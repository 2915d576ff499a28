package explain

import (
	"chainrule/graph"
	"gorgonia.org/tensor"
)

// A Language is one that programs are written in. Its value is its name, as flags and
// files have it.
type Language string

const (
	// NumPy is a Python script that needs numpy alone.
	NumPy Language = "numpy"

	// Go is a Go program that builds the same nodes by this library.
	Go Language = "go"

	// GoLoops is a Go program of plain loops over arrays. Its functions forward, backward and
	// update import nothing but math, and that only where there are functions such as exp;
	// what prints the result imports fmt and strings.
	GoLoops Language = "go-loops"
)

// LanguageNames returns the names of the languages.
func LanguageNames() []string { return []string{string(NumPy), string(Go), string(GoLoops)} }

// maxLiterals is how many numbers a program may begin with.
const maxLiterals = 20_000

// A Program says how a derivation is written as a program that runs on its own.
type Program struct {
	// Language must be given.
	Language Language

	// Feeds are the values of the inputs, those that updates read, such as rates, among them.
	Feeds graph.Feeds

	// Updates are what ends a step, all at once: see graph.Spec. Parameters keep their values
	// without them. [chainrule/optim.Trainer.Updates] gives those of a rule. They are in the graph
	// of the derivation.
	Updates []graph.Update

	// Steps is how many steps the program takes; if 0, 1.
	Steps int
}

// Program writes the derivation as a program that runs on its own: forward pass, backward
// pass and update, one line of code, or in plain loops one nest of them, for each line of
// the derivation, called by the same names, with its formula and shape beside it. Inputs and
// parameters have their present values, written with all digits.
//
// At the end the program prints the cost and the gradients, as the last step computed them,
// and the parameters that were updated: a line of JSON for each,
//
//	{"name": "dW1", "shape": [4, 2], "values": [0.25, …]}
//
// with numbers that are not finite as strings. It computes in float64, in an order of its
// own, so that its numbers differ from the engine's by rounding: 1e-12 of the largest entry
// for networks of some ten units. Where a cross-entropy has a formula in which terms cancel,
// it is that formula that is computed.
//
// Errors are a language that is not known, a graph of float32, values that Feeds lacks or that
// do not fit, more than 20,000 numbers to begin with, and an operation that has no
// [graph.Source] in the language, such as one of the user's own; the error names it. The steps
// that an operation is written by are added to the graph, as Derive adds the gradients.
func (d *Derivation) Program(p Program) (code string, err error) {
	defer func() { // of a user's Source
		if r := recover(); r != nil {
			err = graph.Recovered("Source", r)
		}
	}()
	w, err := newProgrammer(d.orEmpty(), p)
	if err != nil {
		return "", err
	}
	if err := w.write(p.Updates); err != nil {
		return "", err
	}
	return w.language.document(w)
}

// A programmer writes one program.
type programmer struct {
	*Derivation
	language language
	steps    int
	idents   map[*graph.Node]string      // of the nodes that have a line
	taken    map[string]bool             // identifiers
	instead  map[*graph.Node]*graph.Node // by which steps operations are written
	read     map[string]bool             // identifiers that stand in code
	given    []*statement
	passes   []pass
	shown    []*statement
	updates  []assignment
	needs    []string // functions that are called
	examples int      // m, if the code has it
	err      error    // the first
}

// A statement gives an identifier the value of a node.
type statement struct {
	node    *graph.Node
	symbol  string
	ident   string
	formula string
	code    []string
	value   *tensor.Dense // of what is given
}

// A pass is a part of a step.
type pass struct {
	name       string
	statements []*statement
}

// An assignment ends a step.
type assignment struct{ to, from *statement }

// A language writes the parts of a program.
type language interface {
	// template returns how the language writes an operation, "" if it does not.
	template(s graph.Source) string

	// definition returns a function of the language, "" if it has none.
	definition(d graph.Definition) string

	// joins makes an identifier of words.
	join(words []string) string

	// reserved are identifiers that a program of the language has otherwise.
	reserved() string

	// own reports whether n, which stands in the line of another node, is to have a line of
	// its own; within tells of what it is an operand there, the line's node first.
	own(w *programmer, n *graph.Node, within []*graph.Node) bool

	// line writes a statement.
	line(w *programmer, s *statement) []string

	document(w *programmer) (string, error)
}

var languages = map[Language]language{NumPy: numPy{}, Go: library{}, GoLoops: loops{}}
