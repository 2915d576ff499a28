// Package draw makes pictures of graphs, as SVG, PNG and Graphviz source.
//
// A picture shows the nodes that the given ones are computed from. The forward
// pass runs down the left side, layer by layer. The gradients that graph.Grad
// made climb up on its right, each at the height of the value that it belongs
// to; what is computed from gradients in turn, such as an update, stands apart.
// Values with a symbol show their formula in the notation of the notes, the
// steps between them are small. A step that is too long to be written where it
// is used is called s1, s2, … there. Dashed edges carry values of the forward
// pass to where the chain rule needs them again; the other edges show the shape
// of what goes along them, and where none leaves a box, the shape stands in it. A
// constant whose entries are all the same is written where it is used.
//
// Graphviz is part of the program, as WebAssembly, so nothing needs to be
// installed. It is loaded when a program that imports this package starts,
// which takes some 50 ms, and a second when it is not yet in the cache that it
// keeps in the user's directory for caches. Pictures may be made by several
// goroutines; they are laid out one after the other.
//
// Nothing can stop Graphviz in the process that it works in, and it keeps some
// memory of every picture. A program that draws many pictures, or must go on
// whatever comes, calls Isolate where it starts: layouts are then made in processes
// of their own, within a limit.
//
// What lives here: the picture as a model (boxes, edges and panels: picture.go,
// layer.go, edge.go, panel.go, label.go), its source for Graphviz (dot.go), which
// gives everything its place (layout.go, isolate.go), what makes room afterwards for texts
// and edges that are in each other's way (arrange.go, route.go), and two canvases
// on which canvas.go paints it (svg.go, png.go). The package knows nodes by
// graph's public view and how they are written by their Formula; it knows no
// operation. Another format is another canvas, another kind of box a look in
// dot.go and an outline in canvas.go.
package draw
