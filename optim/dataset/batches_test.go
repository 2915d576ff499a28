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

// next returns a batch that is there.
func next(t *testing.T, b *Batches, epoch, n int) map[string]*tensor.Dense {
	t.Helper()
	feeds, last, err := b.Batch(epoch, n)
	if err != nil || last != (n == b.PerEpoch()-1) {
		t.Fatalf("batch %d of %d is the last: %v, error %v", n, b.PerEpoch(), last, err)
	}
	return feeds
}

// Every epoch deals every example once, with its targets, in its own order.
func TestBatches(t *testing.T) {
	for name, s := range sets() {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			for _, size := range []int{0, 1, 2, 3, 7, 100} {
				b, err := s.Batches(BatchSettings{Size: size, Dtype: dtype, Seed: 5})
				if err != nil {
					t.Fatal(err)
				}
				orders := map[string]bool{}
				for epoch := range 4 {
					var order []int
					for i := range b.PerEpoch() {
						examples := dealt(t, s, dtype, next(t, b, epoch, i))
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

// The place alone says what a batch is, whatever was dealt before.
func TestBatchesByPlace(t *testing.T) {
	s := sets()["numbers"]
	settings := BatchSettings{Size: 3, Seed: 9}
	whole, err := s.Batches(settings)
	if err != nil {
		t.Fatal(err)
	}
	want := map[[2]int]string{}
	for epoch := range 3 {
		for n := range 3 {
			want[[2]int{epoch, n}] = fmt.Sprint(next(t, whole, epoch, n)["X"].Data())
		}
	}
	resumed, err := s.Batches(settings)
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range [][2]int{{1, 1}, {1, 2}, {2, 0}, {0, 2}, {0, 0}, {2, 2}, {2, 2}} {
		if got := fmt.Sprint(next(t, resumed, place[0], place[1])["X"].Data()); got != want[place] {
			t.Errorf("%v: %s, %s expected", place, got, want[place])
		}
	}
	settings.Seed = 10
	other, err := s.Batches(settings)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(next(t, other, 0, 0)["X"].Data()) == want[[2]int{0, 0}] && fmt.Sprint(next(t, other, 0, 1)["X"].Data()) == want[[2]int{0, 1}] {
		t.Error("two seeds give the same order")
	}
}

// The order of a seed and an epoch is for ever: a training goes on from its state.
func TestBatchesOrderStays(t *testing.T) {
	s := &Set{Features: []string{"a"}}
	for j := range 12 {
		s.X = append(s.X, float64(j))
	}
	b, err := s.Batches(BatchSettings{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	// Reference: the same bits of PCG, dealt by an own Fisher–Yates.
	want := referenceOrder(12, 1, 2)
	if got := fmt.Sprint(next(t, b, 2, 0)["X"].Data()); got != fmt.Sprint(want) {
		t.Errorf("%s, %v expected", got, want)
	}
}

// Each example is as likely at each place.
func TestBatchesAreEven(t *testing.T) {
	s := sets()["no targets"]
	b, err := s.Batches(BatchSettings{})
	if err != nil {
		t.Fatal(err)
	}
	const epochs = 7000
	var count [7][7]int
	for epoch := range epochs {
		x := next(t, b, epoch, 0)["X"].Float64s()
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
	b, err := s.Batches(BatchSettings{Size: 5, InOrder: true, Input: "in", Target: "out", Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	for epoch := range 2 {
		for n, want := range []string{"[0 0 10 100 20 200 30 300 40 400]", "[50 500 60 600]"} {
			feeds := next(t, b, epoch, n)
			if got := fmt.Sprint(feeds["out"].Data()); got != want || feeds["in"] == nil {
				t.Errorf("%s, %s expected", got, want)
			}
		}
	}
}

func TestBatchesAllocateNothing(t *testing.T) {
	for name, s := range sets() {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			b, err := s.Batches(BatchSettings{Size: 3, Dtype: dtype})
			if err != nil {
				t.Fatal(err)
			}
			place := 0
			allocs := testing.AllocsPerRun(50, func() {
				if _, _, err := b.Batch(place/3, place%3); err != nil {
					t.Fatal(err)
				}
				place++
			})
			if allocs != 0 {
				t.Errorf("%s, %v: %v allocations a batch", name, dtype, allocs)
			}
		}
	}
}

func TestBatchesErrors(t *testing.T) {
	s := sets()["numbers"]
	for _, c := range []struct {
		set      *Set
		settings BatchSettings
		want     string
	}{
		{nil, BatchSettings{}, "the set is nil"},
		{&Set{}, BatchSettings{}, "no features"},
		{s, BatchSettings{Size: -1}, "batches of -1 examples given"},
		{s, BatchSettings{Dtype: tensor.Int}, "batches of int given"},
		{s, BatchSettings{Input: "Y"}, `both called "Y"`},
	} {
		if _, err := c.set.Batches(c.settings); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, one with %q expected", err, c.want)
		}
	}
	b, err := s.Batches(BatchSettings{Size: 3})
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range [][2]int{{0, 3}, {0, -1}, {-1, 0}} {
		want := fmt.Sprintf("batch %d of epoch %d asked for, 0 to 2 of", place[1], place[0])
		if _, _, err := b.Batch(place[0], place[1]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, one with %q expected", err, want)
		}
	}
	if _, _, err := (*Batches)(nil).Batch(0, 0); err == nil {
		t.Error("batches of nil deal")
	}
	later := &Set{X: []float64{1, 2, 3}, Features: []string{"x"}, Class: []int{0, 1, 0}, Classes: []string{"a", "b"}}
	if b, err = later.Batches(BatchSettings{InOrder: true}); err != nil {
		t.Fatal(err)
	}
	later.X[0], later.Class[1] = 5, 2
	later.X, later.Features = later.X[:1], nil // which are no longer of the batches
	if _, _, err := b.Batch(0, 0); err == nil || !strings.Contains(err.Error(), "example 1 is of class 2") {
		t.Errorf("a class that is none: error %v", err)
	}
	later.Class[1] = 0
	if batch, _, err := b.Batch(0, 0); err != nil || fmt.Sprint(batch["X"].Data()) != "[5 2 3]" {
		t.Errorf("%v, error %v", batch, err)
	}
}
