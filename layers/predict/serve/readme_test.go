package serve_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chainrule/layers/predict/serve"
	"chainrule/optim/experiment"
)

const irisTable = "../../../internal/shipped/iris.csv"

var modelFile = filepath.Join(os.TempDir(), fmt.Sprint("serve", os.Getpid(), ".safetensors"))

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// From a table to a server: what the README shows.
func Example_fromTable() {
	defer os.Remove(modelFile)
	e, err := experiment.New(experiment.Settings{
		Data:   experiment.Data{Kind: "csv", Path: irisTable, Label: "species", Held: 0.2, Val: 0.2},
		Layers: []experiment.Layer{{Kind: "dense", Units: 8, Activation: "tanh"}, {Kind: "dense", Units: 3, Activation: "softmax"}},
		Cost:   experiment.Cost{Kind: "cross-entropy"},
		Rule:   experiment.Rule{Kind: "adam", Rate: 0.02},
		Batch:  16, Epochs: 200, Patience: 20, // epochs without a better cost of validation end it
	})
	check(err)
	_, err = e.Fit(context.Background())
	check(err)
	score, err := e.Score(e.Held)
	check(err)
	fmt.Printf("%d of the %d held out are right\n", score.Right, score.Of)
	check(e.Save(modelFile))

	h, err := serve.Open(modelFile)
	check(err)
	server := httptest.NewServer(h)
	defer server.Close()
	// Output: 28 of the 30 held out are right
}

// The README's program is the example, but for names of files and the server's address.
func TestReadmeShowsTheExample(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("readme_test.go")
	if err != nil {
		t.Fatal(err)
	}
	between := func(s, start, end string) string {
		_, s, _ = strings.Cut(s, start)
		s, _, found := strings.Cut(s, end)
		if !found {
			t.Fatalf("no text between %q and %q", start, end)
		}
		return s
	}
	body := between(string(source), "\tdefer os.Remove(modelFile)\n", "\tserver := ")
	body = strings.NewReplacer("irisTable", `"iris.csv"`, "modelFile", `"iris.safetensors"`).Replace(body)
	want := strings.TrimPrefix(strings.ReplaceAll("\n"+body, "\n\t", "\n"), "\n")
	if shown := between(string(readme), "```go\ne, err := ", `log.Fatal(http.ListenAndServe`); "e, err := "+shown != want {
		t.Errorf("the README shows\n%s\nthe example is\n%s", shown, want)
	}
}
