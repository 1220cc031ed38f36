// Package installation is one running Grantor for tests: operator and server
// replicas as child processes with their own ServiceAccounts, in front of a real
// API server, and the few things that every test does with it.
//
// It owns no assertion about Grantor beyond waiting until something is ready.
package installation
