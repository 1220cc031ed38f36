// Package owncloud serves the paths of ownCloud's OAuth app.
//
// It owns the table of these paths, the parameter user of authorization requests, the members
// that only ownCloud's token answers have, and the page that is shown once an application is
// connected. It does not own the endpoints that the paths lead to, who is signed in (package
// flow), or how pages look (package ui).
package owncloud
