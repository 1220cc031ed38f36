// Package login is the login page, whose form has the inputs username and password.
//
// It parses the request and asks server/authorization.
package login
