// Package demo shows the main job on a running environment, with the libraries
// that an application would use: it applies an OAuthClient, reads the Secret
// that appears, and gets, verifies and introspects an access token.
//
// It owns no process and no state; package environment does.
package demo
