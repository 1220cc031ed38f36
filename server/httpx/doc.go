// Package httpx is the HTTP edge of the authorization server: what every endpoint
// does before and after its own work. It parses requests strictly, bounds them,
// turns error values into bytes in one place, and logs an allow-list.
//
// It knows OAuth's error format and codes, and passes on the audit events of a request
// (server/audit). It looks up no grant, client or token, and knows no Kubernetes.
//
// It has more than 900 lines: the edge is one chain, whose links share what a request has
// been found to be; a link that another package needs has a package of its own (server/limits).
package httpx
