// Package toy makes small data sets in the plane, for demonstrations and for
// tests against numbers that others published: the published flower, and from a
// seed moons, circles, spirals and others, some with numbers to predict, see [New].
//
// It imports optim/dataset, whose sets it makes, and the generator numpyrand. A
// new set is a row of the table in kinds.go, or in surfaces.go if numbers are to be
// predicted.
package toy
