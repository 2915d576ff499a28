package kernel

import "unsafe"

// Gather sets dst[i] to src[i*stride] for all i < len(dst). The stride is not
// negative; where it is 0, all of dst becomes src[0].
func Gather[T Float](dst, src []T, stride int) {
	switch {
	case len(dst) == 0:
		return
	case stride == 1:
		copy(dst, src[:len(dst)])
		return
	case stride == 0:
		fill(dst, src[0])
		return
	}
	// One check for all. Four entries a turn keep the loads independent of the
	// loop's own arithmetic.
	_ = src[(len(dst)-1)*stride]
	from, step := unsafe.Pointer(unsafe.SliceData(src)), uintptr(stride)*unsafe.Sizeof(T(0))
	for len(dst) >= 4 {
		d := (*[4]T)(dst)
		d[0] = *(*T)(from)
		d[1] = *(*T)(unsafe.Add(from, step))
		d[2] = *(*T)(unsafe.Add(from, 2*step))
		d[3] = *(*T)(unsafe.Add(from, 3*step))
		if dst = dst[4:]; len(dst) > 0 {
			from = unsafe.Add(from, 4*step)
		}
	}
	for i := range dst {
		dst[i] = *(*T)(unsafe.Add(from, uintptr(i)*step))
	}
}

// fill sets all of dst to v.
func fill[T Float](dst []T, v T) {
	if len(dst) == 0 {
		return
	}
	dst[0] = v
	for done := 1; done < len(dst); done *= 2 {
		copy(dst[done:], dst[:done])
	}
}
