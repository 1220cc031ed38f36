// Package cluster reaches the API server with the rights of the caller.
//
// It owns the flags that kubectl has for that (--kubeconfig, --context, --namespace and
// the others of client-go), the client, lists in pages, and the completion of names. It
// writes nothing itself and keeps nothing.
package cluster
