// Package dns answers what Pods ask of a cluster's DNS: the addresses of
// Services and, for headless ones, of their Endpoints. It owns the records; it
// knows no other names, forwards nothing, and speaks UDP only, as its answers
// are small.
package dns
