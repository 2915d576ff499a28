package dataset

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// sets returns one set of each kind, of seven examples. Feature 0 of example j is j.
func sets() map[string]*Set {
	classes := &Set{Features: []string{"a", "b"}, Classes: []string{"x", "y"}}
	three := &Set{Features: []string{"a"}, Classes: []string{"x", "y", "z"}}
	numbers := &Set{Features: []string{"a", "b"}, Targets: []string{"u", "v"}}
	bare := &Set{Features: []string{"a", "b"}}
	for j := range 7 {
		v := float64(j)
		classes.X, classes.Class = append(classes.X, v, -v), append(classes.Class, j%2)
		three.X, three.Class = append(three.X, v), append(three.Class, j%3)
		numbers.X, numbers.Y = append(numbers.X, v, v/2), append(numbers.Y, 10*v, 100*v)
		bare.X = append(bare.X, v, 2*v)
	}
	return map[string]*Set{"two classes": classes, "three classes": three, "numbers": numbers, "no targets": bare}
}

// dealt returns the examples of a batch by its first feature, after comparing it
// entry by entry with what Select makes of them.
func dealt(t *testing.T, s *Set, dtype tensor.Dtype, feeds map[string]*tensor.Dense) []int {
	t.Helper()
	var examples []int
	x := feeds["X"]
	for j := range x.Shape()[1] {
		examples = append(examples, int(at(t, x, 0, j)))
	}
	want, err := s.Select(examples)
	if err != nil {
		t.Fatal(err)
	}
	expected := map[string]*tensor.Dense{"X": want.Inputs(dtype)}
	if s.Task() != "" {
		expected["Y"] = want.Labels(dtype)
	}
	if len(feeds) != len(expected) {
		t.Errorf("%d tensors, %d expected", len(feeds), len(expected))
	}
	for name, want := range expected {
		got := feeds[name]
		if got.Dtype() != want.Dtype() || !slices.Equal(got.Shape(), want.Shape()) || !slices.Equal(got.Strides(), want.Strides()) ||
			fmt.Sprint(got.Data()) != fmt.Sprint(want.Data()) {
			t.Errorf("%s is %v %v %v, %v %v %v expected", name, got.Shape(), got.Strides(), got.Data(), want.Shape(), want.Strides(), want.Data())
		}
	}
	return examples
}

// Every epoch deals every example once, with its targets, in its own order.
func TestBatches(t *testing.T) {
	for name, s := range sets() {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			for _, size := range []int{0, 1, 2, 3, 7, 100} {
				b, err := s.Batches(BatchSettings{Size: size, Dtype: dtype}, BatchState{Seed: 5})
				if err != nil {
					t.Fatal(err)
				}
				orders := map[string]bool{}
				for epoch := range 4 {
					var order []int
					for i := range b.PerEpoch() {
						if got := b.State(); got != (BatchState{5, epoch, i}) {
							t.Errorf("state %v before batch %d of epoch %d", got, i, epoch)
						}
						examples := dealt(t, s, dtype, b.Next())
						if want := min(cmpOr(size, 7), 7-len(order)); len(examples) != want {
							t.Errorf("%s: batch %d of %d examples, %d expected", name, i, len(examples), want)
						}
						order = append(order, examples...)
					}
					orders[fmt.Sprint(order)] = true
					if slices.Sort(order); !slices.Equal(order, []int{0, 1, 2, 3, 4, 5, 6}) {
						t.Errorf("%s: examples %v in an epoch", name, order)
					}
				}
				if len(orders) != 4 {
					t.Errorf("%s: %d orders in 4 epochs", name, len(orders))
				}
			}
		}
	}
}

func cmpOr(a, b int) int {
	if a == 0 {
		return b
	}
	return a
}

// A state alone says what comes next.
func TestBatchesResume(t *testing.T) {
	s := sets()["numbers"]
	settings := BatchSettings{Size: 3}
	whole, err := s.Batches(settings, BatchState{Seed: 9})
	if err != nil {
		t.Fatal(err)
	}
	for range 8 {
		state := whole.State()
		want := fmt.Sprint(whole.Next()["X"].Data())
		resumed, err := s.Batches(settings, state)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(resumed.Next()["X"].Data()); got != want {
			t.Errorf("from %+v: %s, %s expected", state, got, want)
		}
		if resumed.State() != whole.State() {
			t.Errorf("after %+v: %+v, %+v expected", state, resumed.State(), whole.State())
		}
	}
	other, err := s.Batches(settings, BatchState{Seed: 10})
	if err != nil {
		t.Fatal(err)
	}
	if err := whole.Seek(BatchState{Seed: 9}); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(other.Next()["X"].Data(), other.Next()["X"].Data()) == fmt.Sprint(whole.Next()["X"].Data(), whole.Next()["X"].Data()) {
		t.Error("two seeds give the same order")
	}
}

