// Package consent is the consent page, whose buttons are named decision: allow or deny.
//
// It parses the request and asks server/authorization.
package consent
