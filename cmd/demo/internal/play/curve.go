package play

// maxCurve is how many points a curve has at most.
const maxCurve = 512

// A curve holds costs by step, at multiples of a stride that doubles when there are too
// many: they depend on the training alone, and going back leaves them.
type curve struct {
	stride      int
	steps       []int
	train, held []float64
	told        int  // points that the page has
	begun       bool // the page has the beginning
}

// next is the step from which on there is a point to be measured.
func (c *curve) next() int {
	if len(c.steps) == 0 {
		return 0
	}
	return c.steps[len(c.steps)-1] + c.stride
}

// due returns the first step after another at which there is a point to be measured.
func (c *curve) due(after int) int {
	stride := max(c.stride, 1)
	return max(c.next(), (after/stride+1)*stride)
}

// wants reports whether the step is one to be measured.
func (c *curve) wants(step int) bool { return step >= c.next() && step%max(c.stride, 1) == 0 }

// add appends the point of a step that it wants.
func (c *curve) add(step int, train, held float64) {
	c.stride = max(c.stride, 1)
	if len(c.steps) == maxCurve {
		n := 0
		for i := 0; i < len(c.steps); i += 2 {
			c.steps[n], c.train[n], c.held[n] = c.steps[i], c.train[i], c.held[i]
			n++
		}
		c.steps, c.train, c.held = c.steps[:n], c.train[:n], c.held[:n]
		c.stride *= 2
		c.anew()
		if step%c.stride != 0 {
			return
		}
	}
	c.steps, c.train, c.held = append(c.steps, step), append(c.train, train), append(c.held, held)
}

// anew has the next news begin at the beginning.
func (c *curve) anew() { c.told, c.begun = 0, false }

// curveNews is what a frame says of a curve.
type curveNews struct {
	Clear bool    `json:"clear,omitempty"` // the points are all there are
	Steps []int   `json:"steps"`
	Train numbers `json:"train"`
	Held  numbers `json:"held,omitempty"`
}

// news returns the points up to a step that the page does not have.
func (c *curve) news(step int, held bool) curveNews {
	to := c.told
	for to < len(c.steps) && c.steps[to] <= step {
		to++
	}
	n := curveNews{Clear: !c.begun, Steps: append([]int{}, c.steps[c.told:to]...), Train: append(numbers{}, c.train[c.told:to]...)}
	if held {
		n.Held = append(numbers{}, c.held[c.told:to]...)
	}
	c.told, c.begun = to, true
	return n
}
