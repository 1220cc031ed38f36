// Package clientstest makes clients that exist only in a test.
//
// It owns a Registry with one client of each way to authenticate. It does not test package
// clients, and no program imports it.
package clientstest
