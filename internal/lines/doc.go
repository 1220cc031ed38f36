// Package lines writes the log of a program: all of it, from one goroutine, so that no
// request waits for the reader of the log.
//
// It owns the lines that are not written yet: in which order and how soon they are
// written, how many there may be, and what happens when they are not read. It does not
// know what a line says. cmd/grantor makes the one Writer of a program.
package lines
