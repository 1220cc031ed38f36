// Package capacity says whether there is room for one more session object.
//
// It owns what each user and client may make this replica store, and which part of what
// is free this replica may take until the operator counts again. It does not own the
// bounds (internal/serverspec), the count (controllers/sweeper, which also deletes what
// users have in excess), or the objects (server/storage).
package capacity
