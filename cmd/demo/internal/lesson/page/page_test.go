package page

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"

	"chainrule/cmd/demo/internal/lesson"
	"chainrule/internal/plotting"
)

// line is a drawing.
func line(y float64) plotting.Picture {
	return plotting.Chart{Title: "a < b & c", Lines: []plotting.Line{{X: []float64{0, 1}, Y: []float64{0, y}}}}
}

// sample returns a result with a block of every kind.
func sample(name string, cost, seconds float64) Result {
	r := &lesson.Report{}
	r.Say("Weights *w_1* and a <b> of W[1](x): $%v$.", cost)
	r.Say("1. A paragraph, not a list.")
	r.Show("Z1 = W1·X  (4,400)\n\nA1 = tanh(Z1) & more <all>\n")
	r.Table(lesson.Table{Header: []string{"set", "accuracy", "a|b"}, Rows: [][]string{{"flower", "90.5 %", "(4,3)"}, {"moons", "−100 %", ""}}})
	r.Draw("cost", "The cost falls.", line(cost))
	r.Supports("the cost is below 1", cost < 1, "The cost is %v.", cost)
	r.Table(lesson.Table{Header: []string{"way", "time"}, Rows: [][]string{{"loop", text(seconds)}}, Timed: true})
	r.Blocks = append(r.Blocks, lesson.Picture{Name: "times", Caption: "Times.", Drawing: line(seconds), Timed: true},
		lesson.Check{Text: text(seconds), Holds: seconds < 5, Part: "a <b>", Says: lesson.Supports, Timed: true})
	if seconds >= 5 {
		r.Blocks[len(r.Blocks)-1] = lesson.Check{Text: text(seconds), Holds: true, Part: "a <b>", Says: lesson.Refutes, Timed: true}
	}
	settings := []lesson.Setting{{Name: "rate", Help: "learning rate", Default: 1.2}, {Name: "names", Help: "what is tried", Default: []string{"tanh"}}}
	l := lesson.Lesson{Name: name, Title: "About " + name, Claim: "It holds that a < b.", Settings: settings}
	return Result{l, lesson.Values{"rate": 1.2, "names": []string{"relu", "tanh"}}, r}
}

func text(seconds float64) string {
	return "it takes " + strings.TrimSuffix(strings.Repeat("1", int(seconds)), "") + " s"
}

func TestText(t *testing.T) {
	got := Text(sample("a", 0.5, 3), 60)
	for _, want := range []string{
		"a: About a\n==========\n\nClaim: It holds that a < b.\n\n",
		"  --rate   1.2        learning rate\n  --names  relu,tanh  what is tried\n",
		"  Z1 = W1·X  (4,400)\n\n  A1 = tanh(Z1) & more <all>\n\n",
		"  set     accuracy  a|b\n  ──────  ────────  ─────\n  flower    90.5 %  (4,3)\n  moons     −100 %\n\n",
		"Picture cost, drawn with --out DIR: The cost falls.\n",
		"→ found, supports the claim: The cost is 0.5.\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if !strings.HasSuffix(got, "\nVerdict: holds\n") {
		t.Errorf("ends with %q", got[len(got)-40:])
	}
	part := "\nVerdict: holds in part. What holds: a <b>. What does not:\nthe cost is below 1. The lesson's own finding was not\nreproduced: 1 of 2 checks came out otherwise.\n"
	if got := Text(sample("a", 2, 3), 60); !strings.Contains(got, "→ not found, refutes the claim: The cost is 2.") || !strings.HasSuffix(got, part) {
		t.Errorf("a claim that holds in part:\n%s", got)
	}
	if got := Text(sample("a", 2, 5), 200); !strings.Contains(got, "→ found, refutes the claim: it takes") || !strings.Contains(got, "\nVerdict: does not hold. The lesson's own finding") {
		t.Errorf("a claim that does not hold:\n%s", got)
	}
	long := sample("a", 0.5, 3)
	long.Values["names"] = strings.Split("relu,tanh,sigmoid,identity,gelu,softplus,elu", ",")
	text := Text(long, 40)
	for l := range strings.Lines(text) {
		if n := len([]rune(l)); n > 41 {
			t.Errorf("%d columns: %q", n, l)
		}
	}
	if want := "  --names\n      relu,tanh,sigmoid,identity,\n      gelu,softplus,elu\n      what is tried\n"; !strings.Contains(text, want) {
		t.Errorf("no %q in\n%s", want, text)
	}
}

