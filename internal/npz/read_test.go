package npz

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// What Write writes is read again as the same numbers, and the shapes are known before.
func TestReadsWhatIsWritten(t *testing.T) {
	arrays, err := Read(write(t, sample()), Limits{Arrays: 4, Array: 6, Numbers: 12})
	if err != nil || len(arrays) != 4 {
		t.Fatalf("%v, error %v", arrays, err)
	}
	for _, want := range sample() {
		a := arrays[want.Name]
		numbers, err := a.Numbers()
		if err != nil || !slices.Equal(a.Shape, want.Shape) {
			t.Errorf("%s of shape %v, error %v", want.Name, a.Shape, err)
		}
		data := reflect.ValueOf(want.Data)
		for i, v := range numbers {
			if w := data.Index(i).Convert(reflect.TypeFor[float64]()).Float(); v != w || len(numbers) != data.Len() {
				t.Errorf("%s: number %d is %v, %v expected", want.Name, i, v, w)
			}
		}
	}
}

// An archive beyond a limit is refused before there is memory for its numbers.
func TestLimits(t *testing.T) {
	for want, limits := range map[string]Limits{
		"it holds 4 arrays, at most 3 expected":                       {3, 6, 12},
		"its shape is (2, 3), a matrix of at most 5 numbers expected": {4, 5, 12},
		"it holds more than 11 numbers, which is the limit":           {4, 6, 11},
	} {
		if _, err := Read(write(t, sample()), limits); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, %q expected", err, want)
		}
	}
}

// The fields of a header may stand in any order, with any quotes.
func TestHeaderFields(t *testing.T) {
	var buffer [maxHeader]byte
	for dictionary, want := range map[string]string{
		`{"shape" :(2,3),'descr': '>f4', "fortran_order":True}`: "[2 3] true 4",
		`{'fortran_order': False, 'shape': (), 'descr':'|b1',}`: "[] false 1",
	} {
		h, err := readHeader(strings.NewReader(npyMagic+"\x01\x00"+string([]byte{byte(len(dictionary)), 0})+dictionary), 100, &buffer)
		if got := fmt.Sprint(h.shape, h.columns, h.size); err != nil || got != want {
			t.Errorf("%s: %v, %s, %s expected", dictionary, err, got, want)
		}
	}
}

// Any bytes may be an array.
func FuzzReadNPY(f *testing.F) {
	for _, a := range sample() {
		header, err := headerOf(a)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(append(header, 1, 2, 3, 4, 5, 6, 7, 8))
	}
	f.Add([]byte(npyMagic + "\x02\x00\x3b\x00\x00\x00{'descr': '>i4', 'fortran_order': True, 'shape': (1, 1), }   \x00\x00\x00\x05"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<9 {
			return // minimising it would take all the time there is
		}
		var buffer [maxHeader]byte
		r := bytes.NewReader(data)
		h, err := readHeader(r, 1<<20, &buffer)
		if err != nil {
			return
		}
		rest := *r
		if err := h.checkLength(r); err != nil {
			return
		}
		numbers, err := h.read(&rest)
		if err != nil || len(h.shape) > 2 || len(numbers) != product(h.shape) || rest.Len() != 0 {
			t.Errorf("%v has %d entries, error %v", h.shape, len(numbers), err)
		}
	})
}
