// Package health answers, on an address of its own, whether a replica can answer requests.
//
// It owns liveness and readiness, the operator's questions about what a replica has loaded,
// and what the log says when a replica cannot answer or its log is not taken. The metrics
// that it serves are those of server/metrics.
package health
