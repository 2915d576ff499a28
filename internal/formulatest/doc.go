// Package formulatest evaluates printed formulas, so that tests can hold texts to
// what programs compute. It knows no graph: a function that formulas may call is a
// row of its own table.
//
// It imports internal/handgrad for its matrices.
package formulatest
