// Package server is the authorization server as a program: it builds the packages below it
// (wiring.go), mounts their endpoints from one list (routes.go), runs them and drains them.
//
// It owns configuration, the order in which things start and end, and when keys are loaded.
// Local copies of API objects are those of server/copies, health and metrics those of
// server/health and server/metrics, and what an endpoint does is its package's business.
//
// It has more than 900 lines, most of which name and connect other packages: a second
// package of that kind would have to know the first one's parts by name.
package server
