// Package otelx has what fosite uses of OpenTelemetry.
//
// It owns the end of fosite's spans. It writes no error into them: fosite's errors quote
// what a request sent.
package otelx
