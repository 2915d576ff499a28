package kernel

import "unsafe"

// Gather sets dst[i] to src[from+i*stride] for all i < len(dst). The stride may be
// below zero; where it is 0, all of dst becomes src[from].
func Gather[T Float](dst, src []T, from, stride int) {
	switch {
	case len(dst) == 0:
		return
	case stride == 1:
		copy(dst, src[from:][:len(dst)])
		return
	case stride == 0:
		fill(dst, src[from])
		return
	}
	// Two checks for all. Four entries a turn keep the loads independent of the
	// loop's own arithmetic.
	_ = src[from+(len(dst)-1)*stride]
	next, step := unsafe.Pointer(&src[from]), stride*int(unsafe.Sizeof(T(0)))
	for len(dst) >= 4 {
		d := (*[4]T)(dst)
		d[0] = *(*T)(next)
		d[1] = *(*T)(unsafe.Add(next, step))
		d[2] = *(*T)(unsafe.Add(next, 2*step))
		d[3] = *(*T)(unsafe.Add(next, 3*step))
		if dst = dst[4:]; len(dst) > 0 {
			next = unsafe.Add(next, 4*step)
		}
	}
	for i := range dst {
		dst[i] = *(*T)(unsafe.Add(next, i*step))
	}
}

// fill sets all of dst to v.
func fill[T Float](dst []T, v T) {
	if len(dst) == 0 {
		return
	}
	dst[0] = v
	Repeat(dst, 1)
}

// Repeat sets the entries of dst behind the first n to these, again and again.
func Repeat[T Float](dst []T, n int) {
	for done := n; done < len(dst); done *= 2 {
		copy(dst[done:], dst[:done])
	}
}
