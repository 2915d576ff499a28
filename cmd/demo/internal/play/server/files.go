package server

import (
	"io/fs"
	"net/http"
	"path"
	"strings"

	"chainrule/cmd/demo/internal/play/web"
)

// types are those of the page's files. Not every system's own table has them right, and a
// browser takes no module of another type.
var types = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

// serveFile answers with a file of the page.
func serveFile(w http.ResponseWriter, r *http.Request) *problem {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	content, err := fs.ReadFile(web.Files, name)
	if err != nil {
		return problemf(http.StatusNotFound, "there is nothing at %s", shortened(r.URL.Path))
	}
	if r.Method != http.MethodHead {
		if p := method(r, http.MethodGet); p != nil {
			p.allow = "GET, HEAD"
			return p
		}
	}
	w.Header().Set("Content-Type", types[path.Ext(name)])
	w.Header().Set("Cache-Control", "no-cache")
	w.Write(content)
	return nil
}
