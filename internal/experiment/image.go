package experiment

import (
	"fmt"
	"math"
	"reflect"
	"strings"

	"chainrule/internal/words"
)

// An ImageShape is the shape of an image; the zero value is that of none.
type ImageShape struct{ Channels, Height, Width int }

// Pixels returns how many numbers each channel has.
func (i ImageShape) Pixels() int { return i.Height * i.Width }

// String writes the shape as in (16,8,8).
func (i ImageShape) String() string { return words.Shape(i.Channels, i.Height, i.Width) }

// A Flow is what a layer takes or gives for an example: numbers, and the image or sequence that they are.
type Flow struct {
	Numbers int
	Image   ImageShape // the zero value for numbers that are none
	Steps   int        // of the sequence that they are, with as many features each; 0 for none
}

// IsImage reports whether the numbers are an image.
func (f Flow) IsImage() bool { return f.Image != ImageShape{} }

func (f Flow) String() string {
	if f.IsImage() {
		return fmt.Sprintf("images of %v", f.Image)
	}
	if f.IsSequence() {
		return fmt.Sprintf("sequences of %s of %s", words.Count(f.Steps, "step"), words.Count(f.Features(), "feature"))
	}
	return words.Count(f.Numbers, "number")
}

// imageFlow is that of images.
func imageFlow(channels, height, width int) Flow {
	return Flow{Numbers: channels * height * width, Image: ImageShape{channels, height, width}}
}

// A Window is what a layer of the kind conv, max-pool or avg-pool moves over images, by height and
// width, with what is missing in its settings filled in.
type Window struct{ Kernel, Stride, Padding, Dilation [2]int }

// Window returns that of a layer.
func (l Layer) Window() Window {
	w := Window{Kernel: pair(l.Kernel, 1), Padding: pair(l.Padding, 0), Dilation: pair(l.Dilation, 1)}
	w.Stride = pair(l.Stride, 1)
	if len(l.Stride) == 0 && l.Kind != Conv {
		w.Stride = w.Kernel
	}
	return w
}

// pair returns two numbers, of which one stands for both and none for what is usual.
func pair(list []int, usual int) [2]int {
	switch len(list) {
	case 0:
		return [2]int{usual, usual}
	case 1:
		return [2]int{list[0], list[0]}
	}
	return [2]int{list[0], list[1]}
}

// span is how many pixels the window covers along an axis.
func (w Window) span(axis int) int { return (w.Kernel[axis]-1)*w.Dilation[axis] + 1 }

// Over returns height and width of what the window makes of images.
func (w Window) Over(in ImageShape) (height, width int) {
	var out [2]int
	for axis, n := range [2]int{in.Height, in.Width} {
		out[axis] = (n+2*w.Padding[axis]-w.span(axis))/max(w.Stride[axis], 1) + 1
	}
	return out[0], out[1]
}

// The fields of windows; each is one number or two, of height and width.
var windowFields = []field{{"kernel", sides(1)}, {"stride", sides(1)}, {"padding", sides(0)}}

// maxSide is the largest number of a window's, of pixels along an axis.
const maxSide = 1 << 15

// sides wants one number or two, or none.
func sides(least int) check {
	return func(path string, v reflect.Value, _ string) error {
		if v.Len() > 2 {
			return Errorf(path, "%d numbers given, one or two expected: height and width", v.Len())
		}
		for i := range v.Len() {
			if n := v.Index(i).Int(); n < int64(least) || n > maxSide {
				return Errorf(fmt.Sprintf("%s[%d]", path, i), "%d given, a number from %d to %d expected", n, least, maxSide)
			}
		}
		return nil
	}
}

func imageOutputs(l Layer, in Flow) Flow {
	if len(l.Shape) != 3 {
		return in
	}
	return imageFlow(l.Shape[0], l.Shape[1], l.Shape[2])
}

func convOutputs(l Layer, in Flow) Flow {
	height, width := l.Window().Over(in.Image)
	return imageFlow(l.Channels, height, width)
}

func poolOutputs(l Layer, in Flow) Flow {
	height, width := l.Window().Over(in.Image)
	return imageFlow(in.Image.Channels, height, width)
}

// image checks the shape that numbers become.
func (c *layerCheck) image(path string, l Layer) error {
	if c.flow.IsImage() || c.flow.IsSequence() {
		return Errorf(path, "%v given, numbers expected", c.flow)
	}
	if len(l.Shape) != 3 {
		return Errorf(path+".shape", "%s given, three expected: channels, height and width", words.Count(len(l.Shape), "number"))
	}
	all := 1.0
	for i, n := range l.Shape {
		if n < 1 || i > 0 && n > maxSide {
			return Errorf(fmt.Sprintf("%s.shape[%d]", path, i), "%d given, a number from 1 to %d expected", n, maxSide)
		}
		all *= float64(n)
	}
	switch {
	case all > maxWidth:
		return Errorf(path+".shape", "%.0f numbers given, at most %d expected", all, maxWidth)
	case c.flow.Numbers > 0 && all != float64(c.flow.Numbers):
		return Errorf(path+".shape", "%v given, which has %.0f numbers; there are %d", ImageShape{l.Shape[0], l.Shape[1], l.Shape[2]}, all, c.flow.Numbers)
	}
	return nil
}

