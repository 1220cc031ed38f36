// Package jsonmembers reads JSON objects that strangers send.
//
// It owns what counts as one: UTF-8, each member once, by its exact name, and no deeper than
// asked. It does not own what the members mean (server/clientdocuments, server/registration).
package jsonmembers
