// Package check is kubectl oauth check: whether a server answers as its issuer, with keys,
// TLS and the right time. The requests are those of internal/check, which grantor check
// makes, too.
package check
