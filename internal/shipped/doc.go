// Package shipped holds small data sets as CSV files, so that the demo has real
// ones wherever it runs. README.md beside them tells their source and licence.
//
// It imports the standard library only. Another set is a CSV file here, with its
// lines in README.md.
package shipped
