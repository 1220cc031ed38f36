// Package progress owns what a development command prints: one line for each
// step with its outcome and time, and a word in between when a step takes long.
package progress
