// Package term holds formulas as trees and writes them as text, LaTeX and
// MathML. It knows no graph: package graph makes the terms of its nodes, and
// what documents them writes the terms.
//
// It imports nothing of ours. A new notation is a type with the methods of
// notation; a new form of a formula is a kind of term and a method of every
// notation.
package term
