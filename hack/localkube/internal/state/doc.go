// Package state owns the directory of one control plane: that it belongs to
// localkube and to one process at a time, that nobody else can read it, which
// port it served on, that an ephemeral one disappears, and that a new one can begin
// as a copy. It does not know
// what the other packages store inside.
package state
