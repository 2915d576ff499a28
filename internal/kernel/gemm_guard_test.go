//go:build linux

package kernel

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"unsafe"
)

// besideGuard returns n entries that end where a page begins that must not be
// touched, or start where one ends.
func besideGuard[T Float](t *testing.T, n int, atEnd bool) []T {
	t.Helper()
	page := syscall.Getpagesize()
	size := int(unsafe.Sizeof(T(0)))
	bytes := (n*size + page - 1) / page * page
	mem, err := syscall.Mmap(-1, 0, bytes+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range [][]byte{mem[:page], mem[page+bytes:]} {
		if err := syscall.Mprotect(p, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = syscall.Munmap(mem) })
	start := page
	if atEnd {
		start += bytes - n*size
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&mem[start])), n)
}

func TestProductStaysInside(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		t.Run("float64", testProductStaysInside[float64])
		t.Run("float32", testProductStaysInside[float32])
	})
}

// testProductStaysInside multiplies matrices that lie against forbidden pages;
// work is just as long as it must be.
func testProductStaysInside[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	const most = 300 * 300 * 2
	var bufs [2][4][]T
	for end := range bufs {
		for i := range bufs[end] {
			bufs[end][i] = besideGuard[T](t, most, end == 1)
		}
	}
	place := func(i int, n int) []T {
		if end := rng.IntN(2); end == 0 {
			return bufs[0][i][:n]
		}
		return bufs[1][i][most-n:]
	}
	check := func(m, n, k int) {
		p := randomProduct[T](rng, m, n, k)
		a, b := place(0, len(p.A)), place(1, len(p.B))
		copy(a, p.A)
		copy(b, p.B)
		p.A, p.B = a, b
		c := place(2, m*n)
		work := place(3, min(GemmWork[T](m, n, k), most))
		p.Into(Part{0, m, 0, n}, c, n, work)
		p.To(Part{0, m, 0, n}, work, nothing[T]{})
		i, j := rng.IntN(m), rng.IntN(n)
		if want := ProductEntry(n, k, a[i*p.ARow:], p.ACol, b[j*p.BCol:], p.BRow); !same(c[i*n+j], want) {
			t.Fatalf("%v: entry %d,%d is %v, want %v", &p, i, j, c[i*n+j], want)
		}
		panels := Panels[T]{n, k, panelWidth[T](n, k), place(1, n*k)}
		panels.Product(m, place(0, m*k), place(2, m*n), work)
	}
	for m := 1; m <= 40; m++ {
		for n := 1; n <= 40; n++ {
			check(m, n, 1+rng.IntN(40))
		}
	}
	for range 100 {
		check(1+rng.IntN(300), 1+rng.IntN(150), 1+rng.IntN(300))
	}
	for k := 1; k <= 150; k++ {
		for n := 1; n <= 9; n++ {
			check(1+rng.IntN(40), n, k)
		}
	}
}
