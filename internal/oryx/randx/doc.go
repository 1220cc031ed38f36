// Package randx has what fosite uses of random sequences: the letters of its default
// user codes.
//
// It owns that alphabet and draws nothing.
package randx
