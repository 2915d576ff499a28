package plan

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"chainrule/internal/kernel"
)

// runOnce runs a source on parameters and feeds in row-major order.
func runOnce(s Source, params [][]float64, feeds ...[]float64) (*Plan, *Machine[float64]) {
	p := New(s)
	m := NewMachine(p, params, nil, 1)
	for i, x := range feeds {
		m.Feed(i, x, false)
	}
	m.Run()
	return p, m
}

func wantValues(t *testing.T, what string, got []float64, want ...float64) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestSwap(t *testing.T) {
	params := [][]float64{{1, 2}, {3, 4}}
	p, _ := runOnce(Source{
		Nodes:   []Node{{Kind: Param, Index: 0, Shape: []int{2}}, {Kind: Param, Index: 1, Shape: []int{2}}},
		Updates: []Update{{0, 1}, {1, 0}},
	}, params)
	wantValues(t, "p", params[0], 3, 4)
	wantValues(t, "q", params[1], 1, 2)
	if len(p.code) != 3 {
		t.Errorf("a swap takes more than one detour through the arena:\n%v", p)
	}
}

func TestRotationOfThree(t *testing.T) {
	params := [][]float64{{1}, {2}, {3}}
	runOnce(Source{
		Nodes: []Node{
			{Kind: Param, Index: 0}, {Kind: Param, Index: 1}, {Kind: Param, Index: 2},
			{Kind: Map, In: []int{1}, Func: negFunc},
		},
		Updates: []Update{{0, 3}, {1, 2}, {2, 0}},
	}, params)
	wantValues(t, "parameters", slices.Concat(params...), -2, 3, 1)
}

func TestAddOwnTranspose(t *testing.T) {
	w := [][]float64{{1, 2, 3, 4}}
	shape := []int{2, 2}
	p, _ := runOnce(Source{
		Nodes: []Node{
			{Kind: Param, Shape: shape},
			{Kind: Transpose, In: []int{0}, Shape: shape, Perm: []int{1, 0}},
			{Kind: Map, In: []int{0, 1}, Shape: shape, Func: addFunc},
		},
		Updates: []Update{{0, 2}},
	}, w)
	wantValues(t, "W", w[0], 2, 5, 5, 8)
	if len(p.code) != 2 {
		t.Errorf("want the sum and a copy:\n%v", p)
	}
}

func TestOutputSeesParameterBeforeUpdate(t *testing.T) {
	params := [][]float64{{1, 2}}
	_, m := runOnce(Source{
		Nodes: []Node{
			{Kind: Param, Shape: []int{2}},
			{Kind: Map, In: []int{0}, Shape: []int{2}, Func: negFunc},
		},
		Outputs: []int{0, 1},
		Updates: []Update{{0, 1}},
	}, params)
	wantValues(t, "output", m.Output(0), 1, 2)
	wantValues(t, "-output", m.Output(1), -1, -2)
	wantValues(t, "parameter", params[0], -1, -2)
}

// descent is W ← W - rate·g for a fed rate and gradient.
func descent() Source {
	shape := []int{2, 2}
	return Source{
		Nodes: []Node{
			{Kind: Param, Shape: shape, Label: "W"},
			{Kind: Feed, Index: 0, Label: "rate"},
			{Kind: Feed, Index: 1, Shape: shape, Label: "g"},
			{Kind: Map, In: []int{1, 2}, Shape: shape, Func: mulFunc},
			{Kind: Map, In: []int{0, 3}, Shape: shape, Func: subFunc, Label: "W'", Text: "W - rate·g"},
		},
		Updates: []Update{{0, 4}},
	}
}

func TestUpdateWritesParameterDirectly(t *testing.T) {
	params := [][]float64{{1, 2, 3, 4}}
	p, _ := runOnce(descent(), params, []float64{0.5}, []float64{2, 2, 4, 4})
	wantValues(t, "W", params[0], 0, 1, 1, 2)
	const want = "1 instructions, arena of 0 elements, 1 updates\n" +
		"#0  W'  2×2  W - rate·g: SubMul feed 0, feed 1, param 0  → param 0\n"
	if got := strings.ReplaceAll(p.String(), " viewed", ""); got != want {
		t.Errorf("plan is\n%swant\n%s", got, want)
	}
}

