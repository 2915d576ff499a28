package dataset

import "iter"

const (
	firstPiece = 1 << 10 // entries of the first piece
	maxPiece   = 1 << 17 // entries of later ones, at most
)

// pieces is a list that grows without copying what it holds. Its zero value is
// empty.
type pieces[T any] struct {
	full [][]T
	last []T
}

func (p *pieces[T]) add(v T) {
	if len(p.last) == cap(p.last) {
		p.grow()
	}
	p.last = append(p.last, v)
}

func (p *pieces[T]) grow() {
	if p.last != nil {
		p.full = append(p.full, p.last)
	}
	p.last = make([]T, 0, min(max(2*cap(p.last), firstPiece), maxPiece))
}

// reserve moves everything into one piece with room for n entries. What is
// never used of it takes no memory but addresses.
func (p *pieces[T]) reserve(n int) {
	if n > p.len() {
		p.last = append(make([]T, 0, n), p.join()...)
		p.full = nil
	}
}

func (p *pieces[T]) len() int {
	n := len(p.last)
	for _, piece := range p.full {
		n += len(piece)
	}
	return n
}

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
