// Package conditions sets the conditions of our kinds the way kstatus reads them:
// every condition carries the observed generation, Ready sums up, and Reconciling
// and Stalled are there only while they are true. It does not know which
// conditions a kind has.
package conditions
