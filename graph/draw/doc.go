// Package draw makes pictures of graphs, as Graphviz source and as SVG.
//
// A picture shows the nodes that the given ones are computed from. The forward
// pass runs down the left side, layer by layer. The gradients that graph.Grad
// made climb up on its right, each at the height of the value that it belongs
// to; what is computed from gradients in turn, such as an update, stands apart.
// Values with a symbol show their formula in the notation of the notes, the
// steps between them are small, and dashed edges carry values of the forward
// pass to where the chain rule needs them again. The other edges show the shape
// of what goes along them; where none leaves a box, the shape stands in it. A
// constant whose entries are all the same is written where it is used.
//
// Graphviz is part of the program, as WebAssembly, so nothing needs to be
// installed. It is loaded when a program that imports this package starts,
// which takes some 50 ms, and a second when it is not yet in the cache that it
// keeps in the directory for temporary files. Pictures may be made by several
// goroutines; they are laid out one after the other.
package draw
