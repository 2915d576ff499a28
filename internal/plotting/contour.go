package plotting

import "math"

// grid holds values at the nodes of a regular grid: v[row*cols+col].
type grid struct {
	cols, rows int
	v          []float64
}

// at returns the value at a node.
func (g grid) at(col, row int) float64 { return g.v[row*g.cols+col] }

// A spot is a place on a grid, in columns and rows.
type spot struct{ col, row float64 }

// zeroLines returns the lines along which the values of g pass through zero,
// by marching squares. A closed line ends with its first spot. Where all
// values are zero or more there is no line.
func zeroLines(g grid) [][]spot {
	t := tracer{g: g, links: make([][2]int32, 2*len(g.v))}
	for row := range g.rows - 1 {
		for col := range g.cols - 1 {
			t.square(col, row)
		}
	}
	var lines [][]spot
	for e, l := range t.links { // lines that end at the edge of the grid
		if l[0] != 0 && l[1] == 0 {
			lines = append(lines, t.follow(int32(e)))
		}
	}
	for e, l := range t.links { // loops
		if l[0] != 0 {
			lines = append(lines, t.follow(int32(e)))
		}
	}
	return lines
}

// tracer joins the segments that marching squares finds. A line crosses the
// sides of squares; sides are numbered 2*node for the one to the next column
// and 2*node+1 for the one to the next row. links holds for each side the two
// sides where the line goes on, plus 1, or 0 for none.
type tracer struct {
	g     grid
	links [][2]int32
}

// square adds the segments within the square whose lowest node is given.
func (t *tracer) square(col, row int) {
	inside := func(c, r int) bool { return t.g.at(c, r) >= 0 }
	corner := [4]bool{inside(col, row), inside(col+1, row), inside(col+1, row+1), inside(col, row+1)}
	node := int32(row*t.g.cols + col)
	above := node + int32(t.g.cols)
	side := [4]int32{2 * node, 2*(node+1) + 1, 2 * above, 2*node + 1}
	var crossed []int32 // in the order around the square
	for i := range 4 {
		if corner[i] != corner[(i+1)%4] {
			crossed = append(crossed, side[i])
		}
	}
	switch len(crossed) {
	case 2:
		t.link(crossed[0], crossed[1])
	case 4: // a saddle, whose middle decides which corners are joined
		middle := t.g.at(col, row) + t.g.at(col+1, row) + t.g.at(col+1, row+1) + t.g.at(col, row+1)
		if corner[0] == (middle >= 0) {
			t.link(crossed[0], crossed[1])
			t.link(crossed[2], crossed[3])
		} else {
			t.link(crossed[3], crossed[0])
			t.link(crossed[1], crossed[2])
		}
	}
}

// link notes that a line runs from side a to side b.
func (t *tracer) link(a, b int32) {
	for _, l := range [2][2]int32{{a, b}, {b, a}} {
		if t.links[l[0]][0] == 0 {
			t.links[l[0]][0] = l[1] + 1
		} else {
			t.links[l[0]][1] = l[1] + 1
		}
	}
}

// follow takes the line that starts at a side off the links.
func (t *tracer) follow(from int32) []spot {
	line := []spot{t.crossing(from)}
	for e := from; ; {
		next := t.links[e][0] - 1
		if next < 0 {
			return line
		}
		t.unlink(e, next)
		t.unlink(next, e)
		line = append(line, t.crossing(next))
		e = next
	}
}

// unlink removes b from the links of a.
func (t *tracer) unlink(a, b int32) {
	l := &t.links[a]
	if l[0] == b+1 {
		l[0] = l[1]
	}
	l[1] = 0
}

// crossing returns the place on a side where the value is zero.
func (t *tracer) crossing(side int32) spot {
	col, row := int(side/2)%t.g.cols, int(side/2)/t.g.cols
	a := t.g.at(col, row)
	if side%2 == 0 {
		b := t.g.at(col+1, row)
		return spot{float64(col) + a/(a-b), float64(row)}
	}
	b := t.g.at(col, row+1)
	return spot{float64(col), float64(row) + a/(a-b)}
}

// thin drops spots that lie closer than about one grid step to the last one
// kept; the ends stay.
func thin(line []spot) []spot {
	kept := line[:1:1]
	for _, s := range line[1 : len(line)-1] {
		if last := kept[len(kept)-1]; math.Hypot(s.col-last.col, s.row-last.row) >= 0.9 {
			kept = append(kept, s)
		}
	}
	return append(kept, line[len(line)-1])
}
