package graph

// Norm returns the Euclidean norm √Σx² over the given axes, which vanish from the
// shape; without axes, over all entries. It is computed of the squares, so that it is
// +Inf where they overflow and 0 where all of them underflow. Its derivative is
// x/‖x‖, and 0 where the norm is 0.
func Norm(x *Node, axes ...int) *Node { return Reduce{}.Norm(x, axes...) }

// Norm is the function Norm.
func (r Reduce) Norm(x *Node, axes ...int) *Node { return rootOrZero(r.Sum(Square(x), axes...)) }

// Std returns the standard deviation over the given axes, the square root of
// Variance: the sum of squares is divided by the number of entries, not by one less.
// Its derivative is 0 where all entries are equal, as far as their rounded mean and
// the squares of what is left tell.
func Std(x *Node, axes ...int) *Node { return Reduce{}.Std(x, axes...) }

// Std is the function Std.
func (r Reduce) Std(x *Node, axes ...int) *Node { return rootOrZero(r.Variance(x, axes...)) }

// rootOrZero returns the square root with all derivatives 0 at 0. The argument is chosen
// too, for the infinite derivative there would make NaN of the gradient 0.
func rootOrZero(x *Node) *Node {
	g := x.Graph()
	other := NotEqual(x, g.Const(0))
	return Where(other, Sqrt(Where(other, x, g.Const(1))), g.Const(0))
}
