package web_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chainrule/cmd/demo/internal/play/web"
	"chainrule/internal/experiment"
	"chainrule/internal/toy"
	"chainrule/layers"
)

// read returns a file of the page.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := fs.ReadFile(web.Files, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// all returns the first group of all matches.
func all(pattern, text string) (found []string) {
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	return found
}

// The page is whole: whatever a file names is there, nothing comes from elsewhere, and nothing
// stands in the HTML that the content security policy forbids.
func TestPageIsWhole(t *testing.T) {
	names, err := fs.Glob(web.Files, "*")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{"index.html": true}
	for _, name := range names {
		text := read(t, name)
		refs := all(`from "\./([^"]+)"`, text)
		if name == "index.html" {
			refs = append(refs, all(`(?:href|src)="([^"#]+)"`, text)...)
		}
		for _, ref := range refs {
			used[ref] = true
			if !slices.Contains(names, ref) {
				t.Errorf("%s names %s, which is not there", name, ref)
			}
		}
		for _, address := range all(`(https?://[^"'\s)]+)`, text) {
			if !strings.HasPrefix(address, "http://www.w3.org/") {
				t.Errorf("%s needs %s", name, address)
			}
		}
		for _, forbidden := range []string{` style="`, "javascript:", "eval(", "new Function(", ".innerHTML", ".outerHTML", "document.write"} {
			if strings.Contains(text, forbidden) {
				t.Errorf("%s has %s", name, forbidden)
			}
		}
	}
	for _, name := range names {
		if !used[name] {
			t.Errorf("%s is used by nothing", name)
		}
	}
	if inline := regexp.MustCompile(`<script[^>]*>[^<]|<style| on\w+="`).FindString(read(t, "index.html")); inline != "" {
		t.Errorf("index.html has %s", inline)
	}
}

// What the page offers is what there is.
func TestListsAreTheLibrarys(t *testing.T) {
	text := read(t, "experiment.js")
	list := func(name string) []string {
		m := regexp.MustCompile(`export const ` + name + ` = \[([^\]]*)\]`).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("experiment.js has no list %s", name)
		}
		return all(`"([^"]+)"`, m[1])
	}
	same := func(what string, got, want []string) {
		got, want = slices.Clone(got), slices.Clone(want)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: the page has %v, the library %v", what, got, want)
		}
	}
	same("inits", list("inits"), layers.InitializerNames())
	rules := slices.DeleteFunc(experiment.Kinds(experiment.Rule{}), func(kind string) bool { return experiment.Rule{Kind: kind}.FullBatch() }) // which the session does not take
	same("rules", list("rules"), rules)
	same("activations, and softmax", append(list("activations"), "softmax"), layers.ActivationNames())

	toys := regexp.MustCompile(`name: "(\w+)", title: "[^"]+", classes: (\d)(?:, arms: (\d))?, noise: ([\d.]+)`).FindAllStringSubmatch(text, -1)
	var names []string
	for _, m := range toys {
		names = append(names, m[1])
		arms, _ := strconv.Atoi(m[3]) // 0 without
		if classes := strconv.Itoa(toy.Classes(m[1], arms)); classes != m[2] {
			t.Errorf("%s: the page has %s classes, the set %s", m[1], m[2], classes)
		}
		if noise := strconv.FormatFloat(toy.DefaultNoise(m[1]), 'g', -1, 64); noise != m[4] {
			t.Errorf("%s: the page has a noise of %s, the set %s", m[1], m[4], noise)
		}
	}
	planar := slices.DeleteFunc(append(toy.Names(), toy.NumberNames()...), func(name string) bool { return name == "sine" }) // it has one input
	slices.Sort(names)
	same("sets", slices.Compact(names), planar)
}

// The classes have the colours of the printed pictures.
func TestColoursAreThoseOfThePrintedPictures(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "..", "internal", "plotting", "style.go"))
	if err != nil {
		t.Fatal(err)
	}
	hues := regexp.MustCompile(`(?s)hues = .*?\n}`).FindString(string(source))
	var printed []string
	for _, m := range regexp.MustCompile(`\{0x(..), 0x(..), 0x(..), 0xff\}`).FindAllStringSubmatch(hues, -1) {
		printed = append(printed, "#"+m[1]+m[2]+m[3])
	}
	light, _, _ := strings.Cut(read(t, "style.css"), "@media")
	if got := all(`--class\d: (#\w+);`, light); len(got) == 0 || !slices.Equal(got, printed) {
		t.Errorf("style.css has %v, the printed pictures %v", got, printed)
	}
	for _, dark := range regexp.MustCompile(`(?s)color-scheme: dark;(.*?)}`).FindAllStringSubmatch(read(t, "style.css"), -1) {
		if n := len(all(`--class\d: (#\w+);`, dark[1])); n != len(printed) {
			t.Errorf("%d colours of classes in the dark, %d expected", n, len(printed))
		}
	}
}

// What the modules compute without a browser is tested in their own language.
func TestModules(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node to run the tests of the modules with")
	}
	if version, err := exec.Command(node, "--version").Output(); err != nil || !recent(version) {
		t.Skipf("node %s is older than 20", bytes.TrimSpace(version))
	}
	files, err := filepath.Glob(filepath.Join("testdata", "*.test.mjs"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests of the modules: %v", err)
	}
	out, err := exec.Command(node, append([]string{"--test", "--no-warnings"}, files...)...).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func recent(version []byte) bool {
	major, _, _ := strings.Cut(strings.TrimPrefix(string(version), "v"), ".")
	n, err := strconv.Atoi(major)
	return err == nil && n >= 20
}
