//go:build js && wasm

// Command wasm is the playground without a server: a session in a worker of the browser,
// where the page finds it by messages instead of by HTTP. Package static builds it.
//
// A message to the worker is {id, request}, or {taken: true} after an event; one from it is
// {id, reply}, {id, error, path} or {event}. Requests, replies and events are the texts of
// JSON that package play has. The next event comes when the one before was taken.
//
// worker.js starts it; main.go is the rest. It imports play alone.
package main
