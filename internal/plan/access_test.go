package plan

import "testing"

// An operand that repeats along its last axis is one number for entries within a
// row, and for no others: then nothing is copied. Another operand is not.
func TestAccessKnowsNumbers(t *testing.T) {
	const rows, cols = 2, 5
	column := Node{Kind: Feed, Shape: []int{rows, 1}}
	m := NewMachine[float64](New(Source{Nodes: []Node{column}, Outputs: []int{0}}), nil, nil, 1)
	m.Feed(0, []float64{3, 4}, false)
	buf := m.feeds[0].buf
	repeated := newAccess[float64](whole(buf, column.Shape).broadcast([]int{rows, cols}).squeezed(), nil)
	repeated.bind(m)
	for pos := range rows * cols {
		for n := 1; n <= rows*cols-pos; n++ {
			v, ok := repeated.number(m, pos, n)
			if inRow := pos%cols+n <= cols; ok != inRow || ok && v != float64(3+pos/cols) {
				t.Errorf("%d entries from %d on: %v, %v", n, pos, v, ok)
			}
		}
	}
	each := newAccess[float64](whole(buf, column.Shape).squeezed(), nil)
	each.bind(m)
	if v, ok := each.number(m, 0, 1); ok {
		t.Errorf("an operand that does not repeat is taken for the number %v", v)
	}
}
