// Package tracing sends spans to a collector (OTLP over HTTP), if one is configured.
//
// It owns what a span may say: names, numbers and statuses that the code chose, never
// anything of a request or a Secret. A nil *Tracer is tracing that is off: all its
// methods do nothing and cost nothing. So is one without a collector, which may get one
// while the program runs. Spans travel in the context under a key of this
// package's own, so that libraries with an opinion of their own on what belongs into a
// span (fosite copies texts of errors) see none.
package tracing
