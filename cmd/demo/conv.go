package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/optim/experiment"
)

// A convConfig is what flags say about the layers of images that stand before the hidden layers.
type convConfig struct {
	image []int      // channels, height and width; nil for a square of one channel
	conv  []convPart // none for a network without
}

// A convPart is a convolution or a pool, by its window of so many pixels a side.
type convPart struct {
	channels int    // of a convolution; 0 for a pool
	pool     string // kind of the layer
	side     int
}

const (
	maxConv    = 32 // layers of --conv
	usualSide  = 3  // of a convolution
	usualPool  = 2
	convSyntax = "channels as 16 or, with a window of 5 by 5, 16x5, or pools max, avg, max3 and the like, or global in the end"
)

// pools are the names of --conv by the kinds of layers.
var pools = map[string]string{"max-pool": "max", "avg-pool": "avg", "global-avg-pool": "global"}

// convList is the value of --conv.
func convList(dst *[]convPart) *cli.Value {
	return &cli.Value{Kind: "LIST", Parse: func(s string) error {
		texts := strings.Split(s, ",")
		if len(texts) > maxConv {
			return fmt.Errorf("%d layers, %d at most expected", len(texts), maxConv)
		}
		var list []convPart
		for i, text := range texts {
			p, ok := parseConv(strings.ToLower(strings.TrimSpace(text)))
			if !ok || p.pool == "global-avg-pool" && i < len(texts)-1 {
				return fmt.Errorf("%s%s expected", cli.Entry(i, texts), convSyntax)
			}
			list = append(list, p)
		}
		*dst = list
		return nil
	}}
}

// parseConv returns what an entry of --conv says.
func parseConv(s string) (p convPart, ok bool) {
	for kind, name := range pools {
		side, is := strings.CutPrefix(s, name)
		if !is {
			continue
		}
		p = convPart{pool: kind, side: usualPool}
		if side == "" {
			return p, true
		}
		return p, name != "global" && sideOf(side, &p.side)
	}
	channels, side, given := strings.Cut(s, "x")
	n, err := strconv.Atoi(channels)
	p = convPart{channels: n, side: usualSide}
	if err != nil || n < 1 || n > maxUnits || given && (!sideOf(side, &p.side) || p.side%2 == 0) {
		return p, false
	}
	return p, true
}

// sideOf sets a side of a window, from 1 to 99.
func sideOf(s string, to *int) bool {
	n, err := strconv.Atoi(s)
	*to = n
	return err == nil && n >= 1 && n <= 99
}

// String writes the part as --conv has it.
func (p convPart) String() string {
	switch {
	case p.pool == "" && p.side == usualSide:
		return strconv.Itoa(p.channels)
	case p.pool == "":
		return fmt.Sprintf("%dx%d", p.channels, p.side)
	case p.side == usualPool:
		return pools[p.pool]
	}
	return pools[p.pool] + strconv.Itoa(p.side)
}

// imageValue is the value of --image.
func imageValue(dst *[]int) *cli.Value {
	return &cli.Value{Kind: "CxHxW", Parse: func(s string) error {
		var shape []int
		for side := range strings.SplitSeq(strings.ToLower(s), "x") {
			n, err := strconv.Atoi(strings.TrimSpace(side))
			if err != nil || n < 1 {
				shape = nil
				break
			}
			shape = append(shape, n)
		}
		switch len(shape) {
		case 2:
			shape = append([]int{1}, shape...)
		case 3:
		default:
			return errors.New("channels, height and width as in 3x32x32 expected, or height and width of one channel as in 8x8")
		}
		*dst = shape
		return nil
	}}
}

func addConvFlags(group cli.Group, c *convConfig) {
	group.Add(convList(&c.conv).Or("none"), "conv", "layers of images before the hidden ones, for inputs that are pixels: "+convSyntax+
		"; a convolution keeps height and width and has relu behind it, a pool's windows lie beside one another")
	group.Add(imageValue(&c.image).Or("a square of one channel"), "image", "channels, height and width of the images that the inputs are, for --conv")
}

// convolutions returns the layers of --conv, for so many inputs, with the first weights that others have.
func (c config) convolutions(inputs int) []experiment.Layer {
	if len(c.conv) == 0 {
		return nil
	}
	shape := c.image
	if shape == nil {
		side := int(math.Round(math.Sqrt(float64(inputs))))
		shape = []int{1, side, side}
	}
	list, weighted := []experiment.Layer{{Kind: "image", Shape: shape}}, 0
	for _, p := range c.conv {
		switch {
		case p.pool == "global-avg-pool":
			list = append(list, experiment.Layer{Kind: p.pool})
		case p.pool != "":
			list = append(list, experiment.Layer{Kind: p.pool, Kernel: []int{p.side}})
		default:
			weighted++
			l := experiment.Layer{Kind: "conv", Channels: p.channels, Kernel: []int{p.side}, Activation: "relu",
				Init: experiment.Init{Kind: c.initOf("relu"), Scale: c.scale}, Frozen: slices.Contains(c.frozen, weighted)}
			if p.side > 1 {
				l.Padding = []int{p.side / 2}
			}
			list = append(list, l)
		}
	}
	if c.conv[len(c.conv)-1].pool != "global-avg-pool" {
		list = append(list, experiment.Layer{Kind: "flatten"})
	}
	if c.dropout > 0 {
		list = append(list, experiment.Layer{Kind: "dropout", Rate: c.dropout})
	}
	return list
}

// takeConv takes a layer apart that convolutions makes, and reports whether it is one.
func (c *config) takeConv(l experiment.Layer) bool {
	side := 1
	if len(l.Kernel) > 0 {
		side = l.Kernel[0]
	}
	switch l.Kind {
	case "image":
		c.image = l.Shape
	case "conv":
		c.conv = append(c.conv, convPart{channels: l.Channels, side: side})
		if l.Frozen {
			c.frozen = append(c.frozen, c.convWeights())
		}
	case "global-avg-pool":
		c.conv = append(c.conv, convPart{pool: l.Kind, side: usualPool})
	case "max-pool", "avg-pool":
		c.conv = append(c.conv, convPart{pool: l.Kind, side: side})
	case "flatten":
	default:
		return false
	}
	return true
}

// convWeights is how many layers of --conv have weights.
func (c *convConfig) convWeights() (n int) {
	for _, p := range c.conv {
		if p.pool == "" {
			n++
		}
	}
	return n
}

// convText writes --conv between units of layers.
func (c *convConfig) convText() string {
	var texts []string
	for _, p := range c.conv {
		texts = append(texts, p.String())
	}
	return strings.Join(texts, ",")
}

// perImage returns about how many nanoseconds the layers of --conv take for an example, and
// how many numbers come out of them.
func (p *problem) perImage() (time float64, numbers int) {
	inputs := len(p.Train.Features)
	list := p.convolutions(inputs)
	if list == nil {
		return 0, inputs
	}
	channels, height, width := list[0].Shape[0], list[0].Shape[1], list[0].Shape[2]
	for _, l := range list[1:] {
		switch l.Kind {
		case "conv":
			time += float64(l.Channels*height*width) * (60 + 0.3*float64(channels*l.Kernel[0]*l.Kernel[0]))
			channels = l.Channels
		case "max-pool", "avg-pool":
			time += float64(60 * channels * height * width)
			height, width = height/l.Kernel[0], width/l.Kernel[0]
		case "global-avg-pool":
			height, width = 1, 1
		}
	}
	return time, channels * height * width
}
