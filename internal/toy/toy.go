// Package toy makes small data sets in the plane, for demonstrations and for
// tests against numbers that others published: the published flower, and from a
// seed moons, circles, spirals and others, see [New].
package toy
