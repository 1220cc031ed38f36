// Package recent has a map of bounded size that forgets what was put longest ago.
//
// It does not know what it holds, and does not lock.
package recent
