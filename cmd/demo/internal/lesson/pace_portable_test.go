//go:build !amd64 || purego

package lesson

// portable reports whether the kernels are those of every machine, which take
// several times as long.
const portable = true
