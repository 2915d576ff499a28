package plan

import "chainrule/internal/kernel"

// Functions that do several steps at once, with the same bits.
var (
	tanhSlope    = &kernel.Func{Name: "MulTanhSlope", Code: kernel.MulTanhSlope}
	sigmoidSlope = &kernel.Func{Name: "MulSigmoidSlope", Code: kernel.MulSigmoidSlope}
	stepSlope    = &kernel.Func{Name: "MulStep", Code: kernel.MulStep}
	addMul       = &kernel.Func{Name: "AddMul", Code: kernel.Add} // x + y·z
	subMul       = &kernel.Func{Name: "SubMul", Code: kernel.Sub} // x − y·z
)

// A rule makes one step of several: of a step of its root's Code and of those
// that alone it reads.
type rule struct {
	name     string
	root     kernel.Code
	commutes bool // the root's arguments may be the other way round

	// match returns the step that f(x, v) is, for the root f, and the values of
	// the steps that it makes idle.
	match func(c *contraction, x, v int) (st step, idle []int, ok bool)
}

// rules are tried in this order, for each order of the root's arguments. They
// are the derivatives that every network has, and the updates of its parameters
// by a rate z.
var rules = []rule{
	{"x·Step(y)", kernel.Mul, true, func(c *contraction, x, v int) (step, []int, bool) {
		m, ok := c.made(v, kernel.Step)
		return step{f: stepSlope, x: x, y: m.x, z: -1}, []int{v}, ok
	}},
	{"x·(1 − y²)", kernel.Mul, true, func(c *contraction, x, v int) (step, []int, bool) {
		m, isSub := c.made(v, kernel.Sub)
		square, isSquare := c.made(m.y, kernel.Square)
		return step{f: tanhSlope, x: x, y: square.x, z: -1}, []int{v, m.y}, isSub && isSquare && c.isOne(m.x)
	}},
	{"x·(y·(1 − y))", kernel.Mul, true, func(c *contraction, x, v int) (step, []int, bool) {
		m, isMul := c.made(v, kernel.Mul)
		for _, o := range orders(m) {
			y, d := o[0], o[1]
			if rest, ok := c.made(d, kernel.Sub); isMul && ok && c.isOne(rest.x) && rest.y == y {
				return step{f: sigmoidSlope, x: x, y: y, z: -1}, []int{v, d}, true
			}
		}
		return step{}, nil, false
	}},
	{"x + y·z", kernel.Add, true, scaled(addMul)},
	{"x − y·z", kernel.Sub, false, scaled(subMul)},
}

// scaled matches f(x, y·z) for an array y and a number z.
func scaled(f *kernel.Func) func(c *contraction, x, v int) (step, []int, bool) {
	return func(c *contraction, x, v int) (step, []int, bool) {
		m, ok := c.made(v, kernel.Mul)
		y, z := m.x, m.y
		if !c.isNumber(z) {
			y, z = z, y
		}
		return step{f: f, x: x, y: y, z: z}, []int{v}, ok && c.isNumber(z) && !c.isNumber(y)
	}
}
