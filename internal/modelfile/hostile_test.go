package modelfile

import (
	"bytes"
	"reflect"
	"runtime"
	"testing"
)

// allocated returns how many bytes f makes memory for.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// mostMemory is how much reading may take for so many bytes, with what is thrown away:
// the JSON of a schema becomes Go values of some ten times its size.
func mostMemory(bytes int) uint64 { return 20*uint64(bytes) + 1<<20 }

// No file that ends too early is read.
func TestCut(t *testing.T) {
	data := write(t, model())
	for n := range data {
		if _, err := Read(bytes.NewReader(data[:n])); err == nil {
			t.Fatalf("%d of %d bytes: no error", n, len(data))
		}
	}
}

// Whatever bit is flipped, there is an error or another file that can be written, in
// bounded memory.
func TestFlippedBits(t *testing.T) {
	data := write(t, model())
	read := 0
	for i := range 8 * len(data) {
		data[i/8] ^= 1 << (i % 8)
		var f *File
		var err error
		if n := allocated(func() { f, err = Read(bytes.NewReader(data)) }); n > mostMemory(len(data)) {
			t.Errorf("bit %d: %d bytes of memory for %d", i, n, len(data))
		}
		if err == nil {
			write(t, f)
			read++
		}
		data[i/8] ^= 1 << (i % 8)
	}
	if read == 0 || read == 8*len(data) { // numbers have no sum to check them by
		t.Errorf("%d of %d files were read", read, 8*len(data))
	}
}

// Whatever the bytes, there is no panic, memory is bounded by their number, and what is
// read is written and read again as the same.
func FuzzRead(f *testing.F) {
	f.Add(write(f, model()))
	plain := model()
	plain.Schema.Columns, plain.Sections = nil, nil
	f.Add(write(f, plain))
	f.Add(write(f, images()))
	f.Fuzz(func(t *testing.T, data []byte) {
		var got *File
		var err error
		if n := allocated(func() { got, err = Read(bytes.NewReader(data)) }); n > mostMemory(len(data)) {
			t.Errorf("%d bytes of memory for %d", n, len(data))
		}
		if err != nil {
			return
		}
		again, err := Read(bytes.NewReader(write(t, got)))
		if err != nil || !reflect.DeepEqual(again.Settings, got.Settings) || !reflect.DeepEqual(again.Keys, got.Keys) {
			t.Fatalf("%+v, error %v, %+v expected", again, err, got)
		}
		if model, err := ReadModel(bytes.NewReader(data)); err != nil || !reflect.DeepEqual(model.Tensors, got.Tensors) {
			t.Errorf("%+v, error %v: other tensors without sections", model, err)
		}
	})
}
