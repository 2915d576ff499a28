// Package page writes what lessons found as text, as Markdown and as HTML.
//
// It imports package lesson, and plotting to draw its pictures. A block of another
// kind needs a case in text.go, markdown.go and html.go each.
package page
