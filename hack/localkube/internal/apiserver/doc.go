// Package apiserver runs kube-apiserver inside this process: RBAC, client
// certificates, service account tokens, everything else as upstream defaults.
// It owns the flags; it does not own the listener, the keys or the store, and
// it does not handle signals.
package apiserver