// images reports a layer that is not behind images.
func (c *layerCheck) images(path string, _ Layer) error {
	if !c.flow.IsImage() {
		return Errorf(path, "%v given, images expected: a layer of the kind %s makes them", c.flow, Image)
	}
	return nil
}

// flatten reports a layer that is behind numbers already.
func (c *layerCheck) flatten(path string, _ Layer) error {
	if !c.flow.IsImage() && !c.flow.IsSequence() {
		return Errorf(path, "%v given, images or sequences expected", c.flow)
	}
	return nil
}

// features reports a layer that is behind images and cannot be; it takes each step of a sequence by itself.
func (c *layerCheck) features(path string) error {
	if c.flow.IsImage() {
		return c.numbers(path)
	}
	return nil
}

// numbers reports a layer that is behind images or sequences and cannot be.
func (c *layerCheck) numbers(path string) error {
	if c.flow.IsImage() || c.flow.IsSequence() {
		return Errorf(path, "%v given, numbers expected: a layer of the kind %s makes them", c.flow, Flatten)
	}
	return nil
}

// window checks that a window fits the images, and what it makes of them with so many channels.
func (c *layerCheck) window(path string, l Layer, channels int) error {
	if err := c.images(path, l); err != nil {
		return err
	}
	if len(l.Kernel) == 0 {
		return Errorf(path+".kernel", "missing, height and width expected")
	}
	w := l.Window()
	for axis, n := range [2]int{c.flow.Image.Height, c.flow.Image.Width} {
		switch {
		case w.span(axis) > n+2*w.Padding[axis]:
			return Errorf(path+".kernel", "it covers %s along the %s, more than the %d with padding of %v", words.Count(w.span(axis), "pixel"),
				[2]string{"height", "width"}[axis], n+2*w.Padding[axis], c.flow)
		case l.Kind != Conv && w.Padding[axis] > w.Kernel[axis]/2:
			return Errorf(path+".padding", "%d given, at most half of the kernel's %d expected", w.Padding[axis], w.Kernel[axis])
		}
	}
	if height, width := w.Over(c.flow.Image); float64(channels)*float64(height)*float64(width) > maxWidth {
		return Errorf(path, "images of %v given, at most %d numbers expected", ImageShape{channels, height, width}, maxWidth)
	}
	return nil
}

func (c *layerCheck) pool(path string, l Layer) error {
	return c.window(path, l, c.flow.Image.Channels)
}

func (c *layerCheck) conv(path string, l Layer) error {
	in, groups := c.flow.Image.Channels, max(l.Groups, 1)
	switch {
	case l.Channels < 1 || l.Channels > maxWidth:
		return Errorf(path+".channels", "%d given, a number from 1 to %d expected", l.Channels, maxWidth)
	case l.Groups < 0:
		return Errorf(path+".groups", "%d given, at least 1 expected", l.Groups)
	}
	if err := c.window(path, l, l.Channels); err != nil {
		return err
	}
	if in%groups != 0 || l.Channels%groups != 0 {
		return Errorf(path+".groups", "%d given, which does not divide the %d channels before and the %d behind", groups, in, l.Channels)
	}
	w := l.Window()
	weights := float64(l.Channels) * (float64(in/groups)*float64(w.Kernel[0])*float64(w.Kernel[1]) + 1)
	if float64(c.weights)+weights > maxWeights {
		return Errorf(path, "%.0f weights and biases given: with the layers before at most %d are supported", weights, maxWeights)
	}
	if err := c.init(path, l); err != nil {
		return err
	}
	c.weights += int(weights)
	return c.named(path, l)
}

// init checks the first weights of a layer.
func (c *layerCheck) init(path string, l Layer) error {
	switch {
	case !(math.Abs(l.Init.Scale) <= c.scale):
		return Errorf(path+".init.scale", "%v given, a number from -%v to %[2]v expected", l.Init.Scale, c.scale)
	case l.Init.Kind == "" && l.Init.Scale != 0:
		return Errorf(path+".init.kind", "missing")
	}
	return c.function(path, l)
}

// function reports an activation that there is not of images.
func (c *layerCheck) function(path string, l Layer) error {
	if strings.EqualFold(l.Activation, "softmax") && (l.Kind == Conv || c.flow.IsImage()) {
		return Errorf(path+".activation", "softmax given, which is of numbers and not of images: a layer of the kind %s comes before it", Flatten)
	}
	return nil
}
