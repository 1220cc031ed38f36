// Package migrate turns the clients of other servers into manifests of ours: the
// OAuth2Clients of hydra-maester, with their Secrets, and the static and stored clients
// of Dex, and with dexconnectors the connectors of Dex. It says what could not be kept, and what
// an administrator has to allow.
//
// It reads and writes text: it neither knows a cluster nor decides whether a server
// would accept a client, which internal/clientspec does. No sentence of it contains a
// value from a Secret.
//
// Clients are one package: reading each format, converting and writing share the type
// application, whose fields would all have to be exported, and nothing else reads it.
package migrate
