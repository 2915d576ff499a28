package safetensors

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
)

// metadataKey is the name in the header that is no tensor's.
const metadataKey = "__metadata__"

// readHeader returns the bytes of the header. size is that of the file, -1 if
// unknown.
func readHeader(r io.Reader, size int64) ([]byte, error) {
	var length [8]byte
	if n, err := io.ReadFull(r, length[:]); err != nil {
		return nil, cut(err, "it has %d bytes, at least 8 expected", n)
	}
	n := binary.LittleEndian.Uint64(length[:])
	switch {
	case n > MaxHeader:
		return nil, fmt.Errorf("it is no .safetensors file, or broken: by its first eight bytes its header has %d, at most %d expected", n, MaxHeader)
	case size >= 0 && int64(n) > size-8:
		return nil, fmt.Errorf("it is cut off, or no .safetensors file: by its first eight bytes its header has %d, and only %d follow", n, max(size-8, 0))
	case n < 2:
		return nil, fmt.Errorf("its header has %d bytes, at least 2 expected", n)
	}
	return readBytes(r, int(n), size >= 0)
}

// readBytes returns n bytes. Unless they are known to be there, memory grows with
// what comes.
func readBytes(r io.Reader, n int, known bool) ([]byte, error) {
	text := make([]byte, room(n, 0, known))
	for at := 0; ; {
		got, err := io.ReadFull(r, text[at:])
		if at += got; err != nil {
			return nil, cut(err, "it ends after %d of the %d bytes of its header", at, n)
		}
		if at == n {
			return text, nil
		}
		more := make([]byte, room(n, at, known))
		copy(more, text)
		text = more
	}
}

// firstRoom is for how many entries there is memory before any has come.
const firstRoom = 1 << 13

// room returns for how many of n entries to have memory after so many came: all if
// they are known to be there, else at most twice as many.
func room(n, came int, known bool) int {
	if known {
		return n
	}
	return min(n, max(2*came, firstRoom))
}

// cut turns an end that comes too early into an error that says where.
func cut(err error, format string, args ...any) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("it is cut off: "+format, args...)
	}
	return err
}

// parseHeader returns what a header says, the tensors in the order of their numbers.
// It overwrites the text.
func parseHeader(text []byte) (metadata map[string]string, tensors []Info, err error) {
	if text[0] != '{' {
		return nil, nil, fmt.Errorf("its header begins with %q, { expected", text[0])
	}
	s := &scanner{text: text}
	const least = 48 // bytes that a tensor takes
	most := min(len(text)/least, MaxTensors)
	names := make(map[string]bool, most)
	tensors = make([]Info, 0, most)
	err = s.object(MaxName, func(name string) (err error) {
		switch {
		case names[name]:
			return fmt.Errorf("%s is there twice", quote(name))
		case name == metadataKey:
			metadata, err = s.metadata()
		case len(tensors) == MaxTensors:
			return fmt.Errorf("it has more than %d tensors, which is the limit", MaxTensors)
		default:
			var t Info
			t, err = s.info(name)
			tensors = append(tensors, t)
		}
		names[name] = true
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if s.space(); s.at < len(text) {
		return nil, nil, s.unexpected("the end")
	}
	slices.SortStableFunc(tensors, func(a, b Info) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return metadata, tensors, checkOrder(tensors)
}

// checkOrder reports numbers that overlap, and gaps.
func checkOrder(tensors []Info) error {
	end := int64(0)
	for i, t := range tensors {
		switch {
		case t.From < end:
			return fmt.Errorf("the numbers of %s begin at byte %d, and those of %s end at %d", quote(t.Name), t.From, quote(tensors[i-1].Name), end)
		case t.From > end:
			return fmt.Errorf("the numbers of %s begin at byte %d: those from %d on belong to no tensor", quote(t.Name), t.From, end)
		}
		end = t.To
	}
	return nil
}

// metadata returns an object of texts.
func (s *scanner) metadata() (map[string]string, error) {
	found := map[string]string{}
	err := s.object(MaxName, func(key string) (err error) {
		if _, twice := found[key]; twice {
			return fmt.Errorf("the metadata have %s twice", quote(key))
		}
		if len(found) == MaxKeys {
			return fmt.Errorf("the metadata have more than %d keys, which is the limit", MaxKeys)
		}
		found[key], err = s.string(MaxHeader)
		return err
	})
	return found, err
}

// fields are those of a tensor.
var fields = [...]string{"dtype", "shape", "data_offsets"}

// info returns what the object behind a name says, checked by itself.
func (s *scanner) info(name string) (Info, error) {
	t := Info{Name: name}
	if name == "" {
		return t, errors.New("a tensor has no name")
	}
	var offsets, shape []int64
	var given [len(fields)]bool
	err := s.object(MaxName, func(field string) (err error) {
		k := slices.Index(fields[:], field)
		switch {
		case k < 0:
			return fmt.Errorf("unknown field %s, dtype, shape and data_offsets expected", quote(field))
		case given[k]:
			return fmt.Errorf("%s is there twice", quote(field))
		}
		switch given[k] = true; field {
		case "dtype":
			var text string
			text, err = s.string(MaxName)
			t.Dtype = Dtype(text)
		case "shape":
			shape, err = s.wholes(MaxRank)
		default:
			offsets, err = s.wholes(2)
		}
		return err
	})
	for k, there := range given {
		if err == nil && !there {
			err = fmt.Errorf("%s is missing", fields[k])
		}
	}
	if err == nil {
		err = t.take(shape, offsets)
	}
	if err != nil {
		return t, fmt.Errorf("tensor %s: %w", quote(name), err)
	}
	return t, nil
}

// take sets shape and place, and reports what does not fit.
func (t *Info) take(shape, offsets []int64) error {
	t.Shape = make([]int, len(shape))
	for i, size := range shape {
		if size > math.MaxInt { // of 32 bits
			return fmt.Errorf("axis %d has %d entries, more than this machine can count", i, size)
		}
		t.Shape[i] = int(size)
	}
	if len(offsets) != 2 {
		return fmt.Errorf("data_offsets has %d numbers, 2 expected", len(offsets))
	}
	t.From, t.To = offsets[0], offsets[1]
	if t.To < t.From {
		return fmt.Errorf("its numbers end at byte %d, before byte %d, where they begin", t.To, t.From)
	}
	n, err := entries(t.Shape)
	if err != nil {
		return err
	}
	d, known := dtypes[t.Dtype]
	if !known {
		return nil // an error where it is read
	}
	if n > math.MaxInt64/int64(d.bytes) || t.To-t.From != n*int64(d.bytes) {
		return fmt.Errorf("%d numbers of %s of shape %v do not take %d bytes", n, t.Dtype, t.Shape, t.To-t.From)
	}
	return nil
}

// quote returns a name for a message, shortened.
func quote(name string) string {
	const longest = 60
	if len(name) > longest {
		return strconv.Quote(name[:longest]) + "…"
	}
	return strconv.Quote(name)
}
