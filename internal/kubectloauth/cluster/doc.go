// Package cluster reads from the API server with the rights of the caller.
//
// It owns the flags that kubectl has for that (--kubeconfig, --context, --namespace and
// the others of client-go), the client, and the completion of names. It never writes and
// keeps nothing.
package cluster