func TestDirectUpdatesRunBeforeTheirParameterIsWritten(t *testing.T) {
	params := [][]float64{{1}, {10}}
	p, _ := runOnce(Source{ // p ← -p, q ← q + p
		Nodes: []Node{
			{Kind: Param, Index: 0}, {Kind: Param, Index: 1},
			{Kind: Map, In: []int{0}, Func: negFunc},
			{Kind: Map, In: []int{1, 0}, Func: addFunc},
		},
		Updates: []Update{{0, 2}, {1, 3}},
	}, params)
	wantValues(t, "parameters", slices.Concat(params...), -1, 11)
	if len(p.code) != 2 {
		t.Errorf("both updates can be direct:\n%v", p)
	}
}

// A panic in a user's function leaves all parameters as they were, wherever the
// function stands: what it belongs to reads no parameter, so that nothing else
// keeps the update p ← −p from coming first.
func TestPanicsLeaveParameters(t *testing.T) {
	mine := &kernel.Func{Name: "mine", Unary: func(float64) float64 { panic("mine") }}
	const size = 3
	row, square := []int{size}, []int{size, size}
	for _, c := range []struct {
		name  string
		nodes []Node // behind p, −p and a matrix; the last is an output
		code  int    // instructions
	}{
		{"call", []Node{{Kind: Call, In: []int{2}, Call: func([]float64, [][]float64) { panic("mine") }}}, 2},
		{"map", []Node{{Kind: Map, In: []int{2}, Shape: square, Func: mine}}, 2},
		{"last step", []Node{{Kind: Map, In: []int{2}, Shape: square, Func: negFunc}, {Kind: Map, In: []int{3}, Shape: square, Func: mine}}, 2},
		{"head", []Node{{Kind: Map, In: []int{2}, Shape: square, Func: mine}, {Kind: Sum, In: []int{3}, Shape: row, Axes: []int{0}}}, 2},
		{"tail", []Node{{Kind: MatMul, In: []int{2, 2}, Shape: square}, {Kind: Map, In: []int{3}, Shape: square, Func: mine}}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			params := [][]float64{{1, 2, 3}}
			s := Source{Nodes: append([]Node{
				{Kind: Param, Shape: row},
				{Kind: Map, In: []int{0}, Shape: row, Func: negFunc},
				{Kind: Feed, Shape: square},
			}, c.nodes...), Updates: []Update{{0, 1}}}
			s.Outputs = []int{len(s.Nodes) - 1}
			if p := New(s); len(p.code) != c.code {
				t.Fatalf("want %d instructions:\n%v", c.code, p)
			}
			wantPanic(t, func() { runOnce(s, params, make([]float64, size*size)) })
			wantValues(t, "parameter", params[0], 1, 2, 3)
		})
	}
}

// A user's function that fails at its last entry has not written the others into
// the parameter.
func TestPanickingUpdateLeavesItsParameter(t *testing.T) {
	params := [][]float64{{1, 2, 3}}
	picky := &kernel.Func{Name: "picky", Unary: func(x float64) float64 {
		if x == 3 {
			panic("mine")
		}
		return -x
	}}
	wantPanic(t, func() {
		runOnce(Source{Nodes: []Node{
			{Kind: Param, Shape: []int{3}},
			{Kind: Map, In: []int{0}, Shape: []int{3}, Func: picky},
		}, Updates: []Update{{0, 1}}}, params)
	})
	wantValues(t, "parameter", params[0], 1, 2, 3)
}

func wantPanic(t *testing.T, run func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Error("the panic did not pass through Run")
		}
	}()
	run()
}

// A slice that is all of its operand is no other operand: what rides on a product
// is given both.
func TestSliceOfEverything(t *testing.T) {
	shape := []int{2, 2}
	p, m := runOnce(Source{Nodes: []Node{
		{Kind: Feed, Shape: shape},
		{Kind: MatMul, In: []int{0, 0}, Shape: shape},
		{Kind: Slice, In: []int{1}, Shape: shape, Axis: 0},
		{Kind: Map, In: []int{1, 2}, Shape: shape, Func: addFunc},
	}, Outputs: []int{3}}, nil, []float64{1, 2, 3, 4})
	wantValues(t, "2·X²", m.Output(0), 14, 20, 30, 44)
	if len(p.code) != 1 {
		t.Errorf("want one instruction:\n%v", p)
	}
}

