// Package schema says what the numbers that a network takes and gives stand for:
// which columns of a table its inputs are made of, how texts become numbers, what
// it predicts and what the classes are called. A [Schema] is a plain struct and its
// own JSON, so that new data are encoded as the data trained on were, wherever a
// model goes.
//
//   - schema.go: the struct; check.go, json.go: what may come from a file that
//     nobody knows.
//   - match.go: columns found by name; encode.go: from cells to inputs; number.go:
//     a number in a cell; text.go: cells and names in messages.
//
// It imports the standard library, internal/nearest and internal/words. Another way to encode a
// column is a field of [Column] with its case in Check, Inputs and Encode.
package schema
