// Package oauthserver reconciles OAuthServers.
//
// It owns the order of the steps, the patch of the status, the events and metrics, the
// condition Default and the URLs in the status. Keys are made and replaced in the package
// keys, and what runs a server is deployed in the package deployment. How many session
// objects there are is for controllers/sweeper to write.
// It does not own clients (controllers/oauthclient).
package oauthserver
