package dataset

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// idxText returns a text of the format: type, sizes and the bytes of the numbers.
func idxText(kind byte, sizes []uint32, numbers ...any) []byte {
	b := bytes.NewBuffer([]byte{0, 0, kind, byte(len(sizes))})
	for _, v := range append([]any{sizes}, numbers...) {
		if err := binary.Write(b, binary.BigEndian, v); err != nil {
			panic(err)
		}
	}
	return b.Bytes()
}

func zipped(text []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(text)
	z.Close()
	return b.Bytes()
}

func readIDXBytes(images, labels []byte, c IDX) (*Set, error) {
	return ReadIDX(iotest.OneByteReader(bytes.NewReader(images)), iotest.OneByteReader(bytes.NewReader(labels)), c)
}

func TestIDX(t *testing.T) {
	labels := idxText(0x08, []uint32{2}, []byte{7, 0})
	for name, images := range map[string][]byte{
		"unsigned bytes": idxText(0x08, []uint32{2, 2, 2}, []byte{0, 1, 2, 255, 4, 5, 6, 128}),
		"compressed":     zipped(idxText(0x08, []uint32{2, 2, 2}, []byte{0, 1, 2, 255, 4, 5, 6, 128})),
		"int16":          idxText(0x0B, []uint32{2, 4}, []int16{0, 1, 2, 255, 4, 5, 6, 128}),
		"int32":          idxText(0x0C, []uint32{2, 1, 4}, []int32{0, 1, 2, 255, 4, 5, 6, 128}),
		"float32":        idxText(0x0D, []uint32{2, 4}, []float32{0, 1, 2, 255, 4, 5, 6, 128}),
		"float64":        idxText(0x0E, []uint32{2, 4}, []float64{0, 1, 2, 255, 4, 5, 6, 128}),
	} {
		s, err := readIDXBytes(images, labels, IDX{})
		want := "[0 1 2 255 4 5 6 128] [7 0] [pixel1 pixel2 pixel3 pixel4] [0 1 2 3 4 5 6 7]"
		if err != nil || fmt.Sprint(s.X, s.Class, s.Features, s.Classes) != want || s.Check() != nil || s.Schema().Check() != nil {
			t.Errorf("%s: %+v, error %v", name, s, err)
		}
	}
	s, err := readIDXBytes(idxText(0x09, []uint32{2}, []int8{-128, 127}), zipped(idxText(0x0C, []uint32{2}, []int32{0, 0})), IDX{Classes: []string{"cat", "dog", "owl"}})
	if err != nil || fmt.Sprint(s.X, s.Class, s.Classes, len(s.Features)) != "[-128 127] [0 0] [cat dog owl] 1" {
		t.Errorf("%+v, error %v", s, err)
	}
	s, err = readIDXBytes(idxText(0x08, []uint32{1}, []byte{3}), idxText(0x08, []uint32{1}, []byte{0}), IDX{})
	if err != nil || len(s.Classes) != 2 {
		t.Errorf("%+v, error %v", s, err)
	}
}

func TestIDXErrors(t *testing.T) {
	images, labels := idxText(0x08, []uint32{2, 2}, []byte{1, 2, 3, 4}), idxText(0x08, []uint32{2}, []byte{1, 0})
	cut := func(b []byte, end int) []byte { return append([]byte(nil), b[:end]...) }
	for _, c := range []struct {
		images, labels []byte
		c              IDX
		want           string
	}{
		{nil, labels, IDX{}, "images: the file ends early, before the 4 bytes of its header"},
		{cut(images, 3), labels, IDX{}, "images: the file ends early, before the 4 bytes"},
		{cut(images, 9), labels, IDX{}, "images: the file ends early, before the end of the sizes of 2 axes"},
		{cut(images, 15), labels, IDX{}, "images: the file ends early, after 3 of its 4 numbers, of the sizes [2 2]"},
		{zipped(cut(images, 15)), labels, IDX{}, "images: the file ends early, after 3 of its 4 numbers"},
		{cut(zipped(images), 20), labels, IDX{}, "images: the file ends early"},
		{append(cut(images, 16), 9), labels, IDX{}, "images: the file goes on after its 4 numbers of [2 2]"},
		{[]byte("1,2\n3,4\n"), labels, IDX{}, "images: no IDX file: it begins with the bytes 31 2c, 00 00 expected"},
		{[]byte("\x1f\x8b1234567890"), labels, IDX{}, "images: the header of gzip is broken"},
		{idxText(0x0A, []uint32{2, 2}), labels, IDX{}, "images: byte 2 of the header is 0x0a, a type of numbers expected"},
		{idxText(0x08, nil), labels, IDX{}, "images: 0 axes given, 1 to 8 expected"},
		{idxText(0x08, make([]uint32, 9)), labels, IDX{}, "images: 9 axes given"},
		{idxText(0x08, []uint32{2, 0}), labels, IDX{}, "images: axis 1 has the size 0"},
		{idxText(0x08, []uint32{math.MaxUint32}), labels, IDX{}, "images: axis 0 has the size 4294967295"},
		{idxText(0x08, []uint32{1 << 20, 1 << 10, 2}), labels, IDX{}, "images: the sizes [1048576 1024], 2 … are more than 1073741824 numbers"},
		{idxText(0x08, []uint32{2, 256, 257}), labels, IDX{}, "images: 65792 numbers for each example, at most 65536"},
		{images, idxText(0x08, []uint32{3}, []byte{1, 0, 1}), IDX{}, "labels: 3 labels given for 2 examples"},
		{images, idxText(0x0D, []uint32{2}, []float32{1, 0}), IDX{}, "labels: whole numbers of one axis expected for the labels, float32 of 1 axis given"},
		{images, images, IDX{}, "labels: whole numbers of one axis expected for the labels, unsigned bytes of 2 axes given"},
		{images, idxText(0x09, []uint32{2}, []int8{1, -1}), IDX{}, "labels: label 1 is -1, a whole number from 0 to 999 expected"},
		{images, idxText(0x0B, []uint32{2}, []int16{1, 1000}), IDX{}, "labels: label 1 is 1000, a whole number from 0 to 999"},
		{images, idxText(0x08, []uint32{2}, []byte{2, 1}), IDX{Classes: []string{"a", "b"}}, "labels: label 0 is 2, a whole number from 0 to 1"},
		{idxText(0x0E, []uint32{2}, []float64{1, math.NaN()}), labels, IDX{}, "images: number 1 is NaN, a finite number expected"},
	} {
		s, err := readIDXBytes(c.images, c.labels, c.c)
		var located *CSVError
		if s != nil || !errors.As(err, &located) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v and error\n%v\n%s expected", s, err, c.want)
		}
	}
	if _, err := ReadIDX(nil, nil, IDX{}); err == nil {
		t.Error("nil readers")
	}
	broken := errors.New("disk on fire")
	if _, err := ReadIDX(io.MultiReader(bytes.NewReader(images[:14]), iotest.ErrReader(broken)), bytes.NewReader(labels), IDX{}); !errors.Is(err, broken) {
		t.Error(err)
	}
}

