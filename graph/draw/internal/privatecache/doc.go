// Package privatecache keeps what Graphviz compiles at its start in a directory of
// the user's own. The module go-graphviz caches it under the temporary directory,
// which users share: the file of one made the program of the next panic, and anybody
// could plant one. Its cache is read when its package is initialised, so that the
// temporary directory is another one until Restore. It imports the standard library.
package privatecache
