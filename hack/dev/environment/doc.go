// Package environment owns the development environment as a whole: which
// processes belong to it, with which settings, ports and accounts, and in which
// order they come and go. It lies in .local of the checkout, and .local/env
// tells scripts where everything is.
//
// It does not know how a single process is kept (package background) nor how a
// cluster is installed (package devenv).
package environment
