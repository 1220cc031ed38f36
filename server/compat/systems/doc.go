// Package systems lists the tables of all systems whose paths the server can have (server/compat),
// and finds the handler of a path.
//
// It does not own the tables, which are those of the packages of the systems, nor what a handler
// does. Which systems are enabled can change while the server runs, so it asks each time.
package systems
