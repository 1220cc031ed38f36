// Package httpx is the HTTP edge of the authorization server: what every endpoint
// does before and after its own work. It parses requests strictly, bounds them,
// turns error values into bytes in one place, and logs an allow-list.
//
// It knows OAuth's error format, but no grant, client or token, and no
// Kubernetes.
package httpx
