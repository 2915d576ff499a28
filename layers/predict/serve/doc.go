// Package serve answers over HTTP what a trained model says: a [Handler] that any server of
// package net/http can have, and that takes a new file of the model without a request lost.
//
//	POST /predict   examples in, as JSON or CSV; answers out, as JSON or CSV
//	GET  /model     what the model is, as JSON
//	GET  /healthz   "ok"
//	GET  /metrics   counts and times in the text format of Prometheus
//
// # Requests
//
// With the content type application/json, or none, a body has one of the fields
//
//	{"rows": [{"weight": 120, "colour": "red"}, …]}   columns by name
//	{"inputs": [[120, 0, 1], …]}                      numbers as the network takes them
//
// A row has all columns of the model, in any order; others are not looked at, null is a
// missing cell, and a text where a number belongs is read as a cell of a table is. With
// text/csv a body is a table as RFC 4180 has it, with a header; semicolons or tabs may stand
// between cells in place of commas, and then commas may be the mark of decimals, in all of
// the table or nowhere.
//
// Answers are in the order of the examples, as the header Accept asks, JSON if it does not:
//
//	{"predictions": [{"class": "apple", "probabilities": {"apple": 0.9, "banana": 0.1}}, …]}
//	{"predictions": [{"values": {"price": 12.5}}, …]}
//	{"predictions": [{"outputs": [0.9, 0.1]}, …]}     of a model that has no names
//
// and in CSV a column with the class and one for the probability of each, or the numbers. If
// anything in a request is wrong, none of it is answered:
//
//	{"error": {"status": 400, "message": "row 2, column weight: …", "row": 2, "column": "weight"}}
//
// where rows and inputs count from 1, and lines of CSV with the header.
//
// # Where things are
//
//   - handler.go: Handler and where a path leads; model.go: files of models, and new ones;
//     predict.go: a prediction from the request to the answer; jsonbody.go and csvbody.go:
//     examples; jsonscan.go: JSON without a copy; accept.go: types of content; problem.go:
//     what is wrong with a request; metrics.go.
//
// It imports layers/predict, internal/answer, modelfile, schema and experiment, and the
// standard library. Another type of content is a case in predict.go.
package serve
