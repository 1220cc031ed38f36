// Command localnode is a Kubernetes cluster of one node on which Pods run: the
// control plane of hack/localkube, what belongs to a node, and the container
// runtime of Debian. It needs root, runs in the foreground and leaves nothing on
// the machine but its logs, even if it is killed.
//
// Package inside is the node, package outside what surrounds it. This package
// fetches and builds what both need.
package main
