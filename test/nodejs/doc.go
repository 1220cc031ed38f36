// Package nodejs runs programs for Node.js from Go tests, for what only libraries
// of that world can show: a client library that others wrote, and a browser. It
// installs Node.js, Chromium and the packages of a lock file where they are
// missing.
//
// It knows no OAuth; what the programs do lies beside the tests that run them.
package nodejs
