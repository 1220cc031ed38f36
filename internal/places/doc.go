// Package places bounds how many calls of one other server are under way at the same time.
//
// It owns who waits for how long. It does not own what is called, nor what becomes of a caller
// for whom there is no place.
package places
