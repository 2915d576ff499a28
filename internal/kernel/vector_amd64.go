//go:build amd64 && !purego

package kernel

import "unsafe"

//go:generate go run -C gen ./vector

// shortOperand is where loops in assembly end if an operand is shorter than the
// result.
func shortOperand() { panic("kernel: an operand is shorter than the result") }

var _ = shortOperand // used by assembly only

// isDouble reports whether T is float64. It is a constant to the compiler.
func isDouble[T Float]() bool { return unsafe.Sizeof(T(0)) == 8 }

// as returns f, a loop for the type that T is, as one for T; nil for nil.
func as[T any](f any) T {
	loop, _ := f.(T)
	return loop
}

// vectorUnary returns the vector loop for c, nil if there is none.
func vectorUnary[T Float](c Code) func(dst, x []T) {
	if isDouble[T]() {
		return as[func(dst, x []T)](unaryF64[level][c])
	}
	return as[func(dst, x []T)](unaryF32[level][c])
}

// vectorBinary returns the vector loop for c, nil if there is none.
func vectorBinary[T Float](c Code) func(dst, x, y []T) {
	if isDouble[T]() {
		return as[func(dst, x, y []T)](binaryF64[level][c])
	}
	return as[func(dst, x, y []T)](binaryF32[level][c])
}

// vectorScaled returns the vector loop for c, nil if there is none.
func vectorScaled[T Float](c Code) func(dst, x, y []T, c T) {
	if isDouble[T]() {
		return as[func(dst, x, y []T, c T)](scaledF64[level][c])
	}
	return as[func(dst, x, y []T, c T)](scaledF32[level][c])
}

// vectorMixed returns the vector loop for c, nil if there is none.
func vectorMixed[T Float](c Code) func(dst, x, y []T, c, d T) {
	if isDouble[T]() {
		return as[func(dst, x, y []T, c, d T)](mixedF64[level][c])
	}
	return as[func(dst, x, y []T, c, d T)](mixedF32[level][c])
}

// vectorScalar is vectorUnary for a loop with a number, left of the slice or
// right of it.
func vectorScalar[T Float](c Code, left bool) func(dst, x []T, c T) {
	switch {
	case left && isDouble[T]():
		return as[func(dst, x []T, c T)](scalarLeftF64[level][c])
	case left:
		return as[func(dst, x []T, c T)](scalarLeftF32[level][c])
	case isDouble[T]():
		return as[func(dst, x []T, c T)](scalarF64[level][c])
	}
	return as[func(dst, x []T, c T)](scalarF32[level][c])
}

// f64 and f32 return x as the type that T is.
func f64[T Float](x []T) []float64 {
	return unsafe.Slice((*float64)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

func f32[T Float](x []T) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}

// vectorSum16 is Sum16, if ok.
func vectorSum16[T Float](x []T) (sum T, ok bool) {
	switch {
	case level == portable:
		return 0, false
	case isDouble[T]() && level == avx2:
		return T(sum16F64AVX2(f64(x))), true
	case isDouble[T]():
		return T(sum16F64AVX512(f64(x))), true
	case level == avx2:
		return T(sum16F32AVX2(f32(x))), true
	}
	return T(sum16F32AVX512(f32(x))), true
}

// vectorAddPart adds x to the interleaved partial sums, if it returns true.
func vectorAddPart[T Float](part *[lanes]T, x []T) bool {
	switch {
	case level == portable:
		return false
	case isDouble[T]() && level == avx2:
		addPartF64AVX2((*[lanes]float64)(unsafe.Pointer(part)), f64(x))
	case isDouble[T]():
		addPartF64AVX512((*[lanes]float64)(unsafe.Pointer(part)), f64(x))
	case level == avx2:
		addPartF32AVX2((*[lanes]float32)(unsafe.Pointer(part)), f32(x))
	default:
		addPartF32AVX512((*[lanes]float32)(unsafe.Pointer(part)), f32(x))
	}
	return true
}

// vectorLargest joins x to the entries of best, if it returns true.
func vectorLargest[T Float](best *[lanes]T, x []T) bool {
	switch {
	case level == portable:
		return false
	case isDouble[T]() && level == avx2:
		largestF64AVX2((*[lanes]float64)(unsafe.Pointer(best)), f64(x))
	case isDouble[T]():
		largestF64AVX512((*[lanes]float64)(unsafe.Pointer(best)), f64(x))
	case level == avx2:
		largestF32AVX2((*[lanes]float32)(unsafe.Pointer(best)), f32(x))
	default:
		largestF32AVX512((*[lanes]float32)(unsafe.Pointer(best)), f32(x))
	}
	return true
}

// vectorSmallest joins x to the entries of best, if it returns true.
func vectorSmallest[T Float](best *[lanes]T, x []T) bool {
	switch {
	case level == portable:
		return false
	case isDouble[T]() && level == avx2:
		smallestF64AVX2((*[lanes]float64)(unsafe.Pointer(best)), f64(x))
	case isDouble[T]():
		smallestF64AVX512((*[lanes]float64)(unsafe.Pointer(best)), f64(x))
	case level == avx2:
		smallestF32AVX2((*[lanes]float32)(unsafe.Pointer(best)), f32(x))
	default:
		smallestF32AVX512((*[lanes]float32)(unsafe.Pointer(best)), f32(x))
	}
	return true
}

// vectorInUnit is InUnit, if ok.
func vectorInUnit[T Float](x []T) (in, ok bool) {
	switch {
	case level == portable:
		return false, false
	case isDouble[T]() && level == avx2:
		return unitF64AVX2(f64(x)), true
	case isDouble[T]():
		return unitF64AVX512(f64(x)), true
	case level == avx2:
		return unitF32AVX2(f32(x)), true
	}
	return unitF32AVX512(f32(x)), true
}

// vectorAllFinite is AllFinite, if ok.
func vectorAllFinite[T Float](x []T) (all, ok bool) {
	switch {
	case level == portable:
		return false, false
	case isDouble[T]() && level == avx2:
		return finiteF64AVX2(f64(x)), true
	case isDouble[T]():
		return finiteF64AVX512(f64(x)), true
	case level == avx2:
		return finiteF32AVX2(f32(x)), true
	}
	return finiteF32AVX512(f32(x)), true
}
