package web

import "embed"

// Files are the files of the page, of which index.html is the first to be served.
//
//go:embed *.html *.css *.js *.svg
var Files embed.FS
