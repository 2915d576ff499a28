package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chainrule/optim/experiment"
)

// demo runs a command line in-process.
func demo(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(ctx, args, &out, &errs)
	return code, out.String(), errs.String()
}

// checkFiles reports unless dir holds exactly the named files, all whole.
func checkFiles(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Error(err)
		return
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if slices.Sort(names); !slices.Equal(got, names) {
		t.Errorf("files %v, %v expected", got, names)
	}
	for _, name := range got {
		if err := decode(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// decode reads a picture.
func decode(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if filepath.Ext(path) == ".json" {
		return json.NewDecoder(f).Decode(new(experiment.Settings))
	}
	if filepath.Ext(path) == ".png" {
		_, err := png.Decode(f)
		return err
	}
	root := ""
	for d := xml.NewDecoder(f); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if start, ok := token.(xml.StartElement); ok && root == "" {
			root = start.Name.Local
		}
	}
	if root != "svg" {
		return errors.New("the root element is <" + root + ">")
	}
	return nil
}

// checkText reports words that the text lacks.
func checkText(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%q expected in\n%s", word, text)
		}
	}
}

// checkPlain reports control characters and lines of more than 80 columns.
func checkPlain(t *testing.T, text string) {
	t.Helper()
	if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f }); i >= 0 {
		t.Errorf("control character %q in %q", text[i], text)
	}
	for line := range strings.Lines(text) {
		if len([]rune(line)) > 81 && !strings.Contains(line, "/") {
			t.Errorf("a line of more than 80 columns: %q", line)
		}
	}
}

// build returns the problem of a config.
func build(t *testing.T, c config) *problem {
	t.Helper()
	e, err := c.load(nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newProblem(c, e, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// write returns the path of a new file with the given lines.
func write(t *testing.T, name string, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// must panics where a test cannot be set up.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
