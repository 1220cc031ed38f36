// Package account is the page on which people see and end their logins, and withdraw what they allowed.
//
// It parses the request and asks server/authorization.
package account
