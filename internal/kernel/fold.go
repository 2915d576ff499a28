package kernel

// A Fold makes one number of the entries of a run, whole or block by block.
type Fold[T Float] struct {
	Of func(x []T) T // of a run, which is not empty

	// ByBlocks says that a run is what its blocks come to, joined by the loop of the
	// function. Other folds are added to a Partial16.
	ByBlocks bool

	two   func(x, y T) T // of two partial results
	start T
	add   func(p *Partial16[T], x []T)
}

// FoldOf returns the fold of a function that makes one of two entries: the sum
// of Sum16 for Add, Largest for Max, Smallest for Min and Product16 for Mul. It
// panics for others.
func FoldOf[T Float](join Code) Fold[T] {
	switch join {
	case Add:
		return Fold[T]{Of: Sum16[T], two: func(x, y T) T { return x + y }, add: (*Partial16[T]).Add}
	case Max:
		return Fold[T]{Of: Largest[T], ByBlocks: true}
	case Min:
		return Fold[T]{Of: Smallest[T], ByBlocks: true}
	case Mul:
		return Fold[T]{Of: Product16[T], two: func(x, y T) T { return x * y }, start: 1, add: mulPart[T]}
	}
	panic("kernel: no fold of this function")
}

// Product16 returns the product of x by sixteen interleaved partial products, in
// the order of Sum16, each starting from 1.
func Product16[T Float](x []T) T {
	var p Partial16[T]
	for i := range p.part {
		p.part[i] = 1
	}
	mulPart(&p, x)
	part := &p.part
	for w := lanes / 2; w > 0; w /= 2 {
		for l := range w {
			part[l] *= part[l+w]
		}
	}
	return part[0]
}

// mulPart multiplies partial product i%16 by x[i].
func mulPart[T Float](p *Partial16[T], x []T) {
	for ; len(x) >= lanes; x = x[lanes:] {
		for l, v := range x[:lanes] {
			p.part[l] *= v
		}
	}
	for l, v := range x {
		p.part[l] *= v
	}
}

// Start makes p the partial results of nothing.
func (f *Fold[T]) Start(p *Partial16[T]) {
	for i := range p.part {
		p.part[i] = f.start
	}
}

// Add adds the next entries of a run. Every block but the last must have a
// length that is a multiple of 16; then the bits are those of Of for the whole
// run.
func (f *Fold[T]) Add(p *Partial16[T], x []T) { f.add(p, x) }

// Total returns what the entries that were added came to: partial results l and
// l+8 are joined for l < 8, l and l+4 for l < 4, and so on.
func (f *Fold[T]) Total(p *Partial16[T]) T {
	part := p.part
	for w := lanes / 2; w > 0; w /= 2 {
		for l := range w {
			part[l] = f.two(part[l], part[l+w])
		}
	}
	return part[0]
}
