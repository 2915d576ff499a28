// Package screentest stands in for a terminal in tests: a screen that understands
// the control sequences that demo writes and no others, and, on Linux, a real
// pseudo-terminal with a program behind it. What it says of a screen owes nothing to
// the package that draws.
//
// It imports the standard library and golang.org/x/sys only; only tests import it.
package screentest
