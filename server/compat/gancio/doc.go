// Package gancio serves the paths of Gancio's OAuth API.
//
// It owns the table of these paths, the form of Gancio's registration requests and answers, and
// which token requests may omit redirect_uri. It does not own who may register and how often
// (package registration), how a registration is stored (package registration/sealed), or what
// such a client may do (package clients).
package gancio
