// Package words writes numbers, lists, shapes and paragraphs for people, the
// same way in every message, report and formula. It imports the standard library
// only; what is written in one place belongs there and not here.
package words
