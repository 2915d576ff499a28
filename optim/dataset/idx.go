package dataset

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"chainrule/internal/words"
)

// IDX configures [OpenIDX] and [ReadIDX]. Its zero value takes the numbers of the
// labels for the names of the classes.
type IDX struct {
	// Classes are the names of classes 0, 1 and so on; a label beyond them is an
	// error. Without them the classes are 0 to the largest label, at least two: give
	// the names where the file may lack the last of them.
	Classes []string
}

// maxIDX is how many numbers a file may hold, 8 GiB in memory.
const maxIDX = 1 << 30

// OpenIDX reads a set from two files in the format of MNIST, as [ReadIDX] does,
// compressed by gzip or not. The error names the file, and what the file system
// said is its cause.
func OpenIDX(images, labels string, c IDX) (*Set, error) {
	x, err := openFile(images)
	if err != nil {
		return nil, err
	}
	defer x.Close()
	y, err := openFile(labels)
	if err != nil {
		return nil, err
	}
	defer y.Close()
	return readIDX(x, y, images, labels, c)
}

// ReadIDX reads a set from two texts in the format of MNIST, compressed by gzip or
// not: images are numbers of any number of axes, of which the first are the
// examples and the others together the features, called pixel1, pixel2 and so on;
// labels are whole numbers from 0 on, below 1,000, one for each example. The numbers
// stay as they are, of MNIST from 0 to 255.
//
// The format is that of Y. LeCun, C. Cortes and C. Burges, "The MNIST database":
// two zero bytes, a byte for the type (0x08 unsigned byte, 0x09 signed byte, 0x0B
// int16, 0x0C int32, 0x0D float32, 0x0E float64), one for the number of axes, their
// sizes as uint32, and the numbers, all big-endian.
//
// The headers are checked first, and nothing is set aside by what they say: it takes
// at most 2.5 times the memory of the numbers read, and 1 MB. A file that ends early
// or goes on after its numbers, numbers that are not finite, and more than 65,536
// features or 2³⁰ numbers are errors, a *[CSVError] without a line.
func ReadIDX(images, labels io.Reader, c IDX) (*Set, error) {
	if images == nil || labels == nil {
		return nil, &CSVError{File: "idx", Text: "the reader is nil"}
	}
	return readIDX(images, labels, "images", "labels", c)
}

func readIDX(images, labels io.Reader, imagesName, labelsName string, c IDX) (*Set, error) {
	x, err := openIDX(images)
	if err != nil {
		return nil, inFile(imagesName, err)
	}
	y, err := openIDX(labels)
	if err != nil {
		return nil, inFile(labelsName, err)
	}
	n, err := x.perExample()
	if err != nil {
		return nil, inFile(imagesName, err)
	}
	switch m := y.sizes[0]; {
	case len(y.sizes) != 1 || y.kind.whole == nil:
		err = fmt.Errorf("whole numbers of one axis expected for the labels, %s of %s given", y.kind.name, words.Count(len(y.sizes), "axis"))
	case m != x.sizes[0]:
		err = fmt.Errorf("%s given for %s", words.Count(m, "label"), words.Count(x.sizes[0], "example"))
	}
	if err != nil {
		return nil, inFile(labelsName, &CSVError{Text: err.Error()})
	}
	s := &Set{}
	most, err := readLabels(y, s, c)
	if err != nil {
		return nil, inFile(labelsName, err)
	}
	if s.X, err = x.numbers(); err != nil {
		return nil, inFile(imagesName, err)
	}
	s.Features = numberedFeatures("pixel", n)
	if s.Classes = append(s.Classes, c.Classes...); s.Classes == nil {
		for k := range max(most+1, 2) {
			s.Classes = append(s.Classes, strconv.Itoa(k))
		}
	}
	return s, nil
}

// readLabels reads the classes and returns the largest.
func readLabels(y *idx, s *Set, c IDX) (most int, err error) {
	limit := maxClasses
	if c.Classes != nil {
		limit = min(limit, len(c.Classes))
	}
	var class pieces[uint16]
	err = y.each(func(j int, v float64) error {
		if v < 0 || v >= float64(limit) {
			return fmt.Errorf("label %d is %v, a whole number from 0 to %d expected", j, v, limit-1)
		}
		most = max(most, int(v))
		class.add(uint16(v))
		return nil
	})
	if err != nil {
		return 0, err
	}
	s.Class = make([]int, 0, class.len())
	for k := range class.all() {
		s.Class = append(s.Class, int(k))
	}
	return most, nil
}

// idx is a text of which the header was read.
type idx struct {
	r     *bufio.Reader
	kind  idxKind
	sizes []int
}

// An idxKind is a type of numbers.
type idxKind struct {
	code  byte
	name  string
	bytes int
	whole func(b []byte) int64   // nil for those with fractions
	real  func(b []byte) float64 // nil for whole ones
}

