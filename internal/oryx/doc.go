// Package x stands in for the module github.com/ory/x, of which fosite uses three
// functions and five interfaces. The real one brings 130 packages into the program,
// among them test libraries, another logger and exporters for Jaeger and Zipkin; go.mod
// replaces it with this.
//
// It owns what fosite calls of it, with the same names, and nothing else. What fosite
// calls after an update and is missing here does not compile.
package x
