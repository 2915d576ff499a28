// Package static makes a folder of files that is the playground without a server of its own:
// the page, and the engine for a worker of the browser, which the Go toolchain builds from
// this module's source. Whatever serves files serves the playground then.
//
// It imports web, for the page, and files; what package main of wasm imports is in the engine.
package static
