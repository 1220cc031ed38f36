// Package kubeconfig writes the file through which everybody reaches the
// control plane. The file exists exactly while the control plane was last seen
// ready, so waiting for it is enough. The package does not decide who the user
// is, and it never replaces a kubeconfig that it did not write.
package kubeconfig
