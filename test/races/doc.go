// Package races lets many requests for the same thing meet at several replicas, and
// says what must not have happened. The tests run some rounds of it, the benchmarks
// many.
//
// It starts nothing and waits for nothing: it gets a running Grantor, an application
// and the cookies of a user who has signed in and agreed.
package races
