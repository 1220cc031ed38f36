// Package e2e installs Grantor on a node where Pods run and uses it as people
// and applications do. It needs root and Linux, so its tests have the build tag
// e2e, which `make e2e` sets.
//
// It owns the story: what is installed, used, disturbed, upgraded and removed, in
// this order. The node is that of hack/localnode, the image that of hack/images,
// the applications are those of the program below.
package e2e
