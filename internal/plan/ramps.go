package plan

import "chainrule/internal/kernel"

// rampOf tells whose derivative a function is, if the result of that one will do
// in place of its argument: Step(ReLU(z)) is Step(z), with the bits of a NaN.
var rampOf = map[kernel.Code]kernel.Code{kernel.Step: kernel.ReLU, kernel.LeakyStep: kernel.LeakyReLU}

// readRamps makes derivatives of ramps read the ramp instead of its argument,
// so that the argument need not be kept. It wants Maps of one step.
func (b *builder) readRamps() {
	ramps := make(map[rampKey]int) // buffer of the result
	for _, in := range b.code {
		if !in.isMap() || !in.ins[0].identity() {
			continue
		}
		x, f := &in.ins[0], in.steps[0].f.Code
		if ramp, ok := rampOf[f]; ok {
			if out, ok := ramps[rampKey{x.buf, ramp}]; ok {
				*x = whole(out, x.dims)
			}
		}
		ramps[rampKey{x.buf, f}] = in.out
	}
}

// A rampKey is a function applied to all of a buffer.
type rampKey struct {
	buf  int
	code kernel.Code
}
