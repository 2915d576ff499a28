// Package play is the playground without its page: a [Session] trains one network, or two
// that differ in one thing, goes back to any step, and answers requests, which are JSON, as
// its replies and events are. It knows no transport: package server puts HTTP around it, and
// package main of wasm a worker of a browser.
//
// A request is a row of the table in requests.go, and the file of its feature holds its
// handler. What is trained is a [run]; clock.go moves all runs together, snapshot.go takes
// them back, frame.go and fields.go say what they look like.
//
// Mistakes that a run can make are a row each of mistakes.go; kinds of goals of worksheets are
// rows of class_goal.go, and files that a run is exported as those of export.go. lessons.json is
// written by go generate.
//
// It imports the library, experiments and internal packages, and nothing that draws, serves
// or does not build for js/wasm: neither plotting, graph/draw and lessons, nor net/http.
package play
