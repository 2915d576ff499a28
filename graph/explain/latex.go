package explain

import (
	"strings"

	"chainrule/internal/term"
)

// LaTeX returns the derivation as a LaTeX document, which needs no package but
// amsmath.
func (d *Derivation) LaTeX() string {
	return `\documentclass[a4paper]{article}
\usepackage{amsmath}
\addtolength{\oddsidemargin}{-25mm}
\addtolength{\textwidth}{50mm}
\addtolength{\topmargin}{-20mm}
\addtolength{\textheight}{40mm}
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\begin{document}
` + d.LaTeXBody() + `\end{document}
`
}

// LaTeXBody returns what stands between the beginning and the end of the
// document that LaTeX returns, to be put into another one.
func (d *Derivation) LaTeXBody() string {
	d = d.orEmpty()
	var b strings.Builder
	if d.Title != "" {
		b.WriteString(`\section*{` + term.LaTeXText(d.Title) + "}\n")
	}
	if d.Intro != "" {
		b.WriteString(term.LaTeXText(d.Intro) + "\n")
	}
	for _, p := range d.parts() {
		b.WriteString(`\subsection*{` + p.title + "}\n")
		if p.note != "" {
			b.WriteString(term.LaTeXText(p.note) + "\n")
		}
		b.WriteString("\\begin{align*}\n")
		for i, l := range p.lines {
			if i > 0 {
				b.WriteString("\\\\\n")
			}
			l.writeLaTeX(&b)
		}
		b.WriteString("\n\\end{align*}\n")
	}
	return b.String()
}

// writeLaTeX writes a row of align*, and below it a row each for value and
// remark.
func (l Line) writeLaTeX(b *strings.Builder) {
	b.WriteString(strings.Replace(l.LaTeX(), " = ", " &= ", 1))
	if l.Text == "" {
		b.WriteString(" &")
	}
	b.WriteString(` && \text{` + l.shape() + "}")
	if l.Rule != "" {
		b.WriteString(` && \parbox[t]{45mm}{\raggedright\footnotesize ` + term.LaTeXText(l.Rule) + "}")
	}
	if l.Value != nil {
		b.WriteString("\\\\\n&= " + latexMatrix(cells(l.Value, maxMatrixCols)))
	}
	if l.Near != nil {
		b.WriteString("\\\\\n" + `&\approx ` + latexMatrix(nearCells(l.Near, maxMatrixCols)))
	}
	if l.Remark != "" {
		b.WriteString("\\\\\n" + `& \rlap{\parbox[t]{140mm}{\raggedright\footnotesize ` + term.LaTeXText(l.Remark) + "}}")
	}
}

func latexMatrix(cells [][]string) string {
	var rows []string
	for _, row := range cells {
		var out []string
		for _, c := range row {
			switch c {
			case "…":
				c = `\ldots`
			case "–":
				c = `\text{--}`
			default:
				c = term.Digits(c).LaTeX()
			}
			out = append(out, c)
		}
		rows = append(rows, strings.Join(out, " & "))
	}
	return `\begin{pmatrix} ` + strings.Join(rows, ` \\ `) + ` \end{pmatrix}`
}
