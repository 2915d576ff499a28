// Package explain writes down how a cost is computed and how the chain rule leads
// from it back to its gradient: line by line in the notation of the notes, each
// with its shape and its rule, as text, LaTeX, Markdown and HTML; and writes the same
// lines as programs that run on their own.
//
// The formulas come from graph.Script, and the derivative of a function is the one
// that its operation states, so that nothing here repeats a derivative. What stands
// here is the order of the lines, the words for the rules (rules.go) and the
// documents (text.go, latex.go, markdown.go, html.go). It imports graph and
// internal/term; a new kind of document is a method of Derivation in a file of its
// own.
//
// Programs are written in program.go by what operations say of themselves, their
// graph.Source: which lines there are and what they are called. expression.go puts the
// templates together; numpy.go, golibrary.go and goloops.go are the languages, and a new
// one is a type with the methods of language and a row of its table.
package explain
