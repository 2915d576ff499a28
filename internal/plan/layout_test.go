package plan

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestMemoryJoinsFreeSpans(t *testing.T) {
	var m memory
	a, b, c, d := m.take(10), m.take(20), m.take(30), m.take(40)
	m.give(a, 10)
	m.give(c, 30)
	if want := []span{{a, 16}, {c, 32}}; !slices.Equal(m.free, want) {
		t.Errorf("free is %v, want %v", m.free, want)
	}
	m.give(b, 20) // joins both neighbours
	if want := []span{{0, d}}; !slices.Equal(m.free, want) {
		t.Errorf("free is %v, want %v", m.free, want)
	}
	if at := m.take(d); at != 0 || len(m.free) != 0 {
		t.Errorf("took %d, leaving %v", at, m.free)
	}
}

func TestMemoryFitsBestAndGrowsItsEnd(t *testing.T) {
	var m memory
	a, _, c, _, e := m.take(64), m.take(16), m.take(32), m.take(16), m.take(16)
	m.give(a, 64)
	m.give(c, 32)
	m.give(e, 16)
	if at := m.take(20); at != c {
		t.Errorf("20 elements at %d, want %d, where they fit best", at, c)
	}
	if at := m.take(100); at != e || m.size != e+112 {
		t.Errorf("100 elements at %d of %d, want %d of %d", at, m.size, e, e+112)
	}
}

func TestMemoryNeverOverlaps(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var m memory
	var used []span
	for range 5000 {
		if len(used) > 0 && rng.IntN(2) == 0 {
			k := rng.IntN(len(used))
			m.give(used[k].offset, used[k].size)
			used = slices.Delete(used, k, k+1)
			continue
		}
		n := 1 + rng.IntN(200)
		s := span{m.take(n), n}
		for _, u := range used {
			if s.offset < u.offset+u.size && u.offset < s.offset+s.size {
				t.Fatalf("%v overlaps %v", s, u)
			}
		}
		if s.offset%align != 0 || s.offset+s.size > m.size {
			t.Fatalf("%v is not aligned or not in the arena of %d", s, m.size)
		}
		used = append(used, s)
	}
}

// TestLongRowsOfOneEntry repeats entries over rows longer than a block, so that
// blocks lie within rows, across rows, and in rows that come again.
func TestLongRowsOfOneEntry(t *testing.T) {
	const rows, length = 2, 700
	shape := []int{2, rows, length}
	_, m := runOnce(Source{
		Nodes: []Node{
			{Kind: Feed, Shape: []int{rows, 1}},
			{Kind: Map, In: []int{0}, Shape: shape, Func: negFunc},
			{Kind: Broadcast, In: []int{0}, Shape: []int{rows, 2 * block}},
			{Kind: Map, In: []int{2}, Shape: []int{rows, 2 * block}, Func: negFunc},
		},
		Outputs: []int{1, 3},
	}, nil, []float64{1, 2})
	for i, v := range m.Output(0) {
		if want := -float64(1 + i/length%rows); v != want {
			t.Fatalf("entry %d is %v, want %v", i, v, want)
		}
	}
	for i, v := range m.Output(1) {
		if want := -float64(1 + i/(2*block)); v != want {
			t.Fatalf("entry %d of long rows is %v, want %v", i, v, want)
		}
	}
}

func TestFusionBoundsOperands(t *testing.T) {
	const n = 3 * maxOperands
	s := Source{Outputs: []int{2*n - 2}}
	for i := range n {
		s.Nodes = append(s.Nodes, Node{Kind: Feed, Index: i})
	}
	for i := range n - 1 {
		s.Nodes = append(s.Nodes, Node{Kind: Map, In: []int{n + i - 1, i + 1}, Func: addFunc})
	}
	s.Nodes[n].In[0] = 0
	p := New(s)
	for i, in := range p.code {
		if len(in.ins) > maxOperands {
			t.Errorf("instruction %d has %d operands", i, len(in.ins))
		}
	}
	if len(p.code) < 2 || len(p.code) > 6 {
		t.Errorf("a sum of %d feeds takes %d instructions", n, len(p.code))
	}
}
