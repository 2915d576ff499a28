package numpyrand

import "math"

const (
	stateLen = 624        // words of state
	shift    = 397        // distance of the word that is mixed in
	upper    = 0x80000000 // top bit of a word
	lower    = 0x7fffffff // the other 31 bits
	twist    = 0x9908b0df // last row of the twist matrix
)

// Rand is a generator in the state that its seed and the calls so far led to.
// [New] makes one; the zero value is not usable, its normal numbers never come.
// It is not safe for simultaneous use.
//
// A Rand is a source for [math/rand/v2.New], but only its own methods follow
// NumPy: the methods of the wrapping rand.Rand use other algorithms.
type Rand struct {
	state [stateLen]uint32
	next  int // index of the next unused word of state

	normal    float64 // second value of the last pair of normal numbers
	hasNormal bool    // whether normal is still to be returned
}

// New returns a generator in the state that RandomState(seed) starts from.
func New(seed uint32) *Rand {
	r := &Rand{next: stateLen}
	r.state[0] = seed
	for i := 1; i < stateLen; i++ {
		prev := r.state[i-1]
		r.state[i] = 1812433253*(prev^prev>>30) + uint32(i)
	}
	return r
}

// Uint32 returns the next 32 bits of the generator, as
// randint(0, 2**32, dtype=uint32) does.
func (r *Rand) Uint32() uint32 {
	if r.next >= stateLen {
		r.refill()
	}
	y := r.state[r.next]
	r.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// refill replaces all words of the state by their successors.
func (r *Rand) refill() {
	for i := range r.state {
		y := r.state[i]&upper | r.state[(i+1)%stateLen]&lower
		word := r.state[(i+shift)%stateLen] ^ y>>1
		if y&1 != 0 {
			word ^= twist
		}
		r.state[i] = word
	}
	r.next = 0
}

// Uint64 returns the next 64 bits, the upper half drawn first. NumPy's
// tomaxint is this number without its lowest bit.
func (r *Rand) Uint64() uint64 {
	hi := uint64(r.Uint32())
	return hi<<32 | uint64(r.Uint32())
}

// Float64 returns a number uniform in [0, 1) with 53 random bits, as
// random_sample does: the upper 27 bits of one word, then 26 of the next.
func (r *Rand) Float64() float64 {
	hi := r.Uint32() >> 5
	lo := r.Uint32() >> 6
	return float64(uint64(hi)<<26|uint64(lo)) / (1 << 53)
}

// NormFloat64 returns a number from the normal distribution with mean 0 and
// standard deviation 1, as randn and standard_normal do. It uses Marsaglia's
// polar method, which makes numbers in pairs. The second one of a pair is kept
// for the next call, whatever other methods are called in between.
func (r *Rand) NormFloat64() float64 {
	if r.hasNormal {
		r.hasNormal = false
		return r.normal
	}
	for {
		x := 2*r.Float64() - 1
		y := 2*r.Float64() - 1
		// The conversions keep compilers from fusing product and sum.
		s := float64(x*x) + float64(y*y)
		if s >= 1 || s == 0 {
			continue
		}
		f := math.Sqrt(-2 * math.Log(s) / s)
		r.normal, r.hasNormal = f*x, true
		return f * y
	}
}
