// Package answer writes what a model said of examples, in the user's names: as rows of a CSV
// file and as JSON. The commands of demo and the handler of layers/predict/serve write the
// same.
//
// It imports layers/predict, internal/schema, internal/experiment by way of it, and the
// standard library. Another format is a method beside CSV and JSON.
package answer
