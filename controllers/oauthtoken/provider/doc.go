// Package provider knows where providers are: the endpoints of presets, and those that an
// issuer publishes (RFC 8414, OpenID Connect Discovery 1.0).
//
// It owns the presets and how metadata is read, kept and judged. It does not own which
// addresses may be called (internal/outbound), nor token requests
// (controllers/oauthtoken/request).
package provider
