// Package kubeconfig is kubectl oauth kubeconfig: the user entry of a kubeconfig with which
// kubectl signs in by kubectl oauth login. It prints the entry and changes no file.
package kubeconfig
