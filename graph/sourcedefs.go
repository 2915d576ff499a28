package graph

// The functions that programs define, in Python and in Go.
var (
	sigmoidDef = Definition{`def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)`,
		`// sigmoid returns 1/(1 + e^−z), without overflow.
func sigmoid(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}`}
	softplusDef = Definition{Go: `// softplus returns ln(1 + e^z), without overflow.
func softplus(z float64) float64 {
	return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z)))
}`}
	stepDef = Definition{Go: `// step returns 1 above 0, else 0.
func step(z float64) float64 {
	if z > 0 {
		return 1
	}
	return 0 * z
}`}
	leakyReLUDef = Definition{`def leakyrelu(z):
    return np.where(z > 0, z, 0.01 * z)`,
		`// leakyReLU returns z above 0, else 0.01·z.
func leakyReLU(z float64) float64 {
	if z > 0 {
		return z
	}
	return 0.01 * z
}`}
	leakyStepDef = Definition{`def leakystep(z):
    return np.where(z > 0, 1, 0.01)`,
		`// leakyStep returns 1 above 0, else 0.01.
func leakyStep(z float64) float64 {
	if z > 0 {
		return 1
	}
	return 0.01
}`}
	eluDef = Definition{`def elu(z):
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))`,
		`// elu returns z above 0, else e^z − 1.
func elu(z float64) float64 {
	if z > 0 {
		return z
	}
	return math.Expm1(z)
}`}
	siluDef = Definition{`def silu(z):
    return z * sigmoid(z)`,
		`// silu returns z·σ(z).
func silu(z float64) float64 { return z * sigmoid(z) }`}
	normalCDFDef = Definition{`def normal_cdf(z):
    return np.vectorize(math.erfc, otypes=[float])(-z / math.sqrt(2)) / 2`,
		`// normalCDF returns Φ(z), the normal distribution function.
func normalCDF(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }`}
	geluDef = Definition{`def gelu(z):
    return z * normal_cdf(z)`,
		`// gelu returns z·Φ(z).
func gelu(z float64) float64 { return z * normalCDF(z) }`}
	erfDef = Definition{NumPy: `def erf(x):
    return np.vectorize(math.erf, otypes=[float])(x)`}
	signDef = Definition{Go: `// sign returns 1 above 0, −1 below 0, else x.
func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}`}
	indicatorDef = Definition{Go: `// indicator returns 1 for true, 0 for false.
func indicator(holds bool) float64 {
	if holds {
		return 1
	}
	return 0
}`}
	chooseDef = Definition{Go: `// choose returns a where condition is not 0, else b.
func choose(condition, a, b float64) float64 {
	if condition != 0 {
		return a
	}
	return b
}`}
	setSliceDef = Definition{`def setslice(x, part, y):
    out = np.array(x)
    out[part] = y
    return out`,
		`// within reports whether index is one of from, from + step, … before to.
func within(index, from, to, step int) bool {
	if step < 0 {
		return to < index && index <= from && (from-index)%-step == 0
	}
	return from <= index && index < to && (index-from)%step == 0
}`}
	pickDef = Definition{Go: `// pick returns a if it is to be that one, else b.
func pick(first bool, a, b float64) float64 {
	if first {
		return a
	}
	return b
}`}
	recurrenceDef = Definition{NumPy: `def recurrence(a, b, axis, reverse):
    a, b = np.moveaxis(a, axis, 0), np.moveaxis(b, axis, 0)
    out = np.array(b)
    last = None
    for t in reversed(range(len(b))) if reverse else range(len(b)):
        if last is not None:
            out[t] += a[t] * out[last]
        last = t
    return np.moveaxis(out, 0, axis)`}
	logAddExpDef = Definition{Go: `// logAddExp returns ln(e^a + e^b), without overflow.
func logAddExp(a, b float64) float64 {
	if a == b {
		return a + math.Ln2
	}
	return max(a, b) + math.Log1p(math.Exp(-math.Abs(a-b)))
}`}
	oneHotDef = Definition{`def onehot(x, rows, classes):
    known = (x == np.trunc(x)) & (x >= 0) & (x < classes)
    return np.where(x == rows, 1.0, np.where(known, 0.0, np.nan))`,
		`// oneHot returns 1 in the row of a class, 0 in the others, NaN if there is no such class.
func oneHot(class, row, classes float64) float64 {
	switch {
	case class == row:
		return 1
	case class == math.Trunc(class) && class >= 0 && class < classes:
		return 0
	}
	return math.NaN()
}`}
	softmaxDef = Definition{NumPy: `def softmax(z, axis):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)`}
	logSumExpDef = Definition{NumPy: `def logsumexp(z, axis):
    largest = np.max(z, axis=axis, keepdims=True)
    return largest + np.log(np.sum(np.exp(z - largest), axis=axis, keepdims=True))`}

	// The generator of random numbers, SplitMix64.
	splitMixDef = Definition{`def splitmix(state, place):
    bits = 2**64 - 1
    z = (int(state) + (int(place) + 1) * 0x9e3779b97f4a7c15) & bits
    z = ((z ^ z >> 30) * 0xbf58476d1ce4e5b9) & bits
    z = ((z ^ z >> 27) * 0x94d049bb133111eb) & bits
    return z ^ z >> 31`,
		`// splitMix returns output number place of SplitMix64 that starts at a state.
func splitMix(state, place uint64) uint64 {
	z := state + (place+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}`}
	uniformDef = Definition{`def uniform(seed, shape):
    state = 0
    for s in np.ravel(seed):
        state = splitmix(state, s)
    numbers = [float(splitmix(state, i) >> 11) for i in range(math.prod(shape))]
    return np.reshape(numbers, shape) * ((1 - 1 / 2**24) / 2**53)`,
		`// uniform returns the random number of a place, from 0 to below 1, that a seed gives.
func uniform(place int, seed ...float64) float64 {
	var state uint64
	for _, s := range seed {
		state = splitMix(state, uint64(s))
	}
	return float64(splitMix(state, uint64(place))>>11) * ((1 - 1.0/(1<<24)) / (1 << 53))
}`}
	nextSeedDef = Definition{`def nextseed(seed, limit):
    out = np.array(seed)
    for i in reversed(range(out.size)):
        out.flat[i] += 1
        if out.flat[i] != limit:
            break
        out.flat[i] = 0
    return out`,
		`// nextSeed returns the entry of a place of the seed that follows.
func nextSeed(limit float64, place int, seed ...float64) float64 {
	for i := len(seed) - 1; i >= 0; i-- {
		if seed[i]++; seed[i] != limit {
			break
		}
		seed[i] = 0
	}
	return seed[place]
}`}
)
