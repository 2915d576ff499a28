// Package files writes files whole or not at all, and says why something went
// wrong with one. It imports the standard library only.
package files
