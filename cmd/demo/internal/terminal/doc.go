// Package terminal writes for a person at a terminal, or into a pipe: how much
// room there is, paragraphs and tables that fit into it, a progress bar, and
// drawings in characters.
//
// It knows nothing of networks and trainings: what it draws are numbers, points
// and a function that tells classes. It may import internal/words and the
// libraries of the terminal. What is written to standard output goes here;
// pictures in files are drawn by internal/plotting.
package terminal
