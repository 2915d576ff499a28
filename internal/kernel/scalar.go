package kernel

// HasScalarLoop reports whether ScalarLoop has a loop for functions of a Code.
func HasScalarLoop(c Code) bool {
	switch c {
	case Add, Sub, Mul, Div, Max, Min:
		return true
	}
	return false
}

// ScalarLoop returns the loop that sets dst[i] to f(x[i], c), or if left to
// f(c, x[i]), for all i < len(dst): the bits of BinaryLoop with a slice of
// copies of c. f must have one of the Codes Add, Sub, Mul, Div, Max and Min; of
// other functions the loop is nil.
func ScalarLoop[T Float](f *Func, left bool) func(dst, x []T, c T) {
	if left && f.Code != Sub && f.Code != Div {
		left = false // the order does not matter
	}
	if loop := vectorScalar[T](f.Code, left); loop != nil {
		return loop
	}
	switch f.Code {
	case Add:
		return func(dst, x []T, c T) {
			for i, v := range x[:len(dst)] {
				dst[i] = v + c
			}
		}
	case Mul:
		return func(dst, x []T, c T) {
			for i, v := range x[:len(dst)] {
				dst[i] = v * c
			}
		}
	case Sub:
		if left {
			return func(dst, x []T, c T) {
				for i, v := range x[:len(dst)] {
					dst[i] = c - v
				}
			}
		}
		return func(dst, x []T, c T) {
			for i, v := range x[:len(dst)] {
				dst[i] = v - c
			}
		}
	case Div:
		if left {
			return func(dst, x []T, c T) {
				for i, v := range x[:len(dst)] {
					dst[i] = c / v
				}
			}
		}
		return func(dst, x []T, c T) {
			for i, v := range x[:len(dst)] {
				dst[i] = v / c
			}
		}
	case Max:
		return func(dst, x []T, c T) {
			for i, v := range x[:len(dst)] {
				dst[i] = max(v, c)
			}
		}
	case Min:
		return func(dst, x []T, c T) {
			for i, v := range x[:len(dst)] {
				dst[i] = min(v, c)
			}
		}
	}
	return nil
}

// AddMulLoop returns the loop that sets dst[i] to x[i] + y[i]*c for all
// i < len(dst), with the product rounded first: the bits of Mul and then Add.
// dst may be x or y.
func AddMulLoop[T Float]() func(dst, x, y []T, c T) {
	if loop := vectorScaled[T](Add); loop != nil {
		return loop
	}
	return func(dst, x, y []T, c T) {
		x, y = x[:len(dst)], y[:len(dst)]
		for i, v := range x {
			dst[i] = v + T(y[i]*c)
		}
	}
}

// SubMulLoop is AddMulLoop for x[i] − y[i]*c.
func SubMulLoop[T Float]() func(dst, x, y []T, c T) {
	if loop := vectorScaled[T](Sub); loop != nil {
		return loop
	}
	return func(dst, x, y []T, c T) {
		x, y = x[:len(dst)], y[:len(dst)]
		for i, v := range x {
			dst[i] = v - T(y[i]*c)
		}
	}
}

// MixLoop returns the loop that sets dst[i] to x[i]*c + y[i]*d for all
// i < len(dst), with the products rounded first. dst may be x or y.
func MixLoop[T Float]() func(dst, x, y []T, c, d T) {
	if loop := vectorMixed[T](Add); loop != nil {
		return loop
	}
	return func(dst, x, y []T, c, d T) {
		x, y = x[:len(dst)], y[:len(dst)]
		for i, v := range x {
			dst[i] = T(v*c) + T(y[i]*d)
		}
	}
}
