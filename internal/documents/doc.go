// Package documents reads and writes files of YAML documents that may hold secrets: what it
// says of a mistake is the place and never what stands there.
//
// What a document means is for the readers to say.
package documents
