package draw

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	tooltipLine = regexp.MustCompile(`^<g id="a_[^"]*"><a xlink:title="([^"]*)">$`)
	groupLine   = regexp.MustCompile(`^<g id="[^"]*" class="([a-z]*)"`)
	lowerEdge   = regexp.MustCompile(` d="M(-?[0-9.]+),\S+ (-?[0-9.]+),`) // of a rounded box
	anchor      = regexp.MustCompile(` text-anchor="middle" x="(-?[0-9.]+)"`)
	fontSize    = regexp.MustCompile(` font-size="[^"]*"`)
)

// tidy makes Graphviz's SVG stand alone and finishes its looks. It drops the
// document type and the ids, which would clash where a page holds several
// pictures; turns links without a target into titles; ties names of clusters to
// an edge, whatever the font; and writes shapes in smaller type.
func tidy(svg []byte) ([]byte, error) {
	start := bytes.Index(svg, []byte("<svg"))
	if start < 0 {
		return nil, errors.New("it made no SVG")
	}
	var out bytes.Buffer
	var class string
	var edge []string // lowerEdge of the last box
	texts := 0
	for line := range strings.Lines(string(svg[start:])) {
		line = strings.TrimSuffix(line, "\n")
		if m := groupLine.FindStringSubmatch(line); m != nil {
			class, texts = m[1], 0
			line = "<g" + line[len(m[0]):]
		}
		if m := lowerEdge.FindStringSubmatch(line); m != nil {
			edge = m
		}
		switch {
		case strings.HasPrefix(line, "<title>"), strings.HasPrefix(line, "<!--"), line == "</a>":
			continue
		case strings.HasPrefix(line, "<text"):
			texts++
			line = tidyText(line, class, texts, edge)
		}
		line = tooltipLine.ReplaceAllString(line, "<g><title>$1</title>")
		out.WriteString(strings.Replace(line, ` xmlns:xlink="http://www.w3.org/1999/xlink"`, "", 1))
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

// tidyText returns the line of the given number in a label.
func tidyText(line, class string, number int, edge []string) string {
	at := anchor.FindStringSubmatch(line)
	switch {
	case class == "node" && number == 2:
		line = strings.Replace(line, ` font-weight="bold"`, "", 1)
		return fontSize.ReplaceAllString(line, fmt.Sprintf(` font-size="%g"`, sizesSize))
	case class == "cluster" && at != nil && edge != nil:
		x, left, right := parse(at[1]), parse(edge[1]), parse(edge[2])
		if x < (left+right)/2 {
			return anchor.ReplaceAllString(line, ` x="`+edge[1]+`"`)
		}
		return anchor.ReplaceAllString(line, ` text-anchor="end" x="`+edge[2]+`"`)
	}
	return line
}

func parse(s string) float64 {
	v, _ := strconv.ParseFloat(s, 64)
	return v
}
