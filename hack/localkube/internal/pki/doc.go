// Package pki makes the keys and certificates of one control plane: an
// authority, the serving pair of the API server, two client pairs and the key
// that signs service account tokens. It makes them once per state directory
// and all together or not at all; it does not renew them, and it does not know
// who uses them. Package serve calls it.
package pki
