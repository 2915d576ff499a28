package kernel

// lanes is the number of interleaved partial sums of Sum16.
const lanes = 16

// Sum16 returns the sum of x by sixteen interleaved partial sums: entry i is
// added to partial sum i%16, in order of i, starting from +0; then partial
// sums l and l+8 are added for l < 8, l and l+4 for l < 4, and so on. The sum
// of nothing is 0.
func Sum16[T Float](x []T) T {
	if sum, ok := vectorSum16(x); ok {
		return sum
	}
	var p Partial16[T]
	p.Add(x)
	return p.Total()
}

// Partial16 is a Sum16 under way, for a run that comes in blocks. Its zero
// value is an empty sum.
type Partial16[T Float] struct {
	part [lanes]T
}

// Add adds the next entries of the run. Every block but the last must have a
// length that is a multiple of 16; then the bits are those of Sum16 over the
// whole run.
func (p *Partial16[T]) Add(x []T) {
	if vectorAddPart(&p.part, x) {
		return
	}
	const chunk = 1024 // entries that stay in the first-level cache for both passes
	for len(x) >= lanes {
		n := min(len(x), chunk) / lanes * lanes
		addLanes((*[8]T)(p.part[:8]), x[:n])
		addLanes((*[8]T)(p.part[8:]), x[8:n])
		x = x[n:]
	}
	for i, v := range x {
		p.part[i] += v
	}
}

// addLanes adds x[16i+l] to p[l] for l < 8. It reads eight of every sixteen
// entries, so that the partial sums stay in registers.
func addLanes[T Float](p *[8]T, x []T) {
	p0, p1, p2, p3, p4, p5, p6, p7 := p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]
	for len(x) >= 8 {
		p0 += x[0]
		p1 += x[1]
		p2 += x[2]
		p3 += x[3]
		p4 += x[4]
		p5 += x[5]
		p6 += x[6]
		p7 += x[7]
		x = x[min(lanes, len(x)):]
	}
	*p = [8]T{p0, p1, p2, p3, p4, p5, p6, p7}
}

// Total returns the sum of what was added. It does not change p.
func (p *Partial16[T]) Total() T {
	part := p.part
	for w := lanes / 2; w > 0; w /= 2 {
		for l := range w {
			part[l] += part[l+w]
		}
	}
	return part[0]
}

// Largest returns the largest entry of x, which is not empty; NaN if one is.
func Largest[T Float](x []T) T {
	m := x[0]
	if len(x) >= 2*lanes {
		var best [lanes]T
		for i := range best {
			best[i] = m
		}
		if vectorLargest(&best, x) {
			x = best[:]
		}
	}
	for _, v := range x {
		m = max(m, v)
	}
	return m
}

// Smallest returns the smallest entry of x, which is not empty; NaN if one is.
func Smallest[T Float](x []T) T {
	m := x[0]
	if len(x) >= 2*lanes {
		var best [lanes]T
		for i := range best {
			best[i] = m
		}
		if vectorSmallest(&best, x) {
			x = best[:]
		}
	}
	for _, v := range x {
		m = min(m, v)
	}
	return m
}
