// Package explain is kubectl oauth explain: which server an OAuthClient belongs to, what
// it may do there, what is refused, by which field or policy, and what to change.
//
// The decision is that of internal/clientspec, which the operator and the server use.
// What it is made of comes from internal/kubectloauth/facts; this package writes
// it in sentences (sentences.go). What could not be read is said.
package explain
