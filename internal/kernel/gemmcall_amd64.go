//go:build !purego

package kernel

import "unsafe"

//go:generate go run -C gen ./gemm -out ../gemm_amd64.s -stubs ../gemm_stubs_amd64.go -pkg kernel

// tileArgs is what the tiles functions take. Strides are in bytes. B has
// contiguous rows; panel is how far it is from two vectors of columns to the
// next two. After each k rows of A's columns and B's rows but the last, the next of the jumps is
// added to the place in B. The generator knows the order of the fields.
type tileArgs struct {
	m, n, k  int
	a        unsafe.Pointer
	ars, acs int
	b        unsafe.Pointer
	brs      int
	panel    int
	c        unsafe.Pointer
	crs      int
	add      int            // 0 to set C, 1 to add to C
	block    int            // from one block of the tallest tile's rows of A to the next
	jump     unsafe.Pointer // the first of the jumps, nil if there are none
	jumpEnd  uintptr        // the address behind the last
	_        [4]uintptr     // for the function itself
}

// A change of tileArgs must be made in the generator, too.
var _ [19 * 8]byte = [unsafe.Sizeof(tileArgs{})]byte{}

// geometry is what the driver must know of the tiles of T.
type geometry struct {
	height, panel int // of the tallest tile: rows, columns
}

func tileGeometry[T Float]() geometry {
	bytes, height := 64, 6
	if level == avx512 {
		bytes, height = 128, 12
	}
	return geometry{height, bytes / int(unsafe.Sizeof(T(0)))}
}

func callTiles[T Float](args *tileArgs) {
	p := (*byte)(unsafe.Pointer(args))
	switch wide := level == avx512; {
	case unsafe.Sizeof(T(0)) == 4 && wide:
		tiles32AVX512(p)
	case unsafe.Sizeof(T(0)) == 4:
		tiles32AVX2(p)
	case wide:
		tiles64AVX512(p)
	default:
		tiles64AVX2(p)
	}
}

// callDots sets c[i*crs], i < rows, to the product of row i of a, which is
// contiguous, with b.
func callDots[T Float](c []T, crs int, a []T, ars int, b []T, rows, k int) {
	size := int(unsafe.Sizeof(T(0)))
	pc, pa, pb := unsafe.Pointer(&c[0]), unsafe.Pointer(&a[0]), unsafe.Pointer(&b[0])
	crs, ars = crs*size, ars*size
	switch wide := level == avx512; {
	case size == 4 && wide:
		dots32AVX512((*float32)(pc), crs, (*float32)(pa), ars, (*float32)(pb), rows, k)
	case size == 4:
		dots32AVX2((*float32)(pc), crs, (*float32)(pa), ars, (*float32)(pb), rows, k)
	case wide:
		dots64AVX512((*float64)(pc), crs, (*float64)(pa), ars, (*float64)(pb), rows, k)
	default:
		dots64AVX2((*float64)(pc), crs, (*float64)(pa), ars, (*float64)(pb), rows, k)
	}
}

// copyPanel copies rows of width entries, at most two vectors, from src to dst,
// and may clear up to a vector of dst behind each row.
func copyPanel[T Float](dst []T, drs int, src []T, srs, rows, width int) {
	size := int(unsafe.Sizeof(T(0)))
	pd, ps := unsafe.Pointer(&dst[0]), unsafe.Pointer(&src[0])
	drs, srs = drs*size, srs*size
	switch wide := level == avx512; {
	case size == 4 && wide:
		copyPanel32AVX512((*float32)(pd), drs, (*float32)(ps), srs, rows, width)
	case size == 4:
		copyPanel32AVX2((*float32)(pd), drs, (*float32)(ps), srs, rows, width)
	case wide:
		copyPanel64AVX512((*float64)(pd), drs, (*float64)(ps), srs, rows, width)
	default:
		copyPanel64AVX2((*float64)(pd), drs, (*float64)(ps), srs, rows, width)
	}
}

// transpose sets dst[j*drs+i] to src[i*srs+j] for i < rows and j < cols. It may
// write up to three entries behind each row of dst, but does so before it writes
// the start of any row.
func transpose[T Float](dst []T, drs int, src []T, srs, rows, cols int) {
	size := int(unsafe.Sizeof(T(0)))
	pd, ps := unsafe.Pointer(&dst[0]), unsafe.Pointer(&src[0])
	if size == 4 {
		transpose32((*float32)(pd), drs*size, (*float32)(ps), srs*size, rows, cols)
	} else {
		transpose64((*float64)(pd), drs*size, (*float64)(ps), srs*size, rows, cols)
	}
}
