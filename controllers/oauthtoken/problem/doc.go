// Package problem is why there is no token: what the steps of a reconcile hand to the status.
//
// It owns the type, and the sentences that more than one step says. It does not own when there
// is a problem, nor what conditions it leads to (controllers/oauthtoken/status).
package problem
