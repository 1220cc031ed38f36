// Command dev runs the development environment: an embedded cluster with the
// operator and server replicas in the background, a demonstration of the main
// job, and an ephemeral cluster around a run of the tests. The make targets
// demo, up, down, reset and test call it.
//
// It owns flags and wiring; the packages below it and hack/devenv do the work.
package main
