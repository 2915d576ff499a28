package kernel

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"unsafe"
)

// fenced returns n entries that end where a page begins that must not be
// touched, or if front that begin where such a page ends.
func fenced[T Float](t *testing.T, n int, front bool) []T {
	page := syscall.Getpagesize()
	mem, err := syscall.Mmap(-1, 0, 3*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skip("no memory from mmap: ", err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(mem) })
	for _, at := range []int{0, 2 * page} {
		if err := syscall.Mprotect(mem[at:at+page], syscall.PROT_NONE); err != nil {
			t.Skip("no protected page: ", err)
		}
	}
	all := unsafe.Slice((*T)(unsafe.Pointer(&mem[page])), page/int(unsafe.Sizeof(T(0))))
	if front {
		return all[:n:n]
	}
	return all[len(all)-n:]
}

func TestVectorStaysInside(t *testing.T) {
	t.Run("float64", func(t *testing.T) { eachLevel(t, testStaysInside[float64]) })
	t.Run("float32", func(t *testing.T) { eachLevel(t, testStaysInside[float32]) })
}

func testStaysInside[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	for _, front := range []bool{false, true} {
		const longest = 100
		x, y := fenced[T](t, longest, front), fenced[T](t, longest, front)
		dst := fenced[T](t, longest, front)
		cut := func(v []T, n int) []T {
			if front {
				return v[:n:n]
			}
			return v[longest-n:]
		}
		copy(x, random[T](rng, longest, true))
		copy(y, random[T](rng, longest, true))
		for n := range longest + 1 {
			for _, l := range loopCases[T]() {
				l.make()(cut(dst, n), [][]T{cut(x, n), cut(y, n)})
			}
			Sum16(cut(x, n))
			InUnit(cut(x, n))
			AllFinite(cut(x, n))
			var p Partial16[T]
			p.Add(cut(x, n))
			if n > 0 {
				Largest(cut(x, n))
				Smallest(cut(x, n))
			}
		}
	}
}
