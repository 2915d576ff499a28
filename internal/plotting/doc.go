// Package plotting draws the pictures of the demo programs: the decision
// boundary of a classifier with two inputs, one or several side by side, cost
// curves, charts of lines and of bars, confusion matrices, and surfaces.
//
// A picture is a plain struct, such as a [Boundary] or a [Chart]; [Save] draws it
// into a file and [Write] into any writer. All pictures share one look: dark
// text on opaque white, so that they read the same on a light and on a dark
// page, colours that colour-blind readers tell apart, and a second cue beside
// each colour (the shape of a point, the dashes of a line).
//
// Drawing is deterministic: equal pictures give equal bytes.
//
// It imports gonum's plot, and of ours internal/files. A new picture is a struct with a
// method figure, in a file of its own; style.go has the colours and sizes that it
// must take.
package plotting
