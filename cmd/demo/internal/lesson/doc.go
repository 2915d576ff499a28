// Package lesson holds the claims of notes on shallow neural networks, each
// with the experiment that tries it: settings, measured numbers, pictures and a
// verdict that is computed from the numbers, and so can fail.
//
// It imports the library, and the toy sets, hand-written gradients and pictures
// that programs share. It writes nothing: package page and the command do. A new
// lesson is a file with its claim and experiment and a line of all.go; only checks
// may say that a claim holds.
package lesson
