package explain

import (
	"chainrule/internal/term"
	"cmp"
	"strings"
)

// explainStyle is small enough to read, and suits light and dark surroundings
// and narrow windows.
const explainStyle = `
:root { color-scheme: light dark; --ink: #1a202c; --soft: #5a6577; --paper: #fff; --rule: #d5dce6; --forward: #2b6cb0; --backward: #b0501c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf0; --soft: #a3aec0; --paper: #171b22; --rule: #39424f; --forward: #7db8f0; --backward: #f0a578; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 1.1rem; margin: 2rem 0 .4rem; }
.forward h2 { color: var(--forward); }
.backward h2 { color: var(--backward); }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
td { padding: .45rem 1.2rem .45rem 0; border-top: 1px solid var(--rule); vertical-align: baseline; text-align: left; }
td:last-child { padding-right: 0; }
.shape { width: 6rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
.rule { width: 36%; }
.shape, .rule, .remark { color: var(--soft); }
.remark { font-size: .9rem; margin-top: .3rem; }
.formula math { font-size: 1.15rem; }
.formula, pre { overflow-x: auto; overflow-y: hidden; }
pre { margin: .3rem 0 0; font: .85rem/1.2 ui-monospace, "DejaVu Sans Mono", monospace; }
@media (max-width: 44rem) {
  table, tbody, tr, td { display: block; }
  tr { border-top: 1px solid var(--rule); padding: .5rem 0; }
  td { border: 0; padding: .1rem 0; }
  .shape, .rule { display: inline; width: auto; padding-right: .8rem; }
}
`

// HTML returns the derivation as a page that stands alone, with the formulas in
// MathML.
func (d *Derivation) HTML() string {
	d = d.orEmpty()
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n" +
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n" +
		"<title>" + term.XMLText(cmp.Or(d.Title, "Derivation")) + "</title>\n<style>" + explainStyle + "</style>\n</head>\n<body>\n<main>\n")
	if d.Title != "" {
		b.WriteString("<h1>" + term.XMLText(d.Title) + "</h1>\n")
	}
	if d.Intro != "" {
		b.WriteString("<p>" + term.XMLText(d.Intro) + "</p>\n")
	}
	for _, p := range d.parts() {
		class, _, _ := strings.Cut(strings.ToLower(p.title), " ")
		b.WriteString("<section class=\"" + strings.Trim(class, ",") + "\">\n<h2>" + p.title + "</h2>\n")
		if p.note != "" {
			b.WriteString("<p>" + term.XMLText(p.note) + "</p>\n")
		}
		b.WriteString("<table>\n<tbody>\n")
		for _, l := range p.lines {
			l.writeHTML(&b)
		}
		b.WriteString("</tbody>\n</table>\n</section>\n")
	}
	b.WriteString("</main>\n</body>\n</html>\n")
	return b.String()
}

// writeHTML writes a row of a table.
func (l Line) writeHTML(b *strings.Builder) {
	b.WriteString("<tr><td><div class=\"formula\">" + l.MathML() + "</div>")
	equals := ""
	if l.Near != nil {
		equals = "  "
	}
	if rows := l.matrices(equals, "≈ ", 0); len(rows) > 0 {
		b.WriteString("\n<pre>" + strings.Join(rows, "\n") + "</pre>")
	}
	if l.Remark != "" {
		b.WriteString("\n<div class=\"remark\">" + term.XMLText(l.Remark) + "</div>")
	}
	b.WriteString("</td><td class=\"shape\">" + l.shape() + "</td><td class=\"rule\">" + term.XMLText(l.Rule) + "</td></tr>\n")
}
