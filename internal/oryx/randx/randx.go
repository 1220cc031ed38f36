// Package randx has what fosite uses of random sequences: the letters of its default
// user codes.
package randx

// AlphaUpper are the letters from A to Z.
var AlphaUpper = []rune("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