var idxKinds = []idxKind{
	{0x08, "unsigned bytes", 1, func(b []byte) int64 { return int64(b[0]) }, nil},
	{0x09, "signed bytes", 1, func(b []byte) int64 { return int64(int8(b[0])) }, nil},
	{0x0B, "int16", 2, func(b []byte) int64 { return int64(int16(binary.BigEndian.Uint16(b))) }, nil},
	{0x0C, "int32", 4, func(b []byte) int64 { return int64(int32(binary.BigEndian.Uint32(b))) }, nil},
	{0x0D, "float32", 4, nil, func(b []byte) float64 { return float64(math.Float32frombits(binary.BigEndian.Uint32(b))) }},
	{0x0E, "float64", 8, nil, func(b []byte) float64 { return math.Float64frombits(binary.BigEndian.Uint64(b)) }},
}

// openIDX reads the header.
func openIDX(r io.Reader) (*idx, error) {
	f := &idx{r: bufio.NewReaderSize(r, sampleSize)}
	if head, _ := f.r.Peek(2); string(head) == "\x1f\x8b" {
		z, err := gzip.NewReader(f.r)
		if err != nil {
			return nil, &CSVError{Text: "the header of gzip is broken: " + err.Error(), Err: err}
		}
		f.r = bufio.NewReaderSize(z, sampleSize)
	}
	var head [4]byte
	if _, err := io.ReadFull(f.r, head[:]); err != nil {
		return nil, f.ended(err, "before the 4 bytes of its header")
	}
	if head[0] != 0 || head[1] != 0 {
		return nil, &CSVError{Text: fmt.Sprintf("no IDX file: it begins with the bytes % x, 00 00 expected", head[:2])}
	}
	for _, k := range idxKinds {
		if k.code == head[2] {
			f.kind = k
		}
	}
	if f.kind.bytes == 0 {
		return nil, &CSVError{Text: fmt.Sprintf("byte 2 of the header is %#02x, a type of numbers expected: 0x08, 0x09, 0x0b, 0x0c, 0x0d or 0x0e", head[2])}
	}
	return f, f.readSizes(int(head[3]))
}

// readSizes reads how long the axes are.
func (f *idx) readSizes(axes int) error {
	const most = 8
	if axes < 1 || axes > most {
		return &CSVError{Text: fmt.Sprintf("%s given, 1 to %d expected", words.Count(axes, "axis"), most)}
	}
	total := 1
	for i := range axes {
		var size [4]byte
		if _, err := io.ReadFull(f.r, size[:]); err != nil {
			return f.ended(err, "before the end of the sizes of "+words.Count(axes, "axis"))
		}
		n := int64(binary.BigEndian.Uint32(size[:]))
		if n < 1 || n > maxIDX {
			return &CSVError{Text: fmt.Sprintf("axis %d has the size %d, 1 to %d expected", i, n, maxIDX)}
		}
		if int(n) > maxIDX/total {
			return &CSVError{Text: fmt.Sprintf("the sizes %v, %d … are more than %d numbers, which is the limit", f.sizes, n, maxIDX)}
		}
		total *= int(n)
		f.sizes = append(f.sizes, int(n))
	}
	return nil
}

// perExample returns how many numbers there are for each example.
func (f *idx) perExample() (n int, err error) {
	n = 1
	for _, size := range f.sizes[1:] {
		n *= size
	}
	if n > maxColumns {
		return 0, &CSVError{Text: fmt.Sprintf("%d numbers for each example, at most %d expected", n, maxColumns)}
	}
	return n, nil
}

// numbers reads all numbers.
func (f *idx) numbers() ([]float64, error) {
	var x pieces[float64]
	err := f.each(func(k int, v float64) error {
		if !isFinite(v) {
			return fmt.Errorf("number %d is %v, a finite number expected", k, v)
		}
		x.add(v)
		return nil
	})
	return x.join(), err
}

// each calls do on each number and then looks for the end.
func (f *idx) each(do func(k int, v float64) error) error {
	total := 1
	for _, size := range f.sizes {
		total *= size
	}
	var word [8]byte
	b := word[:f.kind.bytes]
	for k := range total {
		if _, err := io.ReadFull(f.r, b); err != nil {
			return f.ended(err, fmt.Sprintf("after %d of its %d numbers, of the sizes %v", k, total, f.sizes))
		}
		v := 0.0
		if f.kind.whole != nil {
			v = float64(f.kind.whole(b))
		} else {
			v = f.kind.real(b)
		}
		if err := do(k, v); err != nil {
			return &CSVError{Text: err.Error()}
		}
	}
	switch _, err := f.r.ReadByte(); {
	case err == nil:
		return &CSVError{Text: fmt.Sprintf("the file goes on after its %d numbers of %v", total, f.sizes)}
	case err != io.EOF:
		return f.ended(err, "")
	}
	return nil
}

// ended is the error of a text that ends early, or cannot be read.
func (f *idx) ended(err error, where string) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &CSVError{Text: "the file ends early, " + where, Err: io.ErrUnexpectedEOF}
	}
	return err
}
