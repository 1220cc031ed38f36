// Package clientmetrics counts OAuthClients for Prometheus.
//
// It owns the metrics of OAuthClients, which it makes from their statuses. It does not own
// the statuses (controllers/oauthclient).
package clientmetrics
