package safetensors

import (
	"bytes"
	"encoding/binary"
	"fmt"
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

// Whatever the bytes, there is no panic, memory is bounded by their number, both ways
// of reading agree, and what is read is written and read again as the same.
func FuzzRead(f *testing.F) {
	metadata, tensors := sample()
	f.Add(write(f, metadata, tensors))
	for _, c := range hostile {
		f.Add(file(c.header, c.bytes))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var gotMetadata map[string]string
		var got []Tensor
		var err error
		// The number counts what other goroutines of the fuzzer take, too.
		if n := allocated(func() { gotMetadata, got, err = read(data) }); n > 3*uint64(len(data))+4<<20 {
			t.Errorf("%d bytes of memory for %d bytes", n, len(data))
		}
		unsized, err2 := Open(bytes.NewReader(data), -1)
		var again []Tensor
		if err2 == nil {
			again, err2 = unsized.Read(nil)
		}
		if (err == nil) != (err2 == nil) {
			t.Fatalf("error %v, and where the size is unknown %v", err, err2)
		}
		if err != nil {
			return
		}
		written := write(t, gotMetadata, got)
		metadata, tensors, err := read(written)
		if err != nil || !reflect.DeepEqual(metadata, gotMetadata) || len(tensors) != len(got) || len(again) != len(got) {
			t.Fatalf("error %v, %d, %d and %d tensors", err, len(got), len(again), len(tensors))
		}
		if !bytes.Equal(write(t, metadata, tensors), written) { // NaN is not equal to itself
			t.Error("other bytes the second time")
		}
	})
}

// Claims of much take no memory: neither a header nor numbers that are not there.
func TestMemory(t *testing.T) {
	huge := file(`{"a":{"dtype":"F64","shape":[1000000000,1000],"data_offsets":[0,8000000000000]}}`, 1000)
	long := append(binary.LittleEndian.AppendUint64(nil, MaxHeader), `{"a":`...)
	var names []byte
	for i := range MaxTensors + 1 {
		names = fmt.Appendf(names, `"%x":{"dtype":"U8","shape":[0,0,0,0,0,0,0,0],"data_offsets":[0,0]},`, i)
	}
	for name, data := range map[string][]byte{"huge": huge, "long": long, "many": file("{"+string(names), 0)} {
		for _, size := range []int64{int64(len(data)), -1} {
			n := allocated(func() {
				f, err := Open(bytes.NewReader(data), size)
				if err == nil {
					_, err = f.Read(nil)
				}
				if err == nil {
					t.Errorf("%s: no error", name)
				}
			})
			if n > 3*uint64(len(data))+4<<20 { // what is thrown away counts, too
				t.Errorf("%s: %d bytes of memory for %d", name, n, len(data))
			}
			t.Logf("%s: %d bytes of memory for %d", name, n, len(data))
		}
	}
}

// Numbers take their own memory and little more, if the size of the file is known.
func TestMemoryOfNumbers(t *testing.T) {
	want := []Tensor{{"a", []int{1 << 20}, make([]float64, 1<<20)}, {"b", []int{1 << 19}, make([]float32, 1<<19)}}
	data := write(t, nil, want)
	if n := allocated(func() {
		if _, _, err := read(data); err != nil {
			t.Error(err)
		}
	}); n > uint64(len(data))+1<<20 {
		t.Errorf("%d bytes of memory for %d", n, len(data))
	}
}