// drawn returns a result with its pictures.
func drawn(t *testing.T, r Result) *Drawn {
	t.Helper()
	d, err := Draw(r)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestMarkdown(t *testing.T) {
	files, err := drawn(t, sample("a", 0.5, 3)).Files(true)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); got != "a.md a-cost.svg a-times.svg a.html" {
		t.Fatalf("files %s", got)
	}
	got := string(files[0].Data)
	for _, want := range []string{
		"# a: About a\n\n> It holds that a &lt; b.\n\n",
		"| --names | relu,tanh | what is tried |\n",
		"    demo lesson a --names relu,tanh\n",
		`Weights \*w_1\* and a &lt;b> of W[1]\(x): \$0.5\$.` + "\n",
		`1\. A paragraph, not a list.` + "\n",
		"```text\nZ1 = W1·X  (4,400)\n\nA1 = tanh(Z1) & more <all>\n```\n",
		"| set    | accuracy | a\\|b  |\n| ------ | -------: | ----- |\n| flower |   90.5 % | (4,3) |\n| moons  |   −100 % |       |\n",
		"![cost](a-cost.svg)\n\n*The cost falls.*\n",
		"- **found, supports the claim**: The cost is 0.5.\n",
		"<!-- timed -->\n\n![times](a-times.svg)\n\n*Times.*\n\n<!-- /timed -->\n",
		"Verdict: <!-- timed -->**holds**<!-- /timed -->\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestAll(t *testing.T) {
	untimed := sample("b", 2, 1)
	untimed.Report.Blocks = untimed.Report.Blocks[:6]
	files, err := All([]*Drawn{drawn(t, sample("a", 0.5, 3)), drawn(t, untimed), drawn(t, sample("c", 0.5, 5))})
	if err != nil {
		t.Fatal(err)
	}
	if files[0].Name != IndexName || files[len(files)-1].Name != HTMLName || len(files) != 2+3+2+3 {
		t.Fatalf("%d files from %s to %s", len(files), files[0].Name, files[len(files)-1].Name)
	}
	for _, want := range []string{"1. [a](a.md): About a. It holds that a &lt; b.\n", "2. [b](b.md)", "<!-- measured -->**does not hold**. The lesson's own finding was not reproduced: 1 of 1 check came out otherwise.<!-- /measured -->",
		"3. [c](c.md)", "<!-- measured --><!-- timed -->**holds in part**. What holds: the cost is below 1. What does not: a &lt;b>.<!-- /timed --><!-- /measured -->"} {
		if !strings.Contains(string(files[0].Data), want) {
			t.Errorf("no %q in\n%s", want, files[0].Data)
		}
	}
	page := string(files[len(files)-1].Data)
	for _, want := range []string{`<a href="#a">About a</a>`, `<section id="b">`, "It holds that a &lt; b.", `<span class="fails">does not hold</span>`, `<span class="part">holds in part</span>. What holds: the cost is below 1. What does not: a &lt;b&gt;.`,
		`<span class="holds">found, supports the claim</span>: The cost is 0.5.`, `<span class="fails">found, refutes the claim</span>: it takes`, `<td class="n">90.5 %</td>`,
		`<svg role="img" aria-label="The cost falls." `, "demo lesson b --names relu,tanh", "A1 = tanh(Z1) &amp; more &lt;all&gt;", "prefers-color-scheme: dark", timedOpen, measuredClose} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in the page", want)
		}
	}
	for _, never := range []string{"<?xml", "<!-- Generated", "ZgotmplZ", "<script", "href=\"http"} {
		if strings.Contains(page, never) {
			t.Errorf("%q in the page", never)
		}
	}
	checkTags(t, page)
}

