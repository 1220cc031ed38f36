// Package create is kubectl oauth create client: it makes the manifest of an OAuthClient from
// flags and from a workload, asks the rules of internal/clientspec and the schema of the API
// server about it as far as the caller may, and prints it. Only --apply writes it.
package create
