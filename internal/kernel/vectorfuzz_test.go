package kernel

import "testing"

func FuzzVector(f *testing.F) {
	f.Add(uint8(1), uint8(3), uint8(17), 1.5, -0.25)
	f.Fuzz(func(t *testing.T, pick, offset, n uint8, x, y float64) {
		fuzzVector(t, int(pick), int(offset), int(n), x, y)
		fuzzVector(t, int(pick), int(offset), int(n), float32(x), float32(y))
	})
}

func fuzzVector[T Float](t *testing.T, pick, offset, n int, x, y T) {
	all := loopCases[T]()
	l := all[pick%len(all)]
	in := [][]T{aligned[T](n+1, offset%16), aligned[T](n+1, offset/16)}
	for i := range n + 1 {
		in[0][i], in[1][i] = x, y
	}
	single, portably, dst := []T{0}, []T{0}, make([]T, n+1)
	l.make()(single, [][]T{{x}, {y}})
	l.make()(dst, in)
	for i, v := range dst {
		if bitsOf(v) != bitsOf(single[0]) {
			t.Errorf("%s, entry %d of %d: %v, alone %v", l.name, i, n+1, v, single[0])
		}
	}
	atLevel(portable, l.make)(portably, [][]T{{x}, {y}})
	if !smooth(l.code) && !same(portably[0], single[0]) {
		t.Errorf("%s of %v, %v is %v, want %v", l.name, x, y, single[0], portably[0])
	}
}
