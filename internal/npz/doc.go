// Package npz writes archives of arrays in NumPy's format, as numpy.savez does
// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0).
//
// It imports internal/safetensors for what an array is, and the standard library. The
// reader of demo grad, in cmd/demo/internal/netspec, takes what is written.
package npz
