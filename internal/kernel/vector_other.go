//go:build !amd64 || purego

package kernel

func vectorUnary[T Float](c Code) func(dst, x []T) { return nil }

func vectorBinary[T Float](c Code) func(dst, x, y []T) { return nil }

func vectorScaled[T Float](c Code) func(dst, x, y []T, c T) { return nil }

func vectorMixed[T Float](c Code) func(dst, x, y []T, c, d T) { return nil }

func vectorScalar[T Float](c Code, left bool) func(dst, x []T, c T) { return nil }

func vectorSum16[T Float](x []T) (sum T, ok bool) { return 0, false }

func vectorAddPart[T Float](part *[lanes]T, x []T) bool { return false }

func vectorLargest[T Float](best *[lanes]T, x []T) bool { return false }

func vectorSmallest[T Float](best *[lanes]T, x []T) bool { return false }

func vectorInUnit[T Float](x []T) (in, ok bool) { return false, false }

func vectorAllFinite[T Float](x []T) (all, ok bool) { return false, false }
