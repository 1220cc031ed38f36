// Package history records what clients of an authorization server were told, and finds in
// such a history what they must never be told, whatever failed meanwhile.
//
// It owns the recorder and the rules. It sends nothing: drivers of races record their
// requests with it.
package history
