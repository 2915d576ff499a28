package dataset

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
)

// Whatever schema and text there are, blocks are valid sets of finite numbers and the error
// says where.
func FuzzRows(f *testing.F) {
	for _, schema := range []string{
		`{"columns":[{"name":"weight"},{"name":"colour","categories":["green","red"]}],"targets":["kind"],"classes":["apple","banana"]}`,
		`{"task":"regress","columns":[{"name":"1","fill":2},{"name":"3","categories":["a"],"fillCategory":"a"}],"targets":["2"]}`,
		`{"task":"classify","columns":[{"name":"a"}],"targets":["b"],"classes":["x","y"]}`,
	} {
		for _, text := range []string{"weight,colour,kind\n1,red,apple\n,,\n", "1;2;a\n\n?;3,5;a\n", "b\ta\nx\t1e400\ny\t-0\n", "1,2,3\n1,2,3,4\n", "\"a\nb\",c"} {
			for mode := range byte(16) {
				f.Add(schema, text, mode)
			}
		}
	}
	f.Fuzz(func(t *testing.T, schemaText, text string, mode byte) {
		var s Schema
		if json.Unmarshal([]byte(schemaText), &s) != nil {
			return
		}
		if n := s.Inputs(); n > 1000 {
			return
		}
		r := Rows{Schema: s, Labelled: mode&1 > 0, Size: int(mode >> 1 & 3), CSV: CSV{Missing: []Missing{MissingError, MissingDrop}[mode>>3&1],
			Header: []Header{HeaderAuto, HeaderNo}[mode>>4&1]}}
		ended := false
		for b, err := range r.Read(strings.NewReader(text), "") {
			if ended {
				t.Fatal("something comes after the error")
			}
			if err != nil {
				var located *CSVError
				if ended = true; !errors.As(err, &located) {
					t.Fatalf("error %v of type %T", err, err)
				}
				continue
			}
			if len(b.Lines) != b.Len() && b.Task() != "" || len(b.X) != len(b.Lines)*len(b.Features) {
				t.Fatalf("%d lines of %d examples, %d numbers", len(b.Lines), b.Len(), len(b.X))
			}
			for _, v := range append(b.X[:len(b.X):len(b.X)], b.Y...) {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("%v from %q", v, text)
				}
			}
			if err := b.Check(); err != nil {
				t.Fatalf("%v\n%s\n%q", err, schemaText, text)
			}
		}
	})
}
