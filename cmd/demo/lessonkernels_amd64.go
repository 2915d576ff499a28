//go:build !purego

package main

import "golang.org/x/sys/cpu"

// sameKernels tells that numbers are computed to the bit as on all machines with
// AVX2 or AVX-512, where the lessons in docs are written.
var sameKernels = cpu.X86.HasAVX2 && cpu.X86.HasFMA && cpu.X86.HasBMI1 && cpu.X86.HasBMI2
