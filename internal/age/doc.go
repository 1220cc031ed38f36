// Package age orders objects by when they were created, for rules by which the older one of two
// objects wins.
//
// It owns that order, on which the operator and all servers have to agree. It does not own what
// the older object wins.
package age