// The verdict and what explains it are the same in the index, on the page, in the
// page of all and on a terminal.
func TestVerdictsAgree(t *testing.T) {
	tags := regexp.MustCompile(`<[^>]*>|\*\*`)
	plain := func(text string) string { return html.UnescapeString(tags.ReplaceAllString(text, "")) }
	seen := map[lesson.Verdict]bool{}
	for _, c := range []struct{ cost, seconds float64 }{{0.5, 3}, {2, 3}, {0.5, 5}, {2, 5}} {
		r := sample("x", c.cost, c.seconds)
		d := drawn(t, r)
		files, err := All([]*Drawn{d})
		if err != nil {
			t.Fatal(err)
		}
		seen[r.Report.Verdict()] = true
		want := verdict(r.Report)
		for _, f := range files {
			if strings.HasSuffix(f.Name, ".svg") {
				continue
			}
			// The page escapes the angle brackets of a part, which are no tags.
			text := strings.ReplaceAll(string(f.Data), "&lt;b>", "&lt;b&gt;")
			if !strings.Contains(plain(text), want+"\n") {
				t.Errorf("%v: no %q in %s", c, want, f.Name)
			}
		}
		if got := Text(r, 1000); !strings.HasSuffix(got, "\nVerdict: "+want+"\n") {
			t.Errorf("%v: no %q at the end of the text", c, want)
		}
	}
	if len(seen) != 3 {
		t.Errorf("only the verdicts %v were seen", seen)
	}
}

// A claim that the settings reword is so on every page.
func TestRewordedClaim(t *testing.T) {
	r := sample("a", 0.5, 3)
	r.Lesson.Reworded = func(s lesson.Values) string { return fmt.Sprintf("The rate is %v.", s.Float("rate")) }
	files, err := All([]*Drawn{drawn(t, r)})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"text": Text(r, 60), "index": string(files[0].Data), "page": string(files[1].Data), "all": string(files[len(files)-1].Data)} {
		if !strings.Contains(text, "The rate is 1.2.") || strings.Contains(text, r.Lesson.Claim) {
			t.Errorf("the claim of the settings is not in the %s:\n%s", name, text)
		}
	}
}

// checkTags checks that every element of a page is closed.
func checkTags(t *testing.T, page string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict = false
	d.AutoClose = xml.HTMLAutoClose
	d.Entity = xml.HTMLEntity
	depth := 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	if depth != 0 {
		t.Errorf("%d elements are not closed", depth)
	}
}

func TestDrawRejects(t *testing.T) {
	r := sample("a", 0.5, 3)
	r.Report.Draw("cost", "again", line(1))
	if _, err := Draw(r); err == nil || !strings.Contains(err.Error(), "a: two pictures are called cost") {
		t.Errorf("error %v", err)
	}
	r = sample("a", 0.5, 3)
	r.Report.Draw("broken", "empty", plotting.Chart{})
	if _, err := Draw(r); err == nil || !strings.Contains(err.Error(), "a: picture broken: ") {
		t.Errorf("error %v", err)
	}
}

func TestColumns(t *testing.T) {
	for cell, want := range map[string]bool{"1": true, "−1.5e-3": true, "90.5 %": true, "1.2×": true, "3.1 µs": true, "≤ 1": false, "≤1": true,
		"(4,3)": false, "": false, "2-4-1": false, "never": false, "5 of 10 seeds": false, "10,000": true, "NaN": true} {
		if isNumber(cell) != want {
			t.Errorf("%q is a number: %v", cell, !want)
		}
	}
	got := right(lesson.Table{Header: []string{"a", "b", "c"}, Rows: [][]string{{"1", "x", "–"}, {"never", "2", "3"}, {"2", "y", "–"}}})
	if !got[0] || got[1] || !got[2] {
		t.Errorf("%v", got)
	}
	if right(lesson.Table{Header: []string{"a"}})[0] {
		t.Error("an empty column stands to the right")
	}
}

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{"a,b": "a,b", "": "''", "a b": "'a b'", "it's": `'it'\''s'`, "$x": "'$x'"} {
		if got := quoted(word); got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}

func TestHTMLIsDeterministic(t *testing.T) {
	var pages [2][]byte
	for i := range pages {
		var err error
		if pages[i], err = HTML([]*Drawn{drawn(t, sample("a", 0.5, 3))}); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(pages[0], pages[1]) {
		t.Error("two pages differ")
	}
}
