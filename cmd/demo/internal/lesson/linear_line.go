package lesson

import (
	"cmp"
	"math"
	"slices"

	"chainrule/optim/dataset"
)

// A straightLine is a classifier of points in the plane: class 1 where
// w1·x1 + w2·x2 + b is at least 0.
type straightLine struct{ w1, w2, b float64 }

// value returns w1·x1 + w2·x2 + b of example j.
func (l straightLine) value(data *dataset.Set, j int) float64 {
	return l.w1*data.X[2*j] + l.w2*data.X[2*j+1] + l.b
}

// right returns how many examples the line gets right.
func (l straightLine) right(data *dataset.Set) int {
	n := 0
	for j, class := range data.Class {
		if l.value(data, j) >= 0 == (class == 1) {
			n++
		}
	}
	return n
}

// distances returns the mean distances from the line of the examples that it
// gets wrong and of those that it gets right; of none it is 0.
func (l straightLine) distances(data *dataset.Set) (wrong, right float64) {
	var sums, counts [2]float64
	for j, class := range data.Class {
		v, k := l.value(data, j), 0
		if v >= 0 == (class == 1) {
			k = 1
		}
		sums[k] += math.Abs(v) / math.Hypot(l.w1, l.w2)
		counts[k]++
	}
	return sums[0] / math.Max(counts[0], 1), sums[1] / math.Max(counts[1], 1)
}

// predict is Predict of a plotting.Boundary.
func (l straightLine) predict(x, y []float64) ([]float64, error) {
	p := make([]float64, len(x))
	for i := range x {
		p[i] = 1 / (1 + math.Exp(-(l.w1*x[i] + l.w2*y[i] + l.b)))
	}
	return p, nil
}

// scaled returns the line with all three numbers multiplied.
func (l straightLine) scaled(by float64) straightLine {
	return straightLine{by * l.w1, by * l.w2, by * l.b}
}

// cost returns the cross-entropy with σ(w1·x1 + w2·x2 + b) for probabilities.
func (l straightLine) cost(data *dataset.Set) float64 {
	sum := 0.0
	for j, class := range data.Class {
		z := l.value(data, j)
		if class == 1 {
			z = -z
		}
		sum += math.Max(z, 0) + math.Log1p(math.Exp(-math.Abs(z)))
	}
	return sum / float64(data.Len())
}

// steepest returns the line, in the same place, whose slope costs least. The
// cost is convex in the slope.
func (l straightLine) steepest(data *dataset.Set) straightLine {
	low, high := 0.0, 1e3/math.Hypot(l.w1, l.w2)
	for range 200 {
		a, b := low+(high-low)/3, high-(high-low)/3
		if l.scaled(a).cost(data) < l.scaled(b).cost(data) {
			high = b
		} else {
			low = a
		}
	}
	return l.scaled((low + high) / 2)
}

// bestLine returns a line that gets the most examples right, of all there are:
// any line can be moved until it nearly touches an example, without passing one,
// and what it separates changes only where it turns past another.
func bestLine(data *dataset.Set) straightLine {
	var best straightLine
	most := -1
	for i := range data.Len() {
		for _, c := range linesBy(data, i) {
			if c.right <= most {
				continue
			}
			if line := c.line(data, i); line.right(data) > most {
				best, most = line, line.right(data)
			}
		}
	}
	return best
}

// A nearLine goes by an example, so closely that no other lies between.
type nearLine struct {
	angle       float64 // of its direction, from 0 to π
	oneOnLeft   bool    // class 1 is on its left
	pivotIsLeft bool    // and so is the example
	right       int     // how many it gets right
}

// A passing is where a line that turns to the left around an example passes
// another one, which changes sides.
type passing struct {
	angle float64
	gain  int // change of the number right, if class 1 is on the left
}

// linesBy returns a best line by example i for every stretch between two
// passings, as it turns around the example from angle 0 to π.
func linesBy(data *dataset.Set, i int) []nearLine {
	passings, right, here := passingsAround(data, i)
	others := len(passings)
	var lines []nearLine
	before := 0.0
	for _, p := range append(passings, passing{angle: math.Pi}) {
		if p.angle > before {
			n := nearLine{angle: (before + p.angle) / 2, oneOnLeft: 2*right >= others}
			n.pivotIsLeft = n.oneOnLeft == (here[1] >= here[0])
			n.right = max(right, others-right) + max(here[0], here[1])
			lines = append(lines, n)
		}
		right, before = right+p.gain, p.angle
	}
	return lines
}

// passingsAround returns the passings of a line that turns around example i, in
// their order; how many of the other examples are right at angle 0, if class 1
// is on the left; and how many examples of each class lie where example i does.
func passingsAround(data *dataset.Set, i int) (passings []passing, right int, here [2]int) {
	for j, class := range data.Class {
		if samePlace(data, i, j) {
			here[class]++
			continue
		}
		angle := math.Atan2(data.X[2*j+1]-data.X[2*i+1], data.X[2*j]-data.X[2*i])
		p := passing{angle, 1 - 2*class} // from the left to the right
		if angle <= 0 {
			p = passing{angle + math.Pi, -p.gain}
		}
		if (angle > 0) == (class == 1) {
			right++
		}
		passings = append(passings, p)
	}
	slices.SortFunc(passings, func(a, b passing) int { return cmp.Compare(a.angle, b.angle) })
	return passings, right, here
}

// samePlace reports whether two examples are the same point.
func samePlace(data *dataset.Set, i, j int) bool {
	return data.X[2*i] == data.X[2*j] && data.X[2*i+1] == data.X[2*j+1]
}

// line returns the line near example i.
func (n nearLine) line(data *dataset.Set, i int) straightLine {
	l := straightLine{w1: -math.Sin(n.angle), w2: math.Cos(n.angle)}
	l.b = -l.value(data, i)
	gap := 1.0 // to the nearest of the others
	for j := range data.Len() {
		if !samePlace(data, i, j) {
			gap = math.Min(gap, math.Abs(l.value(data, j)))
		}
	}
	if n.pivotIsLeft {
		l.b += gap / 2
	} else {
		l.b -= gap / 2
	}
	if !n.oneOnLeft {
		l = l.scaled(-1)
	}
	return l
}
