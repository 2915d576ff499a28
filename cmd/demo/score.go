package main

import "gorgonia.org/tensor"

// perExample returns about how many nanoseconds one example takes.
func (p *problem) perExample() float64 {
	sizes := p.sizes()
	sum, numbers := p.perImage()
	sizes[0] = numbers
	for l := 1; l < len(sizes); l++ {
		sum += float64(sizes[l]) * (20 + 0.3*float64(sizes[l-1]))
	}
	return sum
}

// rows returns the entries of a matrix row by row.
func rows(t *tensor.Dense) (entries []float64, height, width int) {
	height, width = t.Shape()[0], t.Shape()[1]
	entries = floats(t)
	if s := t.Strides(); height > 1 && width > 1 && s[0] == 1 { // column by column
		entries = transposed(entries, width, height)
	}
	return entries, height, width
}

// transposed returns the entries of a matrix column by column, given row by row.
func transposed(entries []float64, height, width int) []float64 {
	out := make([]float64, len(entries))
	for i := range height {
		for j := range width {
			out[j*height+i] = entries[i*width+j]
		}
	}
	return out
}

// floats returns the entries of a contiguous matrix in the order in which they
// lie.
func floats(t *tensor.Dense) []float64 {
	if t.Dtype() == tensor.Float64 {
		return t.Float64s()
	}
	out := make([]float64, 0, t.Shape().TotalSize())
	for _, v := range t.Float32s() {
		out = append(out, float64(v))
	}
	return out
}
