// Package device lets users approve devices and command lines (RFC 8628).
//
// It owns the device authorization endpoint, the pages at which a user types a code or that
// the link of a device leads to, what the decision ends in, and what a device is told that
// asks for it. Signing in and consent are the pages of server/authorization; what is stored
// belongs to server/storage/approvals, and the tokens to server/token.
//
// A device that asks costs no write and, while its user has not decided, no read:
// docs/design/devices.md.
package device
