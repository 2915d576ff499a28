package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"chainrule/cmd/demo/internal/lesson"
)

func main() {
	docs := flag.String("docs", "docs/lessons", "directory with the lessons' pages")
	out := flag.String("out", "lessons.json", "file to write")
	flag.Parse()
	text, err := generate(context.Background(), *docs)
	if err == nil {
		err = os.WriteFile(*out, text, 0o666)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// An entry is a lesson as the page has it.
type entry struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Claim   string `json:"claim"`
	Verdict string `json:"verdict"`           // as lesson.Verdict is written
	Finding string `json:"finding,omitempty"` // what holds and what does not
	Page    string `json:"page"`              // where it is told in full, below the root of the repository
	lesson.Opening
}

// generate returns the JSON.
func generate(ctx context.Context, docs string) ([]byte, error) {
	index, err := os.ReadFile(filepath.Join(docs, "README.md"))
	if err != nil {
		return nil, err
	}
	var all []entry
	for _, l := range lesson.All() {
		e := entry{Name: l.Name, Title: l.Title, Claim: l.Claim, Page: "docs/lessons/" + l.Name + ".md"}
		if e.Verdict, e.Finding, err = verdict(string(index), l.Name); err != nil {
			return nil, err
		}
		if e.Opening, err = l.Opening(ctx); err != nil {
			return nil, fmt.Errorf("lesson %s: %w", l.Name, err)
		}
		all = append(all, e)
	}
	var text bytes.Buffer
	to := json.NewEncoder(&text)
	to.SetEscapeHTML(false)
	to.SetIndent("", " ")
	err = to.Encode(all)
	return text.Bytes(), err
}

var comments = regexp.MustCompile(`<!-- /?[a-z]+ -->`)

// verdict returns what the index of the pages says of a lesson.
func verdict(index, name string) (verdict, finding string, err error) {
	_, rest, found := strings.Cut(index, "["+name+"]("+name+".md)")
	_, rest, measured := strings.Cut(rest, "<!-- measured -->")
	text, _, ends := strings.Cut(rest, "<!-- /measured -->")
	parts := strings.SplitN(comments.ReplaceAllString(text, ""), "**", 3)
	if !found || !measured || !ends || len(parts) != 3 {
		return "", "", fmt.Errorf("lesson %s: the index of the pages has no verdict", name)
	}
	return parts[1], strings.TrimSpace(strings.TrimPrefix(parts[2], ".")), nil
}
