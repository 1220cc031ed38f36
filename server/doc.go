// Package server is the authorization server as a program: it builds the
// endpoints below it from one list (routes.go), runs them and drains them.
//
// It owns configuration, listeners, local copies of API objects, health and
// metrics. What an endpoint does is its package's business.
package server
