package toy

import "math"

// A kind is a set that New makes.
type kind struct {
	name    string
	classes int                                            // 0: as many as there are arms
	noise   float64                                        // the default
	point   func(d draw, class, i, n int) (x1, x2 float64) // example i of n of a class, with noise
}

func kinds() []kind {
	return []kind{
		{"flower", 2, 0.2, flowerPoint},
		{"moons", 2, 0.15, moon},
		{"circles", 2, 0.1, circle},
		{"spirals", 0, 0.1, spiral},
		{"blobs", 3, 0.6, blob},
		{"xor", 2, 0.15, xor},
		{"gauss", 2, 1, cloud},
	}
}

// moon is a point of one of two half circles of radius 1, t from 0 to π:
//
//	class 0: (cos t, sin t)
//	class 1: (1 − cos t, 0.5 − sin t)
//
// As make_moons of scikit-learn.
func moon(d draw, class, i, n int) (x1, x2 float64) {
	x1, x2 = polar(1, math.Pi*fraction(i, n-1))
	if class == 1 {
		x1, x2 = 1-x1, 0.5-x2
	}
	return d.near(x1, x2)
}

// circle is a point of a circle around 0, of radius 1 for class 0 and 0.5 for
// class 1:
//
//	(r·cos t, r·sin t), t from 0 to below 2π
//
// As make_circles of scikit-learn with a factor of 0.5 between the two.
func circle(d draw, class, i, n int) (x1, x2 float64) {
	r := 1.0
	if class == 1 {
		r = 0.5
	}
	return d.near(polar(r, 2*math.Pi*fraction(i, n)))
}

// spiral is a point of one of the arms of a spiral, which turn once around 0:
//
//	r = 4u, t = 2π·u + 2π·class/arms, x = (r·sin t, r·cos t), u from 1/n to 1
//
// The form is that of the spirals in the notes of Stanford's course CS231n
// (three arms) and of TensorFlow playground (two arms), which differ in the
// number of turns (0.64 and 1.75) and in their size (1 and 5).
func spiral(d draw, class, i, n int) (x1, x2 float64) {
	const radius = 4
	u := fraction(i+1, n)
	t := 2 * math.Pi * float64(u+fraction(class, d.classes))
	x2, x1 = polar(radius*u, t)
	return d.near(x1, x2)
}

// blob is a point near one of three centres, (0, 2), (−2, −1) and (2, −1), at
// normal distances in both directions whose standard deviation is the noise. As
// make_blobs of scikit-learn, there with centres drawn at random.
func blob(d draw, class, _, _ int) (x1, x2 float64) {
	centres := [3][2]float64{{0, 2}, {-2, -1}, {2, -1}}
	return d.near(centres[class][0], centres[class][1])
}

// cloud is a point near (−2, −2) for class 0 and (2, 2) for class 1, at normal
// distances whose standard deviation is the noise. As the set of two Gaussians
// in TensorFlow playground.
func cloud(d draw, class, _, _ int) (x1, x2 float64) {
	centre := float64(4*class - 2)
	return d.near(centre, centre)
}

// xor is a point uniform in the square from −2.2 to 2.2 without a margin of 0.2
// on either side of the axes. Its class is 0 where x1·x2 is positive and 1
// where it is negative, noise not counted. The form is that of the exclusive or
// in TensorFlow playground, with a square from −5.3 to 5.3 and a margin of 0.3.
func xor(d draw, class, _, _ int) (x1, x2 float64) {
	const side, margin = 2, 0.2
	x1 = margin + float64(side*d.rng.Float64())
	x2 = margin + float64(side*d.rng.Float64())
	if class == 1 {
		x2 = -x2
	}
	if d.rng.Uint64()>>63 == 1 {
		x1, x2 = -x1, -x2
	}
	return d.near(x1, x2)
}

// fraction returns i/n.
func fraction(i, n int) float64 { return float64(i) / float64(n) }
