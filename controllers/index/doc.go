// Package index finds objects of the operator's cache by one of their values.
//
// It owns indexes whose results are the cached objects themselves. A list of the cache
// copies every object that it returns, and any tenant can create thousands that say the
// same. It does not own what is indexed, nor what is made of it.
package index
