// Package controllers runs the few controllers of kube-controller-manager that
// an API without nodes relies on: namespaces and owned objects get deleted,
// namespaces get their ServiceAccount and authority certificate, token Secrets
// get filled, aggregated ClusterRoles get their rules. Nothing here runs Pods.
//
// They are constructed directly, not through kube-controller-manager, which
// brings sixty others and learns of new resource types only every 30 seconds.
package controllers
