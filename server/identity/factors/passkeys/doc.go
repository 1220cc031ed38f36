// Package passkeys runs the ceremonies of WebAuthn: it makes what a browser is asked and
// verifies what it answers. It stores nothing, and what it returns to be kept is for itself.
package passkeys
