// Package structuretest holds the tests of how the module is put together: the
// picture of imports in docs/design.md is that of the sources, and every package
// says in its doc.go what lives there, what it may import and where to add.
//
// It has no code but tests, and imports nothing of ours. A rule about the whole
// module that no single package can test is a test here.
package structuretest
