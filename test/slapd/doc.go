// Package slapd runs OpenLDAP's directory server for tests, as Debian packages it.
//
// It owns the server's files and the entries that it begins with. What a directory is asked
// is for the tests to say (test/directories).
package slapd
