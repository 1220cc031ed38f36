// Package cli has what the commands of kubectl oauth have in common: errors that the
// caller corrects on the command line, and how many arguments a command has.
package cli
