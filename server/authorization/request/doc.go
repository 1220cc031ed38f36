// Package request reads authorization requests: what their parameters mean (OpenID
// Connect Core 1.0 section 3.1.2) and whether the client may ask for it.
//
// It does not decide what a browser must do next (server/authorization).
package request
