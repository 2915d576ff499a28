// Package shipped holds small data sets as CSV files, so that the programs have
// real ones wherever they run. README.md beside them tells their source and licence.
//
// It imports the standard library only. Another set is a CSV file here, with its
// lines in README.md.
package shipped
