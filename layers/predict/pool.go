package predict

import (
	"chainrule/internal/experiment"
	"chainrule/internal/kernel"
	"chainrule/internal/modelfile"
)

// maxPool adds the largest pixel of every window, NaN if one is.
func (c *compiler[T]) maxPool(of modelfile.Step, in value) (value, error) {
	return c.pool(of, in, func(lines []T, width, rows, n int, _ T) T {
		largest := lines[0]
		for r := range rows {
			for _, v := range lines[r*width:][:n] {
				if v > largest || v != v {
					largest = v
				}
			}
			if largest != largest {
				break
			}
		}
		return largest
	})
}

// avgPool adds the mean of the pixels of every window, of which those outside are 0.
func (c *compiler[T]) avgPool(of modelfile.Step, in value) (value, error) {
	return c.pool(of, in, func(lines []T, width, rows, n int, all T) T {
		sum := T(0)
		for r := range rows {
			for _, v := range lines[r*width:][:n] {
				sum += v
			}
		}
		return sum / all
	})
}

// pool adds a function of every window: it is given the lines of the image from the window's first
// pixel in it on, how many rows and pixels of a row lie in both, and how many the window has.
func (c *compiler[T]) pool(of modelfile.Step, in value, f func(lines []T, width, rows, n int, all T) T) (value, error) {
	w, image, to := of.Window(), of.From, of.To
	all := T(w.Kernel[0] * w.Kernel[1])
	from, out := in.buf, c.take(of.Out)
	c.add(func(s *scratch[T], m int) {
		x, y := s.bufs[from], s.bufs[out.buf]
		for range m * image.Channels {
			for i := range to.Height {
				top, rows := inside(w, 0, i, image.Height)
				for j := range to.Width {
					left, n := inside(w, 1, j, image.Width)
					y[i*to.Width+j] = f(x[top*image.Width+left:], image.Width, rows, n, all)
				}
			}
			x, y = x[image.Pixels():], y[to.Pixels():]
		}
	})
	c.giveBack(in)
	return out, nil
}

// inside returns the first pixel of the i-th window along an axis that lies in an image of so many,
// and how many do.
func inside(w experiment.Window, axis, i, size int) (first, n int) {
	first = i*w.Stride[axis] - w.Padding[axis]
	end := min(first+w.Kernel[axis], size)
	first = max(first, 0)
	return first, end - first
}

// globalAvgPool adds the mean of each channel.
func (c *compiler[T]) globalAvgPool(of modelfile.Step, in value) (value, error) {
	pixels, channels := of.From.Pixels(), of.From.Channels
	from, out := in.buf, c.take(of.Out)
	c.add(func(s *scratch[T], m int) {
		x, y := s.bufs[from], s.bufs[out.buf]
		for i := range m * channels {
			y[i] = kernel.Sum16(x[i*pixels:][:pixels]) / T(pixels)
		}
	})
	c.giveBack(in)
	return out, nil
}