// Headers that promise much take no memory, compressed or not.
func TestIDXMemory(t *testing.T) {
	const m = 20_000
	for name, c := range map[string]struct {
		images io.Reader
		want   string
		kept   float64
	}{
		"a header alone":   {bytes.NewReader(idxText(0x08, []uint32{1 << 16, 1 << 14}, []byte{1, 2})), "the file ends early", 0},
		"compressed":       {bytes.NewReader(zipped(idxText(0x08, []uint32{1 << 16, 1 << 14}, []byte{1, 2}))), "the file ends early", 0},
		"as many as there": {io.MultiReader(bytes.NewReader(idxText(0x08, []uint32{m, 50})), times("\x01", 50*m)), "", 8 * 50 * m},
	} {
		count := uint32(1 << 16)
		if c.want == "" {
			count = m
		}
		labels := io.MultiReader(bytes.NewReader(idxText(0x08, []uint32{count})), times("\x01\x00", int(count/2)))
		var err error
		got := taken(func() { _, err = ReadIDX(c.images, labels, IDX{}) })
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, %q expected", name, err, c.want)
		}
		if allowed := 2.5*(c.kept+8*float64(count)) + 1e6; got > allowed {
			t.Errorf("%s: %.2f MB taken, %.2f MB allowed", name, got/1e6, allowed/1e6)
		}
	}
}

func TestOpenIDX(t *testing.T) {
	dir := t.TempDir()
	images, labels := filepath.Join(dir, "images.gz"), filepath.Join(dir, "labels")
	err := errors.Join(os.WriteFile(images, zipped(idxText(0x08, []uint32{2, 1}, []byte{1, 2})), 0o600),
		os.WriteFile(labels, idxText(0x08, []uint32{2}, []byte{0, 1}), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	if s, err := OpenIDX(images, labels, IDX{}); err != nil || fmt.Sprint(s.X) != "[1 2]" {
		t.Errorf("%+v, error %v", s, err)
	}
	if _, err := OpenIDX(images, images, IDX{}); err == nil || !strings.HasPrefix(err.Error(), images+": whole numbers of one axis") {
		t.Error(err)
	}
	for _, paths := range [][2]string{{images, filepath.Join(dir, "none")}, {filepath.Join(dir, "none"), labels}} {
		if _, err := OpenIDX(paths[0], paths[1], IDX{}); !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
	}
}

// Whatever the bytes, there is no panic, and either an error with the file or a set
// that fits together.
func FuzzIDX(f *testing.F) {
	labels := idxText(0x08, []uint32{2}, []byte{1, 0})
	for _, images := range [][]byte{
		nil, idxText(0x08, []uint32{2, 2}, []byte{1, 2, 3, 4}), idxText(0x0E, []uint32{2}, []float64{1, math.Inf(1)}),
		idxText(0x0D, []uint32{2, 1, 1}, []float32{1, 2}), zipped(idxText(0x0B, []uint32{2}, []int16{1, 2})), {0, 0, 8, 255}, {0, 0, 8, 1, 255, 255, 255, 255},
	} {
		f.Add(images, labels)
		f.Add(images, images)
	}
	f.Fuzz(func(t *testing.T, images, labels []byte) {
		if len(images) > 1<<12 || len(labels) > 1<<12 {
			return
		}
		s, err := ReadIDX(bytes.NewReader(images), bytes.NewReader(labels), IDX{})
		if err != nil {
			var located *CSVError
			if s != nil || !errors.As(err, &located) || located.File == "" || len(err.Error()) > 1000 {
				t.Errorf("%v with error %v", s, err)
			}
			return
		}
		if err := errors.Join(s.Check(), s.Schema().Check()); err != nil {
			t.Error(err)
		}
	})
}
