// Package npz writes and reads archives of arrays in NumPy's format, as numpy.savez does
// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0).
//
// It imports internal/safetensors for what an array is that is written, internal/experiment
// for how errors shorten a text, and the standard library.
package npz
