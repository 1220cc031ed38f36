// Package node is what a machine runs to be a node, and what the control plane
// runs beside its API server once there is one: upstream's own programs, each
// started with upstream's own flags, and our small DNS. It owns nothing but the
// start; who starts which with what configuration is the business of
// hack/localnode. A binary of its own keeps them out of that which tests use,
// and minutes out of its first build.
package node
