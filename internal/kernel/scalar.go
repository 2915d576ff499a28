package kernel

// HasScalarLoop reports whether ScalarLoop has a loop for functions of a Code.
func HasScalarLoop(c Code) bool { return !functions[c].right.none() }

// ScalarLoop returns the loop that sets dst[i] to f(x[i], c), or if left to
// f(c, x[i]), for all i < len(dst): the bits of BinaryLoop with a slice of
// copies of c. The loop is nil for functions of which HasScalarLoop reports
// false.
func ScalarLoop[T Float](f *Func, left bool) func(dst, x []T, c T) {
	row := &functions[f.Code]
	left = left && !row.left.none() // else the order does not matter
	if loop := vectorScalar[T](f.Code, left); loop != nil {
		return loop
	}
	if left {
		return loopFor[func(dst, x []T, c T)](row.left)
	}
	return loopFor[func(dst, x []T, c T)](row.right)
}

func addNumber[T Float](dst, x []T, c T) {
	for i, v := range x[:len(dst)] {
		dst[i] = v + c
	}
}

func subNumber[T Float](dst, x []T, c T) {
	for i, v := range x[:len(dst)] {
		dst[i] = v - c
	}
}

func numberSub[T Float](dst, x []T, c T) {
	for i, v := range x[:len(dst)] {
		dst[i] = c - v
	}
}

func mulNumber[T Float](dst, x []T, c T) {
	for i, v := range x[:len(dst)] {
		dst[i] = v * c
	}
}

func divNumber[T Float](dst, x []T, c T) {
	for i, v := range x[:len(dst)] {
		dst[i] = v / c
	}
}

func numberDiv[T Float](dst, x []T, c T) {
	for i, v := range x[:len(dst)] {
		dst[i] = c / v
	}
}

func maxNumber[T Float](dst, x []T, c T) {
	for i, v := range x[:len(dst)] {
		dst[i] = max(v, c)
	}
}

func minNumber[T Float](dst, x []T, c T) {
	for i, v := range x[:len(dst)] {
		dst[i] = min(v, c)
	}
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
