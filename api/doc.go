// Package api is the root of a Go module of its own, so that a program that imports the
// kinds of Grantor gets their types and what these need of Kubernetes, and nothing that
// Grantor is made of: neither its OAuth libraries nor controller-runtime.
//
// It owns nothing itself: the kinds are in v1alpha1 and session/v1alpha1.
package api
