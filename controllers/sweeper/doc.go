// Package sweeper deletes session objects that have expired. Only the leader
// sweeps. It never deletes what may still mean something, and nothing else
// depends on when it runs.
package sweeper
