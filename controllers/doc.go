// Package controllers is the operator's half of the program: one package for each
// kind that it reconciles, and packages that several of them share. The packages of kinds
// do not import each other, nor the server.
package controllers

// The lease that elects the leader lies in the operator's own namespace.
// +kubebuilder:rbac:groups=coordination.k8s.io,resources=leases,verbs=get;create;update,namespace=grantor-system
