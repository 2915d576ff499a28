package npz

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"chainrule/internal/safetensors"
)

// Write writes an archive of arrays, in their order and row-major. The bytes follow
// from the arrays: there are no times in them. A name is that of a file in the archive, without
// .npy, and there once; it must have a byte, and none that ends a text in C.
func Write(w io.Writer, arrays []safetensors.Tensor) error {
	archive := zip.NewWriter(w)
	seen := map[string]bool{}
	for _, a := range arrays {
		if a.Name == "" || seen[a.Name] || strings.Contains(a.Name, "\x00") {
			return fmt.Errorf("npz: an array is called %q: a name that no other has expected", a.Name)
		}
		seen[a.Name] = true
		header, err := headerOf(a)
		if err != nil {
			return fmt.Errorf("npz: array %q: %w", a.Name, err)
		}
		f, err := archive.CreateHeader(&zip.FileHeader{Name: a.Name + ".npy", Method: zip.Store})
		if err != nil {
			return err
		}
		if _, err := f.Write(header); err != nil {
			return err
		}
		if err := binary.Write(f, binary.LittleEndian, a.Data); err != nil {
			return err
		}
	}
	return archive.Close()
}

// headerOf returns what stands before the numbers of an array.
func headerOf(a safetensors.Tensor) ([]byte, error) {
	descr, known := map[safetensors.Dtype]string{safetensors.F64: "<f8", safetensors.F32: "<f4", safetensors.I64: "<i8", safetensors.U8: "|u1"}[a.Dtype()]
	if !known {
		return nil, fmt.Errorf("its numbers are a %T, []float64, []float32, []int64 or []uint8 expected", a.Data)
	}
	n, shape := 1, ""
	for _, size := range a.Shape {
		n *= size
		shape += fmt.Sprintf("%d, ", size)
	}
	if n != a.Len() {
		return nil, fmt.Errorf("%d numbers given for the shape %v", a.Len(), a.Shape)
	}
	if len(a.Shape) > 1 {
		shape = strings.TrimSuffix(shape, ", ")
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, strings.TrimSpace(shape))
	const start, align = 10, 64 // bytes before the text; what the numbers begin at a multiple of
	blanks := align - (start+len(text)+1)%align
	text += strings.Repeat(" ", blanks%align) + "\n"
	var b bytes.Buffer
	b.WriteString("\x93NUMPY\x01\x00")
	b.Write(binary.LittleEndian.AppendUint16(nil, uint16(len(text))))
	b.WriteString(text)
	return b.Bytes(), nil
}
