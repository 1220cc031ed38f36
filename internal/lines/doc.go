// Package lines writes the log of a program: all of it, from one goroutine, so that
// nobody waits for whoever reads the log.
//
// It owns the lines that are not written yet: in which order and how soon they are
// written, how many there may be, and what happens when nobody takes them. It does not
// know what a line says. cmd/grantor makes the one Writer of a program.
package lines
