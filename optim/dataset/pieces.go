package dataset

import "iter"

const (
	firstPiece = 1 << 10 // entries of the first piece
	maxPiece   = 1 << 17 // entries of later ones, at most
)

// pieces is a list that grows without copying what it holds. Its zero value is
// empty.
type pieces[T any] struct {
	full   [][]T
	before int // entries in full
	last   []T
	spare  []T // a piece to go on with
}

func (p *pieces[T]) add(v T) {
	if len(p.last) == cap(p.last) {
		p.grow()
	}
	p.last = append(p.last, v)
}

func (p *pieces[T]) grow() {
	size := min(max(p.len()/2, firstPiece), maxPiece)
	if p.last != nil {
		p.full = append(p.full, p.last)
		p.before += len(p.last)
	}
	p.last, p.spare = p.spare, nil
	if p.last == nil {
		p.last = make([]T, 0, size)
	}
}

// cut takes away all entries but the first n.
func (p *pieces[T]) cut(n int) {
	for n < p.before {
		end := len(p.full) - 1
		p.last, p.spare = p.full[end], p.last[:0]
		p.full = p.full[:end]
		p.before -= len(p.last)
	}
	p.last = p.last[:n-p.before]
}

func (p *pieces[T]) len() int { return p.before + len(p.last) }

// join returns the entries in one slice, without a copy if there is one piece
// that is nearly full.
func (p *pieces[T]) join() []T {
	if n := len(p.last); p.full == nil && n >= cap(p.last)-cap(p.last)/8 {
		return p.last
	}
	out := make([]T, 0, p.len())
	for _, piece := range p.full {
		out = append(out, piece...)
	}
	return append(out, p.last...)
}

// all yields the entries.
func (p *pieces[T]) all() iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, piece := range append(p.full, p.last) {
			for _, v := range piece {
				if !yield(v) {
					return
				}
			}
		}
	}
}
