package netspec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"chainrule/internal/experiment"
)

// maxHeader is the most bytes that the header of an array may have.
const maxHeader = 1 << 16

// npyMagic begins NumPy's format of an array.
const npyMagic = "\x93NUMPY"

// readNPY returns an array in NumPy's format: a header, which is a dictionary
// in Python's notation, and the numbers. It must have at most two axes.
func readNPY(r io.Reader) (Array, error) {
	header, err := readHeader(r)
	if err != nil {
		return Array{}, err
	}
	descr, err := headerField(header, "descr", `'([^']*)'`)
	if err != nil {
		return Array{}, err
	}
	read, size, err := numberType(descr)
	if err != nil {
		return Array{}, err
	}
	order, err := headerField(header, "fortran_order", `(True|False)`)
	if err != nil {
		return Array{}, err
	}
	text, err := headerField(header, "shape", `\(([0-9, ]*)\)`)
	if err != nil {
		return Array{}, err
	}
	a := Array{}
	if a.Shape, err = parseShape(text); err != nil {
		return a, err
	}
	if a.Data, err = readNumbers(r, product(a.Shape), size, read); err != nil {
		return a, err
	}
	if order == "True" && len(a.Shape) == 2 {
		a.Data = rowMajor(a.Data, a.Shape[0], a.Shape[1])
	}
	return a, nil
}

// readHeader returns the dictionary.
func readHeader(r io.Reader) (string, error) {
	start := make([]byte, len(npyMagic)+2)
	if _, err := io.ReadFull(r, start); err != nil || string(start[:len(npyMagic)]) != npyMagic {
		return "", errors.New("it is no array in NumPy's format")
	}
	var length int
	if start[len(npyMagic)] == 1 {
		var n uint16
		if err := binary.Read(r, binary.LittleEndian, &n); err != nil {
			return "", errCut
		}
		length = int(n)
	} else {
		var n uint32
		if err := binary.Read(r, binary.LittleEndian, &n); err != nil {
			return "", errCut
		}
		if n > maxHeader {
			return "", fmt.Errorf("its header has %d bytes, at most %d expected", n, maxHeader)
		}
		length = int(n)
	}
	header := make([]byte, length)
	if _, err := io.ReadFull(r, header); err != nil {
		return "", errCut
	}
	return string(header), nil
}

// errCut tells that an array ends before its shape says.
var errCut = errors.New("it is cut off")

// headerField returns the value of a field of the dictionary.
func headerField(header, name, value string) (string, error) {
	match := regexp.MustCompile(`['"]` + name + `['"]\s*:\s*` + value).FindStringSubmatch(header)
	if match == nil {
		return "", fmt.Errorf("its header has no %s of plain numbers: %s", name, experiment.Shortened(strings.TrimSpace(header)))
	}
	return match[1], nil
}

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

// parseShape returns the sizes of a tuple such as "4, 2" or "4,".
func parseShape(text string) ([]int, error) {
	shape := []int{}
	for _, part := range strings.Split(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 || n > maxValues {
			return nil, fmt.Errorf("its shape is (%s), sizes from 1 to %d expected", experiment.Shortened(text), maxValues)
		}
		shape = append(shape, n)
	}
	if len(shape) > 2 || product(shape) > maxValues {
		return nil, fmt.Errorf("its shape is (%s), a matrix of at most %d numbers expected", experiment.Shortened(text), maxValues)
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

// readNumbers returns n numbers, behind which nothing may stand.
func readNumbers(r io.Reader, n, size int, read func([]byte) float64) ([]float64, error) {
	raw, err := io.ReadAll(io.LimitReader(r, int64(n*size)+1))
	if err != nil {
		return nil, err
	}
	if len(raw) < n*size {
		return nil, errCut
	}
	if len(raw) > n*size {
		return nil, errors.New("it is longer than its shape says")
	}
	data := make([]float64, 0, n)
	for ; len(raw) > 0; raw = raw[size:] {
		data = append(data, read(raw))
	}
	return data, nil
}

// rowMajor returns the rows of a matrix that is given column by column.
func rowMajor(columns []float64, rows, cols int) []float64 {
	out := make([]float64, len(columns))
	for i, v := range columns {
		out[i%rows*cols+i/rows] = v
	}
	return out
}

// isNPY reports whether data is a single array and no archive.
func isNPY(data []byte) bool { return bytes.HasPrefix(data, []byte(npyMagic)) }
