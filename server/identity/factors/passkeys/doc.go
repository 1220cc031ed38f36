// Package passkeys runs the ceremonies of WebAuthn: it makes the challenges for browsers and
// verifies their answers. It stores nothing. The form of what it returns to be stored is its
// own.
package passkeys
