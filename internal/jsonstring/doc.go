// Package jsonstring appends strings to JSON that is written by hand, which the audit log
// and the token endpoint do because encoding/json takes several times as long.
//
// It owns how a string is escaped. It does not know what it is part of.
package jsonstring
