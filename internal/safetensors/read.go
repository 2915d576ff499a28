package safetensors

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"unsafe"
)

// A Reader reads a file whose header has been read.
type Reader struct {
	Metadata map[string]string // nil if there are none
	Tensors  []Info            // in the order of their numbers

	r     io.Reader
	known bool // that as much follows as the header says
	buf   []byte
}

// Open reads and checks the header of the file that r begins with. size is that of
// the file in bytes, -1 if it is unknown; a file that has another size is an error,
// as far as r tells. [Size] finds it; of an io.ReaderAt take an io.SectionReader.
//
// Until the header is read, it takes memory of at most its size twice and 4 MB, and
// [Reader.Read] that of the numbers wanted and 64 KB. Where the size is unknown,
// memory grows with what comes, so that both may be three times as much for a while.
func Open(r io.Reader, size int64) (*Reader, error) {
	if r == nil {
		return nil, errors.New("the reader is nil")
	}
	text, err := readHeader(r, size)
	if err != nil {
		return nil, err
	}
	length := int64(len(text))
	f := &Reader{r: r, known: size >= 0}
	if f.Metadata, f.Tensors, err = parseHeader(text); err != nil {
		return nil, err
	}
	if rest := size - 8 - length; size >= 0 && rest != f.end() {
		return nil, fmt.Errorf("%d bytes follow the header, %d expected by it", rest, f.end())
	}
	return f, nil
}

// Size returns how many bytes are left in a reader that can tell without being read, such
// as a *bytes.Reader or an *os.File of a file, and -1 of any other.
func Size(r io.Reader) int64 {
	if sized, ok := r.(interface{ Len() int }); ok {
		return int64(sized.Len())
	}
	s, ok := r.(io.Seeker)
	if !ok {
		return -1
	}
	at, err := s.Seek(0, io.SeekCurrent)
	if err != nil {
		return -1
	}
	end, err := s.Seek(0, io.SeekEnd)
	if _, back := s.Seek(at, io.SeekStart); err != nil || back != nil || end <= at { // of a device it is 0
		return -1
	}
	return end - at
}

// end is where the numbers end, counted from the end of the header.
func (f *Reader) end() int64 {
	if len(f.Tensors) == 0 {
		return 0
	}
	return f.Tensors[len(f.Tensors)-1].To
}

// Read reads on to the end and returns the tensors for which want is true, or all if
// it is nil. One that is wanted and of another type than F64, F32, I64 and U8 is an
// error that names it, and so is a file that ends too early or too late. It can be
// called once.
func (f *Reader) Read(want func(Info) bool) ([]Tensor, error) {
	if f.r == nil {
		return nil, errors.New("the numbers have been read already")
	}
	defer func() { f.r, f.buf = nil, nil }()
	for _, t := range f.Tensors { // before there is memory for any
		if wanted := want == nil || want(t); wanted && dtypes[t.Dtype].rank == 0 {
			return nil, fmt.Errorf("tensor %s: it is of type %s, F64, F32, I64 or U8 expected", quote(t.Name), quote(string(t.Dtype)))
		}
	}
	f.buf = make([]byte, 1<<15)
	var tensors []Tensor
	for _, t := range f.Tensors {
		data, err := any(nil), error(nil)
		if want == nil || want(t) {
			data, err = f.numbers(t)
			tensors = append(tensors, Tensor{Name: t.Name, Shape: t.Shape, Data: data})
		} else {
			err = f.skip(t.To - t.From)
		}
		if err != nil {
			return nil, fmt.Errorf("tensor %s: %w", quote(t.Name), cut(err, "its numbers are not all there"))
		}
	}
	switch n, err := io.ReadFull(f.r, f.buf[:1]); {
	case n > 0:
		return nil, fmt.Errorf("more than %d bytes follow the header, as many expected by it", f.end())
	case err != io.EOF:
		return nil, err
	}
	return tensors, nil
}

// skip reads over n bytes.
func (f *Reader) skip(n int64) error {
	for n > 0 {
		got, err := io.ReadFull(f.r, f.buf[:min(n, int64(len(f.buf)))])
		if err != nil {
			return err
		}
		n -= int64(got)
	}
	return nil
}

// numbers reads those of a tensor.
func (f *Reader) numbers(t Info) (any, error) {
	n := t.To - t.From
	switch t.Dtype {
	case F64:
		return decode(f, n, func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) })
	case F32:
		return decode(f, n, func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) })
	case I64:
		return decode(f, n, func(b []byte) int64 { return int64(binary.LittleEndian.Uint64(b)) })
	}
	return decode(f, n, func(b []byte) uint8 { return b[0] })
}

// decode reads n bytes of numbers.
func decode[T any](f *Reader, n int64, number func([]byte) T) ([]T, error) {
	var zero T
	size := int(unsafe.Sizeof(zero))
	if n/int64(size) > math.MaxInt {
		return nil, errors.New("it has more numbers than this machine can count")
	}
	count := int(n / int64(size))
	data := make([]T, 0, room(count, 0, f.known))
	for len(data) < count {
		if len(data) == cap(data) {
			data = append(make([]T, 0, room(count, len(data), f.known)), data...)
		}
		part := f.buf[:min(len(f.buf)/size, cap(data)-len(data))*size]
		if _, err := io.ReadFull(f.r, part); err != nil {
			return nil, err
		}
		for ; len(part) > 0; part = part[size:] {
			data = append(data, number(part))
		}
	}
	return data, nil
}
