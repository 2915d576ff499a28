package optim

// Data deals examples in batches, which depend on the position alone: at the same
// position it deals the same batch whenever it is asked, and so a training goes on
// exactly where it ended.
type Data interface {
	// Batch returns batch number b of an epoch, both counted from 0, and whether it
	// is the last of the epoch. It may overwrite what it returned before. No batch is
	// asked for behind the last. Data that also have a method PerEpoch() int, the number
	// of batches, tell schedules how many steps a training of some epochs takes.
	Batch(epoch, b int) (batch Batch, last bool, err error)
}

// DataFunc is a function as Data.
type DataFunc func(epoch, b int) (batch Batch, last bool, err error)

// Batch calls the function.
func (f DataFunc) Batch(epoch, b int) (Batch, bool, error) {
	if f == nil {
		return nil, false, errNoBatches
	}
	return f(epoch, b)
}

// Batches are Data that deal the same batches in every epoch, in order. Descent on
// all examples at once is that of a single one; nil is a batch for costs without
// data.
type Batches []Batch

// PerEpoch returns how many batches there are.
func (d Batches) PerEpoch() int { return len(d) }

// Batch returns batch number b.
func (d Batches) Batch(_, b int) (Batch, bool, error) {
	if b < 0 || b >= len(d) {
		return nil, false, errNoBatches
	}
	return d[b], b == len(d)-1, nil
}
