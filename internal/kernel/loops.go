package kernel

import "math"

// The loops in portable Go.

func addLoop[T Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] + y[i]
	}
}

func subLoop[T Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] - y[i]
	}
}

func mulLoop[T Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] * y[i]
	}
}

func divLoop[T Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] / y[i]
	}
}

func maxLoop[T Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = max(x[i], y[i])
	}
}

func minLoop[T Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = min(x[i], y[i])
	}
}

func negLoop[T Float](dst, x []T) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = -x[i]
	}
}

func squareLoop[T Float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = v * v
	}
}

func sqrtLoop[T Float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(math.Sqrt(float64(v)))
	}
}

func reluLoop[T Float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = max(v, 0)
	}
}

func stepLoop[T Float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		if v != v { // rare, unlike the sign of v: that one is not a branch
			dst[i] = v
			continue
		}
		one := 0
		if v > 0 {
			one = 1
		}
		dst[i] = T(one)
	}
}

func copyLoop[T Float](dst, x []T) {
	copy(dst, x[:len(dst)])
}

func mulTanhSlopeLoop[T Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i, v := range y {
		dst[i] = x[i] * (1 - T(v*v))
	}
}

func mulSigmoidSlopeLoop[T Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i, v := range y {
		dst[i] = x[i] * T(v*(1-v))
	}
}

func mulStepLoop[T Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i, v := range y {
		switch {
		case v != v:
			dst[i] = v
		case v > 0:
			dst[i] = x[i]
		default:
			dst[i] = x[i] * 0
		}
	}
}
