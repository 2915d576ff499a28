// Package explain writes down how a cost is computed and how the chain rule leads
// from it back to its gradient: line by line in the notation of the notes, each
// with its shape and its rule, as text, LaTeX, Markdown and HTML.
//
// The formulas come from graph.Script, and the derivative of a function is the one
// that its operation states, so that nothing here repeats a derivative. What stands
// here is the order of the lines, the words for the rules (rules.go) and the
// documents (text.go, latex.go, markdown.go, html.go). It imports graph and
// internal/term; a new kind of document is a method of Derivation in a file of its
// own.
package explain
