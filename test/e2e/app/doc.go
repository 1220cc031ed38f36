// Command app plays the applications of the end-to-end test, each in a pod: one
// that has an API, one that calls it with a token, and one that asks for tokens
// all the time and counts what fails. It uses libraries that others wrote, and
// knows nothing of Grantor but the files that are mounted.
package main
