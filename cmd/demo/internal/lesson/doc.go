// Package lesson holds the claims of notes on shallow neural networks, each
// with the experiment that tries it: settings, measured numbers, pictures and a
// verdict that is computed from the numbers, and so can fail.
//
// A verdict is one of three: the claim, as it is worded, holds, holds in part or
// does not hold. It follows from what the checks say of the claim's parts. Apart
// from that, a lesson has a finding of its own, that all checks come out as its
// author found them.
//
// It imports the library, and the toy sets, hand-written gradients and pictures
// that programs share. It writes nothing: package page and the command do. A new
// lesson is a file with its claim and experiment and a line of all.go; only checks
// say what of a claim holds.
package lesson
