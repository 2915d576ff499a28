package kernel

// shortScan is the number of entries below which a scan takes a plain loop.
const shortScan = 8

// InUnit reports whether every entry of x is +0, 1 or between them. Of −0 it may
// say that it is not.
func InUnit[T Float](x []T) bool {
	if len(x) >= shortScan {
		if in, ok := vectorInUnit(x); ok {
			return in
		}
	}
	for _, v := range x {
		if !(v >= 0 && v <= 1) {
			return false
		}
	}
	return true
}

// AllFinite reports whether no entry of x is NaN or infinite.
func AllFinite[T Float](x []T) bool {
	if len(x) >= shortScan {
		if all, ok := vectorAllFinite(x); ok {
			return all
		}
	}
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}
