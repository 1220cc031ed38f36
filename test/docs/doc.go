// Package docs runs the commands of the documentation, as a reader who copies them
// does: each page from top to bottom in one shell, on a running Grantor. What cannot
// run here is listed with the place where it is run.
//
// It knows pages and shells. What a command achieves is tested where that is built.
package docs
