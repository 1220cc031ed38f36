// Package report collects what is said of an input: what is lost and what is left to do. It
// makes texts from the input fit for a terminal, and never decides what is said.
package report
