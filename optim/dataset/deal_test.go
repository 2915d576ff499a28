package dataset_test

import (
	"testing"

	"chainrule/optim"
	"chainrule/optim/dataset"
)

// A training takes the batches as its data.
func TestBatchesAreData(t *testing.T) {
	s, err := dataset.FromRows([][]float64{{1}, {2}, {3}, {4}, {5}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.Batches(dataset.BatchSettings{Size: 3})
	if err != nil {
		t.Fatal(err)
	}
	var data optim.Data = b
	for n, size := range []int{3, 2} {
		batch, last, err := data.Batch(4, n)
		if err != nil || last != (n == 1) || batch["X"].Shape()[1] != size {
			t.Errorf("batch %d: %v, last %v, error %v", n, batch, last, err)
		}
	}
	if _, _, err := data.Batch(4, 2); err == nil {
		t.Error("a batch behind the last")
	}
	if _, _, err := optim.Data((*dataset.Batches)(nil)).Batch(0, 0); err == nil {
		t.Error("batches of nothing deal")
	}
}
