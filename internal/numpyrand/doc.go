// Package numpyrand produces the random numbers of NumPy's legacy generator,
// the one behind np.random.seed and np.random.RandomState, so that data sets
// and initial weights published with a NumPy seed can be made again in Go.
//
// The generator is the Mersenne Twister MT19937 (M. Matsumoto and
// T. Nishimura, ACM TOMACS 8(1), 1998) with the 2002 initialisation from one
// 32-bit integer. Integers and uniform numbers equal NumPy's in every bit.
// Normal numbers pass through a logarithm and may differ in the last bits.
//
// It imports the standard library only. Another of NumPy's distributions is a
// method of Rand, held to numbers that NumPy drew.
package numpyrand
