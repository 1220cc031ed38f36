// Package secretwatch tells controllers when a Secret changed that an object names.
//
// It follows metadata only, and only in namespaces where an object names a Secret. It does not
// read what is in them.
package secretwatch
