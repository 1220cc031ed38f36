// Package modoauth2 tests a resource server that others wrote: Apache with
// mod_oauth2, which asks Grantor about tokens or verifies them with its keys.
package modoauth2