// The order of a seed and an epoch is for ever: a training goes on from its state.
func TestBatchesOrderStays(t *testing.T) {
	s := &Set{Features: []string{"a"}}
	for j := range 12 {
		s.X = append(s.X, float64(j))
	}
	b, err := s.Batches(BatchSettings{}, BatchState{Seed: 1, Epoch: 2})
	if err != nil {
		t.Fatal(err)
	}
	// Reference: the same bits of PCG, dealt by an own Fisher–Yates.
	want := referenceOrder(12, 1, 2)
	if got := fmt.Sprint(b.Next()["X"].Data()); got != fmt.Sprint(want) {
		t.Errorf("%s, %v expected", got, want)
	}
}

// Each example is as likely at each place.
func TestBatchesAreEven(t *testing.T) {
	s := sets()["no targets"]
	b, err := s.Batches(BatchSettings{}, BatchState{})
	if err != nil {
		t.Fatal(err)
	}
	const epochs = 7000
	var count [7][7]int
	for range epochs {
		x := b.Next()["X"].Float64s()
		for place := range 7 {
			count[int(x[2*place])][place]++
		}
	}
	for j, row := range count {
		for place, n := range row {
			if n < 850 || n > 1150 { // 1000 expected, standard deviation 29
				t.Errorf("example %d is %d times at place %d of %d", j, n, place, epochs)
			}
		}
	}
}

func TestBatchesInOrder(t *testing.T) {
	s := sets()["numbers"]
	b, err := s.Batches(BatchSettings{Size: 5, InOrder: true, Input: "in", Target: "out"}, BatchState{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, want := range []string{"[0 0 10 100 20 200 30 300 40 400]", "[50 500 60 600]"} {
			feeds := b.Next()
			if got := fmt.Sprint(feeds["out"].Data()); got != want || feeds["in"] == nil {
				t.Errorf("%s, %s expected", got, want)
			}
		}
	}
}

func TestBatchesAllocateNothing(t *testing.T) {
	for name, s := range sets() {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			b, err := s.Batches(BatchSettings{Size: 3, Dtype: dtype}, BatchState{})
			if err != nil {
				t.Fatal(err)
			}
			if allocs := testing.AllocsPerRun(50, func() { b.Next() }); allocs != 0 {
				t.Errorf("%s, %v: %v allocations a batch", name, dtype, allocs)
			}
		}
	}
}

// Deal ends with an epoch, wherever it starts.
func TestDeal(t *testing.T) {
	type feeds map[string]*tensor.Dense
	b, err := sets()["numbers"].Batches(BatchSettings{Size: 3}, BatchState{Epoch: 1, Next: 2})
	if err != nil {
		t.Fatal(err)
	}
	var states []BatchState
	for range Deal[feeds](b, 3) {
		states = append(states, b.State())
	}
	if got := fmt.Sprint(states); got != "[{0 2 0} {0 2 1} {0 2 2} {0 3 0}]" {
		t.Errorf("states %s", got)
	}
	for range Deal[feeds](b, 3) {
		t.Error("a batch after the last epoch")
	}
	for range Deal[feeds](nil, 3) {
		t.Error("a batch of nothing")
	}
}

func TestBatchesErrors(t *testing.T) {
	s := sets()["numbers"]
	for _, c := range []struct {
		set      *Set
		settings BatchSettings
		start    BatchState
		want     string
	}{
		{nil, BatchSettings{}, BatchState{}, "the set is nil"},
		{&Set{}, BatchSettings{}, BatchState{}, "no features"},
		{s, BatchSettings{Size: -1}, BatchState{}, "batches of -1 examples given"},
		{s, BatchSettings{Dtype: tensor.Int}, BatchState{}, "batches of int given"},
		{s, BatchSettings{Input: "Y"}, BatchState{}, `both called "Y"`},
		{s, BatchSettings{Size: 3}, BatchState{Next: 3}, "batch 3 of epoch 0 given, 0 to 2"},
		{s, BatchSettings{Size: 3}, BatchState{Next: -1}, "batch -1"},
		{s, BatchSettings{Size: 3}, BatchState{Epoch: -1}, "epoch -1"},
	} {
		if _, err := c.set.Batches(c.settings, c.start); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, one with %q expected", err, c.want)
		}
	}
	var none *Batches
	if none.Next() != nil || none.PerEpoch() != 0 || none.Seek(BatchState{}) == nil || new(Batches).Next() != nil {
		t.Error("batches of nothing deal")
	}
}
