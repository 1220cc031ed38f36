// Package devenv owns the environment in which Grantor is tried and tested on
// one machine: a Kubernetes API server, what has to be installed in it, and
// Grantor's own programs as child processes with their own ServiceAccounts.
//
// Two tools for tests belong to it: RequestCounts says what the API server was
// asked, and FaultProxy stands in front of it and fails on demand.
//
// It knows nothing about background processes and remembered ports; those are
// the business of hack/dev, which uses this package as every test does that
// needs a cluster. Nothing here outlives the process that started it.
package devenv
