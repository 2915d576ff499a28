package plan

import "chainrule/internal/kernel"

// paddedRows are rows of images with their padding, in which what the window sees of
// a row of positions lies in runs: for each channel and row of the window one, of a row of
// positions for each of its columns. The stride along a row is 1.
type paddedRows[T kernel.Float] struct {
	*frame
	*kernel.Runs[T]
	line int // entries of a row with its padding
	tall int // rows of a channel that are laid out
	step int // entries from what a row of positions sees first to that of the next
	high int // rows of positions that are computed from what is laid out at once
}

func newPaddedRows[T kernel.Float](f *frame) *paddedRows[T] {
	r := &paddedRows[T]{frame: f, line: (f.width + 2*f.Padding[1]) * f.m}
	r.step = f.Stride[0] * r.line
	channels, reach := f.channels/f.Groups, (f.Size[0]-1)*f.Dilation[0]+1
	r.high, r.tall = f.rows, f.height
	if f.isPadded() {
		r.high = min(f.rows, max((seenSize/(channels*r.line)-reach)/f.Stride[0]+1, 1))
		r.tall = (r.high-1)*f.Stride[0] + reach
	}
	var starts []int
	for c := range channels {
		for a := range f.Size[0] {
			starts = append(starts, (c*r.tall+a*f.Dilation[0])*r.line)
		}
	}
	r.Runs = kernel.NewRuns[T](f.Size[1], f.Dilation[1]*f.m, starts)
	return r
}

// size returns how many entries of scratch memory lay needs.
func (r *paddedRows[T]) size() int {
	if !r.isPadded() {
		return 0
	}
	return r.channels / r.Groups * r.tall * r.line
}

// lay returns rows of channels from the first on, beginning with what row at of the positions
// sees, for so many rows of positions: the images themselves if there is no padding.
func (r *paddedRows[T]) lay(x, work []T, first, at, high int) []T {
	from := at*r.Stride[0] - r.Padding[0]
	if !r.isPadded() {
		return x[first*r.plane()+from*r.line:]
	}
	side, width := r.Padding[1]*r.m, r.width*r.m
	tall := r.tall - (r.high-high)*r.Stride[0]
	for c := range r.channels / r.Groups {
		channel := x[(first+c)*r.plane():][:r.plane()]
		for i := range tall {
			row := work[(c*r.tall+i)*r.line:][:r.line]
			u := from + i
			if u < 0 || u >= r.height {
				clear(row)
				continue
			}
			clear(row[:side])
			copy(row[side:], channel[u*width:][:width])
			clear(row[side+width:])
		}
	}
	return work
}
