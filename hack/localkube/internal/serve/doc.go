// Package serve is the command that brings the control plane up, says when it
// is ready, and takes it down: the order of things and the life of the
// process. Each part of the control plane is a package of its own; serve knows
// only how to start them and what they need from each other.
package serve
