package graph

import (
	"fmt"

	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// maxStep is the largest stride, padding, dilation and size of a window.
const maxStep = 1 << 20

// check reports settings that no images have.
func (s ConvSettings) check() error {
	for axis := range 2 {
		switch {
		case max(s.Stride[axis], s.Padding[axis], s.Dilation[axis]) > maxStep:
			return fmt.Errorf("stride %v, padding %v and dilation %v given, at most %d supported", s.Stride, s.Padding, s.Dilation, maxStep)
		case s.Stride[axis] < 1:
			return fmt.Errorf("stride %v given, at least 1 expected", s.Stride)
		case s.Padding[axis] < 0:
			return fmt.Errorf("padding %v given, at least 0 expected", s.Padding)
		case s.Dilation[axis] < 1:
			return fmt.Errorf("dilation %v given, at least 1 expected", s.Dilation)
		}
	}
	if s.Groups < 1 {
		return fmt.Errorf("%d groups given, at least 1 expected", s.Groups)
	}
	return nil
}

// covered returns how many pixels of an image along an axis, padding not counted, n positions
// of a window of a size reach.
func (s ConvSettings) covered(axis, n, size int) int {
	return (n-1)*s.Stride[axis] + s.Dilation[axis]*(size-1) + 1 - 2*s.Padding[axis]
}

// positions returns how many positions a window of a size has on the axis of an image.
func (s ConvSettings) positions(axis, pixels, size int) (int, error) {
	wide, padded := s.Dilation[axis]*(size-1)+1, pixels+2*s.Padding[axis]
	if wide > padded {
		return 0, fmt.Errorf("the window reaches over %s along axis %d, and the image with its padding has %d", words.Count(wide, "pixel"), 1+axis, padded)
	}
	return (padded-wide)/s.Stride[axis] + 1, nil
}

// checkImages reports operands that are not images and weights.
func checkImages(images, weights tensor.Shape) error {
	switch {
	case len(images) != 4:
		return fmt.Errorf("shape %s given, images (channels, height, width, examples) expected", shapeString(images))
	case len(weights) != 4:
		return fmt.Errorf("shape %s given, weights of 4 axes expected", shapeString(weights))
	}
	return nil
}

func conv2DShape(in []tensor.Shape, s ConvSettings) (tensor.Shape, error) {
	x, w := in[0], in[1]
	if err := checkImages(x, w); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	if x[0]%s.Groups != 0 || w[0]%s.Groups != 0 {
		return nil, fmt.Errorf("%s do not divide %d channels of the images and %d of the weights", words.Count(s.Groups, "group"), x[0], w[0])
	}
	if w[1]*s.Groups != x[0] {
		return nil, fmt.Errorf("the images have %s, and the weights %s of %d", words.Count(x[0], "channel"), words.Count(s.Groups, "group"), w[1])
	}
	out := tensor.Shape{w[0], 0, 0, x[3]}
	for axis := range 2 {
		n, err := s.positions(axis, x[1+axis], w[2+axis])
		if err != nil {
			return nil, err
		}
		out[1+axis] = n
	}
	return out, nil
}

func convTranspose2DShape(in []tensor.Shape, t ConvTransposeSettings) (tensor.Shape, error) {
	x, w, s := in[0], in[1], t.conv()
	if err := checkImages(x, w); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	if w[0] != x[0] {
		return nil, fmt.Errorf("the images have %s, and the weights %d", words.Count(x[0], "channel"), w[0])
	}
	if x[0]%s.Groups != 0 {
		return nil, fmt.Errorf("%s do not divide %s", words.Count(s.Groups, "group"), words.Count(x[0], "channel"))
	}
	out := tensor.Shape{w[1] * s.Groups, 0, 0, x[3]}
	for axis := range 2 {
		more := t.OutputPadding[axis]
		if more < 0 || more >= s.Stride[axis] {
			return nil, fmt.Errorf("output padding %v given, at least 0 and less than the stride %v expected", t.OutputPadding, s.Stride)
		}
		out[1+axis] = s.covered(axis, x[1+axis], w[2+axis]) + more
		if out[1+axis] < 1 {
			return nil, fmt.Errorf("the result has %d pixels along axis %d: the padding takes all", out[1+axis], 1+axis)
		}
	}
	return out, nil
}

func convWeightsShape(in []tensor.Shape, a ConvWeightsAttrs) (tensor.Shape, error) {
	x, dy := in[0], in[1]
	if err := checkImages(x, dy); err != nil {
		return nil, err
	}
	if err := a.check(); err != nil {
		return nil, err
	}
	if x[0]%a.Groups != 0 || dy[0]%a.Groups != 0 {
		return nil, fmt.Errorf("%s do not divide %d and %d channels", words.Count(a.Groups, "group"), x[0], dy[0])
	}
	weights := tensor.Shape{dy[0], x[0] / a.Groups, a.Size[0], a.Size[1]}
	seen, err := conv2DShape([]tensor.Shape{x, weights}, a.ConvSettings)
	if err != nil {
		return nil, err
	}
	if !seen.Eq(dy) {
		return nil, fmt.Errorf("shape %s given, and the window makes %s of %s", shapeString(dy), shapeString(seen), shapeString(x))
	}
	return weights, nil
}
