// Package outside starts the first process of a node, makes the node reachable,
// and takes away what the node leaves behind: its cgroups, and the files that say
// how to reach it. It copes with what a killed run left.
//
// It owns one directory per node and its lock. What happens in the node is
// decided in package inside.
package outside
