// Package server is the authorization server as a program: it builds the rooms
// below it from one list (rooms.go), runs them and drains them.
//
// It owns configuration, listeners, local copies of API objects, health and
// metrics. What an endpoint does is its room's business.
package server