// Step(z) is not read from ReLU(zᵀ), which has other entries in its places.
func TestRampOfAnotherView(t *testing.T) {
	shape := []int{2, 2}
	for _, f := range []struct{ ramp, step kernel.Code }{{kernel.ReLU, kernel.Step}, {kernel.LeakyReLU, kernel.LeakyStep}} {
		for _, swap := range []bool{false, true} { // which of the two reads the transpose
			z := []int{1, 0}
			if swap {
				z = []int{0, 1}
			}
			_, m := runOnce(Source{Nodes: []Node{
				{Kind: Feed, Shape: shape},
				{Kind: Transpose, In: []int{0}, Shape: shape, Perm: []int{1, 0}},
				{Kind: Map, In: []int{z[0]}, Shape: shape, Func: &kernel.Func{Name: "ramp", Code: f.ramp}},
				{Kind: Map, In: []int{z[1]}, Shape: shape, Func: &kernel.Func{Name: "step", Code: f.step}},
			}, Outputs: []int{2, 3}}, nil, []float64{1, 2, -3, 4})
			below := f.step.Unary()(-1)
			want := []float64{1, 1, below, 1}
			if swap {
				want = []float64{1, below, 1, 1}
			}
			wantValues(t, f.step.String(), m.Output(1), want...)
		}
	}
}

// Step(z) is read from ReLU(z), so that z need not be kept.
func TestStepReadsItsRamp(t *testing.T) {
	shape := []int{2, 2}
	for _, f := range []struct{ ramp, step kernel.Code }{{kernel.ReLU, kernel.Step}, {kernel.LeakyReLU, kernel.LeakyStep}} {
		p := New(Source{Nodes: []Node{
			{Kind: Feed, Shape: shape},
			{Kind: Map, In: []int{0}, Shape: shape, Func: &kernel.Func{Name: "ramp", Code: f.ramp}},
			{Kind: Map, In: []int{0}, Shape: shape, Func: &kernel.Func{Name: "step", Code: f.step}},
		}, Outputs: []int{1, 2}})
		if in := p.code[1]; len(in.ins) != 1 || in.ins[0].buf != p.code[0].out {
			t.Errorf("%v does not read the ramp:\n%v", f.step, p)
		}
	}
}

// chain squares a matrix n times, by products, which do not fuse.
func chain(n, size int) Source {
	shape := []int{size, size}
	s := Source{Nodes: []Node{{Kind: Feed, Shape: shape}}, Outputs: []int{n}}
	for i := range n {
		s.Nodes = append(s.Nodes, Node{Kind: MatMul, In: []int{i, i}, Shape: shape})
	}
	return s
}

func TestMemoryIsReused(t *testing.T) {
	const n, size = 20, 8
	p := New(chain(n, size))
	if want := 3 * size * size; p.arena > want { // two in turn, and the output
		t.Errorf("arena of %d elements for a chain of %d, want %d", p.arena, n, want)
	}
}

func TestMapWritesOverDyingOperand(t *testing.T) {
	shape := []int{4, 4}
	p := New(Source{
		Nodes: []Node{
			{Kind: Feed, Shape: shape},
			{Kind: MatMul, In: []int{0, 0}, Shape: shape},
			{Kind: Sum, In: []int{1}, Axes: []int{0, 1}},
			{Kind: Map, In: []int{1}, Shape: shape, Func: tanhFunc},
		},
		Outputs: []int{2, 3},
	})
	if len(p.code) != 3 || p.arena != 32 {
		t.Errorf("want three instructions, and the sum beside 16 elements:\n%v", p)
	}
}

