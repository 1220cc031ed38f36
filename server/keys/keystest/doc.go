// Package keystest makes the keys of servers that exist only in a test.
//
// It owns a Store that holds one new key of each use, or the keys of a given ring. It does
// not test package keys, and no program imports it.
package keystest
