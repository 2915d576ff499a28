//go:build !amd64 || purego

package main

// sameKernels tells that numbers are computed to the bit as on all machines with
// AVX2 or AVX-512, where the lessons in docs are written.
const sameKernels = false
