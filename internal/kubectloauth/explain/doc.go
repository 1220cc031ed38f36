// Package explain is kubectl oauth explain: which server an OAuthClient belongs to, what
// it may do there, what is refused, by which field or policy, and what to change.
//
// The decision is that of internal/clientspec, which the operator and the server use.
// This package gathers what it is made of, as far as the caller may read it (gather.go),
// and writes it in sentences (sentences.go). What could not be read is said.
package explain
