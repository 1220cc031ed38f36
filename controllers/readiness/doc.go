// Package readiness counts objects by their condition Ready, for the metrics of their kinds.
//
// It does not own which objects are counted, or what the conditions mean.
package readiness
