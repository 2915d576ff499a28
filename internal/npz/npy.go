package npz

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"chainrule/internal/experiment"
)

// maxHeader is the most bytes that the header of an array may have. NumPy's own
// have 118.
const maxHeader = 1 << 12

// npyMagic begins NumPy's format of an array.
const npyMagic = "\x93NUMPY"

// A header says what numbers an array in NumPy's format holds.
type header struct {
	shape   []int // at most two sizes
	columns bool  // they lie column by column
	size    int   // bytes of a number
	number  func([]byte) float64
}

// readHeader returns the header of an array, behind which its numbers follow.
// It has at most so many numbers. The buffer may be used again.
func readHeader(r io.Reader, most int, buffer *[maxHeader]byte) (header, error) {
	var h header
	dictionary, err := readDictionary(r, buffer)
	if err != nil {
		return h, err
	}
	descr, ok := field(dictionary, "descr", "'", "'")
	if !ok {
		return h, headerError("descr", dictionary)
	}
	if h.number, h.size, err = numberType(descr); err != nil {
		return h, err
	}
	order, ok := field(dictionary, "fortran_order", "", "e") // with which both words end
	if h.columns = order == "Tru"; !ok || !h.columns && order != "Fals" {
		return h, headerError("fortran_order", dictionary)
	}
	sizes, ok := field(dictionary, "shape", "(", ")")
	if !ok || strings.Trim(sizes, "0123456789, ") != "" {
		return h, headerError("shape", dictionary)
	}
	h.shape, err = parseShape(sizes, most)
	return h, err
}

// field returns what stands behind a name and a colon in the dictionary, in Python's
// notation, that a header is; between an opening and the next closing mark.
func field(dictionary []byte, name, open, closing string) (string, bool) {
	for _, quote := range []string{"'", `"`} {
		if _, rest, ok := bytes.Cut(dictionary, []byte(quote+name+quote)); ok {
			rest, colon := bytes.CutPrefix(bytes.TrimLeft(rest, " "), []byte(":"))
			rest, opened := bytes.CutPrefix(bytes.TrimLeft(rest, " "), []byte(open))
			value, _, closed := bytes.Cut(rest, []byte(closing))
			return string(value), colon && opened && closed
		}
	}
	return "", false
}

func headerError(name string, dictionary []byte) error {
	return fmt.Errorf("its header has no %s of plain numbers: %s", name, experiment.Shortened(string(bytes.TrimSpace(dictionary))))
}

// readDictionary returns the text of a header.
func readDictionary(r io.Reader, buffer *[maxHeader]byte) ([]byte, error) {
	start := buffer[:len(npyMagic)+2]
	if _, err := io.ReadFull(r, start); err != nil || string(start[:len(npyMagic)]) != npyMagic {
		return nil, errors.New("it is no array in NumPy's format")
	}
	size := 2 // of the length, in bytes
	if start[len(npyMagic)] > 1 {
		size = 4
	}
	length := buffer[:size]
	if _, err := io.ReadFull(r, length); err != nil {
		return nil, errCut
	}
	n := uint32(binary.LittleEndian.Uint16(length))
	if size == 4 {
		n = binary.LittleEndian.Uint32(length)
	}
	if n > maxHeader {
		return nil, fmt.Errorf("its header has %d bytes, at most %d expected", n, maxHeader)
	}
	if _, err := io.ReadFull(r, buffer[:n]); err != nil {
		return nil, errCut
	}
	return buffer[:n], nil
}

// errCut tells that an array ends before its shape says.
var errCut = errors.New("it is cut off")

// numberType returns how to read a number of a NumPy type, and its bytes.
func numberType(descr string) (read func([]byte) float64, size int, err error) {
	var order binary.ByteOrder = binary.LittleEndian
	if strings.HasPrefix(descr, ">") {
		order = binary.BigEndian
	}
	switch strings.TrimLeft(descr, "<>|=") {
	case "f8":
		return func(b []byte) float64 { return math.Float64frombits(order.Uint64(b)) }, 8, nil
	case "f4":
		return func(b []byte) float64 { return float64(math.Float32frombits(order.Uint32(b))) }, 4, nil
	case "i8":
		return func(b []byte) float64 { return float64(int64(order.Uint64(b))) }, 8, nil
	case "i4":
		return func(b []byte) float64 { return float64(int32(order.Uint32(b))) }, 4, nil
	case "u1", "b1":
		return func(b []byte) float64 { return float64(b[0]) }, 1, nil
	}
	return nil, 0, fmt.Errorf("it is of type %s, float64 or float32 expected (or int64, int32, uint8, bool)", experiment.Shortened(descr))
}

// parseShape returns the sizes of a tuple such as "4, 2" or "4,", of at most so many
// numbers.
func parseShape(text string, most int) ([]int, error) {
	shape := []int{}
	for _, part := range strings.Split(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 || n > most {
			return nil, fmt.Errorf("its shape is (%s), sizes from 1 to %d expected", experiment.Shortened(text), most)
		}
		shape = append(shape, n)
	}
	if len(shape) > 2 || product(shape) > most {
		return nil, fmt.Errorf("its shape is (%s), a matrix of at most %d numbers expected", experiment.Shortened(text), most)
	}
	return shape, nil
}

// product returns the number of entries of a shape of at most two sizes; that
// of more is not needed and may overflow.
func product(shape []int) int {
	n := 1
	for _, size := range shape {
		n *= size
	}
	return n
}

// checkLength reports unless so many bytes follow, and no more.
func (h header) checkLength(r io.Reader) error {
	expected := int64(product(h.shape) * h.size)
	switch n, err := io.Copy(io.Discard, io.LimitReader(r, expected+1)); {
	case err != nil:
		return err
	case n < expected:
		return errCut
	case n > expected:
		return errors.New("it is longer than its shape says")
	}
	return nil
}

// read returns the numbers row by row, whose length must have been checked: there
// is room for no number that isn't there.
func (h header) read(r io.Reader) ([]float64, error) {
	data := make([]float64, product(h.shape))
	var buffer [4096]byte
	for from := 0; from < len(data); {
		n := min(len(buffer)/h.size, len(data)-from)
		part := buffer[:n*h.size]
		if _, err := io.ReadFull(r, part); err != nil {
			return nil, err
		}
		for i := range n {
			data[h.at(from+i)] = h.number(part[i*h.size:])
		}
		from += n
	}
	return data, nil
}

// at returns where a number belongs, row by row, that is stored at i.
func (h header) at(i int) int {
	if !h.columns || len(h.shape) != 2 {
		return i
	}
	rows, columns := h.shape[0], h.shape[1]
	return i%rows*columns + i/rows
}

// isNPY reports whether data is a single array and no archive.
func isNPY(data []byte) bool { return bytes.HasPrefix(data, []byte(npyMagic)) }
