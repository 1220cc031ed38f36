// Package decided keeps what was decided of local copies (server/watch) until they change.
//
// It owns when that is decided anew, once for all requests that wait for it, and which changes
// of an object cannot matter. What is decided, and of which copies, is its callers' business.
package decided
