// Package elsewhere answers at paths that belong to no other endpoint: the root of the
// issuer leads users to a page of theirs, and at all others there is nothing.
//
// It owns whether a request comes from a browser or a program. How an error looks to
// either belongs to package httpx and to the pages.
package elsewhere
