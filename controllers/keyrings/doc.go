// Package keyrings remembers what the Secrets with the keys of servers say, so that
// reconciles of ten thousand clients decode an unchanged Secret once.
//
// It owns decoded rings by the name of their Secret. It reads and writes no Secret: the
// controllers pass on what they have read.
package keyrings
