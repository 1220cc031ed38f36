// Package watch keeps local copies of API objects whose age is bounded.
//
// It owns how stale a copy can be: every watch ends within 30 seconds and is
// renewed, so a stream that hangs silently is noticed, and a copy that could not
// be renewed for a minute says so. It also owns when a value that is made of copies is
// made again. It does not know what is watched or why.
package watch
