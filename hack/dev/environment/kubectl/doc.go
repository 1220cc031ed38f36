// Package kubectl gives a development environment a kubectl.
//
// It owns which one that is. It does not own where the link to it lies (hack/dev/environment), nor
// how localkube is built (hack/devenv).
package kubectl
