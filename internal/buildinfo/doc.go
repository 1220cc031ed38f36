// Package buildinfo says what a program was built from: version, commit, Go version and
// platform, as Go recorded them or as the builder of a release stated them.
//
// cmd/grantor and cmd/kubectl-oauth print it.
package buildinfo
