// Package deployment runs the servers that have spec.deployment.
//
// It owns the objects that run a server: applied as internal/render says, repaired, and
// deleted when they are not wanted any more; the inventory that records them before they
// are made; the condition Deployed and the number of replicas in the status. What the
// objects look like is for internal/render to say.
package deployment
