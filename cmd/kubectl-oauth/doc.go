// Command kubectl-oauth is a plugin of kubectl, which runs it as kubectl oauth. The
// commands are in internal/kubectloauth; here are exit codes and the one line that is
// printed for an error.
package main
