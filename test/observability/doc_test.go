// Package observability holds docs/reference/metrics.md, the alerts and the dashboard
// in config/components/metrics to what both programs really offer, with Prometheus
// itself as the judge.
package observability
