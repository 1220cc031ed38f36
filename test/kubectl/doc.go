// Package kubectl runs kubectl oauth, the real program, at a running Grantor with a real
// API server: as the caller of a kubeconfig, as a plugin of kubectl, and as what kubectl
// runs to get a token.
package kubectl
