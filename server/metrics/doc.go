// Package metrics counts what a replica does and says what state it is in, for Prometheus.
//
// It owns names, labels and help texts; no label holds anything that a request chose. Where
// metrics are served is for server/health.
package metrics