// A gradient that only an update reads is never written out.
func TestProductsTakeTheirTail(t *testing.T) {
	shape := []int{2, 2}
	w := [][]float64{{1, 2, 3, 4}}
	p, _ := runOnce(Source{
		Nodes: []Node{
			{Kind: Param, Shape: shape},
			{Kind: Feed, Shape: shape},
			{Kind: MatMul, In: []int{1, 1}, Shape: shape},
			{Kind: Map, In: []int{0, 2}, Shape: shape, Func: subFunc},
		},
		Updates: []Update{{0, 3}},
	}, w, []float64{1, 1, 0, 2})
	wantValues(t, "W", w[0], 0, -1, 3, 0)
	if len(p.code) != 1 || p.arena != 0 {
		t.Errorf("want one instruction and no memory:\n%v", p)
	}
}

func TestChainsFuse(t *testing.T) {
	shape := []int{3, 5}
	nodes := []Node{
		{Kind: Feed, Shape: shape},
		{Kind: Map, In: []int{0}, Shape: shape, Func: sinFunc},
		{Kind: Map, In: []int{1}, Shape: shape, Func: tanhFunc},   // read twice below
		{Kind: Map, In: []int{2, 1}, Shape: shape, Func: mulFunc}, // reads 1 as well
		{Kind: Map, In: []int{3, 2}, Shape: shape, Func: addFunc}, // closes the diamond
		{Kind: Map, In: []int{4, 4}, Shape: shape, Func: hypot},   // both arguments alike
		{Kind: Transpose, In: []int{5}, Shape: []int{5, 3}, Perm: []int{1, 0}},
		{Kind: Map, In: []int{6}, Shape: []int{5, 3}, Func: negFunc}, // not entry by entry
	}
	if p := New(Source{Nodes: nodes, Outputs: []int{7}}); len(p.code) != 2 {
		t.Errorf("want two instructions:\n%v", p)
	}
	if p := New(Source{Nodes: nodes, Outputs: []int{7, 3}}); len(p.code) != 5 {
		t.Errorf("an output must not be fused away:\n%v", p)
	}
}

func TestDeadNodesAreDropped(t *testing.T) {
	s := chain(5, 2)
	s.Outputs = []int{2}
	if p := New(s); len(p.code) != 2 {
		t.Errorf("want two instructions:\n%v", p)
	}
}

func TestUnusedFeedIsIgnored(t *testing.T) {
	s := Source{Nodes: []Node{{Kind: Feed, Index: 1}, {Kind: Feed, Index: 0}}, Outputs: []int{0}}
	_, m := runOnce(s, nil, []float64{1}, []float64{2}, []float64{3})
	wantValues(t, "output", m.Output(0), 2)
}

// TestColumnMajorVector reshapes a feed whose two orders are the same.
func TestColumnMajorVector(t *testing.T) {
	m := NewMachine[float64](New(Source{
		Nodes: []Node{
			{Kind: Feed, Shape: []int{4}},
			{Kind: Reshape, In: []int{0}, Shape: []int{2, 2}},
		},
		Outputs: []int{1},
	}), nil, nil, 1)
	m.Feed(0, []float64{1, 2, 3, 4}, true)
	m.Run()
	wantValues(t, "output", m.Output(0), 1, 2, 3, 4)
}

func TestFillKeepsSignOfZero(t *testing.T) {
	zero := math.Copysign(0, -1)
	_, m := runOnce(Source{
		Nodes:   []Node{{Kind: Fill}, {Kind: Fill, Value: zero, Shape: []int{2}}},
		Outputs: []int{0, 1},
	}, nil)
	if math.Signbit(m.Output(0)[0]) || !math.Signbit(m.Output(1)[1]) {
		t.Errorf("0 and -0 are %v and %v", m.Output(0), m.Output(1))
	}
}

func TestReleaseDropsFeeds(t *testing.T) {
	_, m := runOnce(descent(), [][]float64{make([]float64, 4)}, []float64{1}, make([]float64, 4))
	m.Release()
	for i, b := range m.plan.bufs {
		if b.place == inFeed && m.bufs[i] != nil {
			t.Errorf("feed %d is kept", b.index)
		}
	}
	for _, v := range m.lanes[0].vals {
		if v != nil {
			t.Error("an argument is kept")
		}
	}
}

