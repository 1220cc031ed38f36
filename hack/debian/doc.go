// Package debian installs programs of Debian that tests need and a machine lacks.
//
// It knows the package manager; what is installed, and what for, the callers say.
package debian
