package modelfile_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"chainrule/internal/modelfile"
	"chainrule/internal/safetensors"
)

const fruits = "../../layers/predict/testdata/fruits.safetensors"

// A file of ours: three inputs into one unit are four numbers.
func TestInspect(t *testing.T) {
	text, err := os.ReadFile(fruits)
	if err != nil {
		t.Fatal(err)
	}
	i, err := modelfile.Inspect(bytes.NewReader(text), int64(len(text)))
	if err != nil || i.Foreign != "" {
		t.Fatal(err, i)
	}
	f, err := modelfile.Read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	numbers := 0
	for _, t := range f.Tensors {
		numbers += t.Len()
	}
	if i.Parameters != numbers || i.Inputs != 3 || i.Outputs != 1 || i.Bytes != int64(len(text)) || len(i.Tensors) != len(f.Tensors) || i.Data == nil || len(i.Sections) != 0 {
		t.Errorf("%+v", i)
	}
	f.Sections = []modelfile.Section{{Name: "notes", JSON: json.RawMessage(`"abc"`), Tensors: []safetensors.Tensor{{Name: "t", Shape: []int{2}, Data: []float64{1, 2}}}}}
	f.Keys = map[string]string{"author": "me"}
	var b bytes.Buffer
	if err := modelfile.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	i, err = modelfile.Inspect(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || len(i.Sections) != 1 || i.Sections[0] != (modelfile.InspectedSection{Name: "notes", Tensors: 1, Bytes: 16 + 5}) || i.Keys["author"] != "me" || i.Parameters != numbers {
		t.Errorf("%+v, %v", i, err)
	}
	text = b.Bytes()
	for n := range text {
		if _, err := modelfile.Inspect(bytes.NewReader(text[:n]), int64(n)); err == nil {
			t.Fatalf("cut at %d of %d: an error expected", n, len(text))
		}
	}
}

// Of a file of somebody else the tensors are told, and why it is no model.
func TestInspectForeign(t *testing.T) {
	var b bytes.Buffer
	err := safetensors.Write(&b, map[string]string{"format": "pt"}, []safetensors.Tensor{{Name: "w", Shape: []int{1, 2}, Data: []float32{1, 2}}})
	if err != nil {
		t.Fatal(err)
	}
	i, err := modelfile.Inspect(&b, int64(b.Len()))
	if err != nil || !strings.Contains(i.Foreign, "no model of this program") || len(i.Tensors) != 1 || i.Tensors[0].Bytes != 8 || i.Keys["format"] != "pt" || i.Layers != nil {
		t.Errorf("%+v, %v", i, err)
	}
}
