// Package storagetest makes the backend of stores that exist only in a test.
//
// It owns a Backend without an API server whose root key is the same in every run, so that
// tests can compare what is sealed. It does not test package storage, and no program
// imports it.
package storagetest
