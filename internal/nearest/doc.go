// Package nearest finds the name that somebody meant who wrote another.
// Errors about unknown names suggest it. It imports the standard library only.
package nearest