func TestArenaIsAligned(t *testing.T) {
	for n := range 40 {
		x, y := alignedSlice[float64](n), alignedSlice[float32](n)
		if len(x) != n || uintptr(unsafe.Pointer(unsafe.SliceData(x)))%64 != 0 {
			t.Fatalf("%d float64s: length %d at %p", n, len(x), unsafe.SliceData(x))
		}
		if len(y) != n || uintptr(unsafe.Pointer(unsafe.SliceData(y)))%64 != 0 {
			t.Fatalf("%d float32s: length %d at %p", n, len(y), unsafe.SliceData(y))
		}
	}
}

func TestMachinesShareAPlan(t *testing.T) {
	p := New(chain(3, 4))
	done := make(chan float64)
	for i := range 4 {
		go func() {
			m := NewMachine[float64](p, nil, nil, 1)
			x := make([]float64, 16)
			x[0] = float64(1 + i)
			m.Feed(0, x, i%2 == 0)
			m.Run()
			done <- math.Pow(m.Output(0)[0], 1./8)
		}()
	}
	sum := 0.0
	for range 4 {
		sum += <-done
	}
	if math.Abs(sum-10) > 1e-12 {
		t.Errorf("sum of eighth roots is %v, want 10", sum)
	}
}

// The running means of a rule are written once, and what reads their new values
// reads them there: nothing is copied.
func TestUpdatesReadNewValues(t *testing.T) {
	params := [][]float64{{1, 2}, {10, 20}} // m, w
	shape := []int{2}
	p, _ := runOnce(Source{
		Nodes: []Node{
			{Kind: Param, Index: 0, Shape: shape},
			{Kind: Param, Index: 1, Shape: shape},
			{Kind: Feed, Shape: shape},
			{Kind: Map, In: []int{0, 2}, Shape: shape, Func: addFunc}, // m + g
			{Kind: Map, In: []int{1, 3}, Shape: shape, Func: subFunc}, // w − (m + g)
		},
		Updates: []Update{{0, 3}, {1, 4}},
	}, params, []float64{1, 1})
	wantValues(t, "m and w", slices.Concat(params...), 2, 3, 8, 17)
	if len(p.code) != 2 || p.arena != 0 {
		t.Errorf("want two instructions and no memory:\n%v", p)
	}
}

// What a reduction reads alone is computed within it, and so is what reads it
// alone: b ← b − Σ x² is one instruction.
func TestReductionTakesItsNeighbours(t *testing.T) {
	params := [][]float64{{1, 2}}
	p, _ := runOnce(Source{
		Nodes: []Node{
			{Kind: Param, Index: 0, Shape: []int{2, 1}},
			{Kind: Feed, Shape: []int{2, 3}},
			{Kind: Map, In: []int{1, 1}, Shape: []int{2, 3}, Func: mulFunc},
			{Kind: Sum, In: []int{2}, Shape: []int{2, 1}, Axes: []int{1}},
			{Kind: Map, In: []int{0, 3}, Shape: []int{2, 1}, Func: subFunc},
		},
		Updates: []Update{{0, 4}},
	}, params, []float64{1, 2, 3, 4, 5, 6})
	wantValues(t, "b", params[0], 1-14, 2-77)
	if len(p.code) != 1 || p.arena != 0 {
		t.Errorf("want one instruction and no memory:\n%v", p)
	}
}

// A Map stays an instruction of its own if what rides on the reduction reads it
// too, here one entry of it.
func TestTailReadsWhatIsReduced(t *testing.T) {
	p, m := runOnce(Source{
		Nodes: []Node{
			{Kind: Feed, Shape: []int{3}},
			{Kind: Map, In: []int{0, 0}, Shape: []int{3}, Func: mulFunc},
			{Kind: Sum, In: []int{1}, Shape: []int{1}, Axes: []int{0}},
			{Kind: Slice, In: []int{1}, Shape: []int{1}, Axis: 0, From: 2},
			{Kind: Map, In: []int{2, 3}, Shape: []int{1}, Func: addFunc},
		},
		Outputs: []int{4},
	}, nil, []float64{1, 2, 3})
	wantValues(t, "Σ x² and the last x²", m.Output(0), 14+9)
	if len(p.code) != 2 {
		t.Errorf("want two instructions:\n%v", p)
	}
}
