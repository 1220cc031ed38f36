// Package cloverdx authorizes OAuth2 connections as CloverDX does, at a running Grantor with
// a real API server and three replicas: with a driver that follows the documentation of
// CloverDX, and with the OAuth client library of Google for Java. The subtests have the
// numbers of docs/reference/compatibility.md.
//
// CloverDX itself does not run here.
package cloverdx
