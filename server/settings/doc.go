// Package settings is a live view of the OAuthServer that a replica serves.
//
// It owns which object that is and what internal/serverspec makes of it, worked out once
// for each change. It does not own the local copies, which are watched by server/copies,
// nor what the settings are for.
package settings
